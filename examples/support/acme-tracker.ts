import type { AppDefinition } from "mooring";
import { defineAction, defineApp } from "mooring";
import * as z from "zod";
import type { AuthorizationServer } from "./authorization-server.js";
import type { ProtectedApi } from "./protected-api.js";

const createIssue = defineAction({
  name: "ACME_CREATE_ISSUE",
  app: "acme",
  description: "Opens a ticket.",
  scopes: ["issues:write"],
  input: z.strictObject({ title: z.string() }),
  request: { method: "POST", path: "/issues" },
});

const listIssues = defineAction({
  name: "ACME_LIST_ISSUES",
  app: "acme",
  description: "Lists the user's tickets.",
  scopes: ["issues:read"],
  annotations: { readOnly: true },
  input: z.strictObject({}),
  request: { method: "GET", path: "/issues" },
});

const getProfile = defineAction({
  name: "ACME_GET_PROFILE",
  app: "acme",
  description: "Says whose account this is.",
  annotations: { readOnly: true },
  input: z.strictObject({}),
  request: { method: "GET", path: "/me" },
});

/** The third party as Mooring sees it: an app is data, its actions too. */
export function acmeTracker(options: {
  readonly server: AuthorizationServer;
  readonly api: ProtectedApi;
}): AppDefinition {
  const { server, api } = options;
  return defineApp({
    slug: "acme",
    name: "Acme Tracker",
    description: "Tickets of a team.",
    baseUrl: api.baseUrl,
    authSchemes: [
      {
        scheme: "OAUTH2",
        issuer: server.issuer,
        authorizationUrl: server.authorizationUrl,
        tokenUrl: server.tokenUrl,
        revocationUrl: server.revocationUrl,
        scopes: [...server.scopes],
      },
    ],
    actions: [createIssue, listIssues, getProfile],
  });
}
