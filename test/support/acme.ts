import type { AppInput, MooringToolSetOptions, StorageAdapter } from "mooring";
import { defineAction, defineApp, MooringToolSet, memoryStorage } from "mooring";
import type { FakeClock } from "mooring/testing";
import { fakeClock } from "mooring/testing";
import * as z from "zod";

/** Where the provider of these tests would be: msw answers for it. */
export const PROVIDER = "https://acme.example";
export const CALLBACK_URL = "https://app.example.com/connect/callback";
export const CLIENT = { client_id: "client-of-the-host", client_secret: "client-secret-of-the-host" };

/** An app that offers every scheme this release has. */
export function acmeApp(changes: Partial<AppInput> = {}) {
  return defineApp({
    slug: "acme",
    name: "Acme",
    description: "Acme's ticket system",
    baseUrl: `${PROVIDER}/api`,
    authSchemes: [
      {
        scheme: "OAUTH2",
        authorizationUrl: `${PROVIDER}/authorize`,
        tokenUrl: `${PROVIDER}/token`,
        revocationUrl: `${PROVIDER}/revoke`,
        scopes: ["tickets:read", "tickets:write"],
      },
      { scheme: "API_KEY", placements: [{ in: "header", name: "X-Api-Key" }], aliases: ["token"] },
      { scheme: "BEARER_TOKEN" },
      { scheme: "BASIC" },
    ],
    actions: [
      defineAction({
        name: "ACME_LIST_TICKETS",
        app: "acme",
        description: "Lists tickets.",
        annotations: { readOnly: true, idempotent: true },
        input: z.strictObject({ state: z.enum(["open", "closed"]).optional() }),
        request: { method: "GET", path: "/tickets" },
      }),
      defineAction({
        name: "ACME_CREATE_TICKET",
        app: "acme",
        description: "Creates a ticket.",
        scopes: ["tickets:write"],
        input: z.strictObject({ title: z.string() }),
        request: { method: "POST", path: "/tickets" },
      }),
    ],
    ...changes,
  });
}

/** A public app beside it that needs no connection. */
export const openData = defineApp({
  slug: "opendata",
  name: "Open Data",
  description: "Numbers for everyone",
  baseUrl: "https://opendata.example",
  authSchemes: [{ scheme: "NO_AUTH" }],
  actions: [
    defineAction({
      name: "OPENDATA_GET_NUMBER",
      app: "opendata",
      description: "Gets a number.",
      annotations: { readOnly: true },
      input: z.strictObject({ id: z.string() }),
      request: { method: "GET", path: "/numbers/{id}" },
    }),
  ],
});

export interface Setup {
  readonly toolset: MooringToolSet;
  readonly storage: StorageAdapter;
  readonly clock: FakeClock;
}

type Options = Partial<MooringToolSetOptions<never, never, never>>;

/** A toolset on memory, with time that stands still. */
export function setUp(options: Omit<Options, "framework"> = {}): Setup {
  const clock = fakeClock();
  const storage = options.storage ?? memoryStorage();
  const toolset = new MooringToolSet({
    storage,
    clock,
    callbackUrl: CALLBACK_URL,
    apps: [acmeApp(), openData],
    ...options,
  });
  return { toolset, storage, clock };
}

/** A toolset whose integration of acme with OAUTH2 exists. */
export async function setUpOAuth(options: Omit<Options, "framework"> = {}): Promise<Setup> {
  const made = setUp(options);
  await made.toolset.createIntegration({ app: "acme", authScheme: "OAUTH2", authConfig: CLIENT });
  return made;
}

/** The callback URL a provider sends the browser to after consent. */
export function consented(
  redirectUrl: string | null,
  answer: Readonly<Record<string, string>> = { code: "a-code" },
): URL {
  const callback = new URL(CALLBACK_URL);
  const state = new URL(redirectUrl ?? "").searchParams.get("state");
  callback.search = new URLSearchParams({ ...answer, ...(state === null ? {} : { state }) }).toString();
  return callback;
}
