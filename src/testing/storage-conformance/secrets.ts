import { defineApp } from "../../ports/app.js";
import type { Fetch } from "../../ports/runtime.js";
import type { StorageAdapter } from "../../ports/storage.js";
import type { Checks } from "./assertions.js";
import { equal } from "./assertions.js";
import { findSecrets } from "./search-secrets.js";

/** Each unlike its encoded forms. */
const planted = (name: string): string => `planted ${name}/+?=&~1`;
const SECRETS = {
  "the client secret": planted("client-secret"),
  "the code": planted("code"),
  "the access token": planted("access-token"),
  "the refresh token": planted("refresh-token"),
  "the id token": planted("id-token"),
  "the renewed access token": planted("renewed-access-token"),
  "the renewed refresh token": planted("renewed-refresh-token"),
  "the API key": planted("api-key"),
  "the replaced API key": planted("replaced-api-key"),
  "the bearer token": planted("bearer-token"),
  "the password": planted("password"),
  "the encryption key": planted("encryption-key-of-at-least-32-bytes"),
};

const PROVIDER = "https://provider.example";
const CALLBACK_URL = "https://app.example/callback";
const APP = defineApp({
  slug: "conformance",
  name: "Conformance",
  description: "What stores are tried with",
  baseUrl: `${PROVIDER}/api`,
  authSchemes: [
    { scheme: "OAUTH2", authorizationUrl: `${PROVIDER}/authorize`, tokenUrl: `${PROVIDER}/token` },
    { scheme: "API_KEY", placements: [{ in: "header", name: "x-api-key" }] },
    { scheme: "BEARER_TOKEN" },
    { scheme: "BASIC" },
  ],
});

/** A token endpoint that grants whatever is asked for, and tells what it was sent. */
const tokenEndpoint =
  (sent: (form: URLSearchParams) => Promise<void>): Fetch =>
  async (input, init) => {
    const form = new URLSearchParams(await new Request(input, init).text());
    await sent(form);
    const isRefresh = form.get("grant_type") === "refresh_token";
    return Response.json({
      token_type: "Bearer",
      expires_in: 3600,
      access_token: SECRETS[isRefresh ? "the renewed access token" : "the access token"],
      refresh_token: SECRETS[isRefresh ? "the renewed refresh token" : "the refresh token"],
      id_token: SECRETS["the id token"],
    });
  };

/** The callback URL a browser comes back with after consent. */
function consented(redirectUrl: string | null): URL {
  const callback = new URL(CALLBACK_URL);
  callback.searchParams.set("state", stateOf(redirectUrl));
  callback.searchParams.set("code", SECRETS["the code"]);
  return callback;
}

const stateOf = (redirectUrl: string | null): string =>
  new URL(redirectUrl ?? "").searchParams.get("state") ?? "";

/** Uses a toolset on the storage. Returns what nobody but the sides of each flow should know. */
async function useToolset(
  storage: StorageAdapter,
  look: () => Promise<void>,
): Promise<Readonly<Record<string, string>>> {
  // Not before it is needed: whoever runs other cases does without.
  const { MooringToolSet } = await import("../../toolset.js");
  const known: Record<string, string> = {};
  const toolset = new MooringToolSet({
    storage,
    encryption: { keys: [{ id: "conformance", secret: SECRETS["the encryption key"] }] },
    callbackUrl: CALLBACK_URL,
    apps: [APP],
    // A store that gives no lease is given up soon.
    refresh: { leaseMs: 1_000, timeoutMs: 10_000 },
    fetch: tokenEndpoint(async (form) => {
      const verifier = form.get("code_verifier");
      if (verifier !== null) known[`PKCE verifier ${Object.keys(known).length}`] = verifier;
      // While a lease is held, or a flow is taken.
      await look();
    }),
  });
  const app = APP.slug;
  const client = { client_id: "client", client_secret: SECRETS["the client secret"] };
  await toolset.createIntegration({ app, authScheme: "OAUTH2", authConfig: client });
  const entity = toolset.getEntity("user_1");
  const { id: entityId } = entity;

  const request = await entity.initiateConnection({ app, authScheme: "OAUTH2" });
  known["the state"] = stateOf(request.redirectUrl);
  await look();
  const { connection } = await toolset.handleCallback(consented(request.redirectUrl), { entityId });
  await look();
  await connection.refresh();
  const again = await connection.reconnect();
  known["the state of a reconnection"] = stateOf(again.redirectUrl);
  await look();
  await toolset.handleCallback(consented(again.redirectUrl), { entityId });

  const connect = async (authScheme: "API_KEY" | "BEARER_TOKEN" | "BASIC", values: Record<string, string>) =>
    (await entity.initiateConnection({ app, authScheme, connectionParams: values })).waitUntilActive();
  const withKey = await connect("API_KEY", { api_key: SECRETS["the API key"] });
  await connect("BEARER_TOKEN", { token: SECRETS["the bearer token"] });
  await connect("BASIC", { username: "user", password: SECRETS["the password"] });
  await look();
  await withKey.updateCredentials({ api_key: SECRETS["the replaced API key"] });
  await look();
  await (await connection.reload()).revoke();
  await look();
  return known;
}

export const secretChecks: Checks = {
  async "no secret of a toolset in use is anywhere in the store, plain or encoded"(storage, dump) {
    const dumps: string[] = [];
    const known = await useToolset(storage, async () => {
      if (dump !== null) dumps.push(await dump());
    });
    if (dump === null) return;
    const page = await storage.connections.list({ entityId: "user_1", limit: 1, cursor: null });
    const sealed = page.items[0]?.credentials ?? null;
    equal(sealed !== null && dumps.at(-1)?.includes(sealed), true, "the dump shows sealed credentials");
    const found = findSecrets(dumps.join("\n"), { ...SECRETS, ...known });
    equal([...new Set(found)], [], "the secrets in the dump");
  },
};
