import { context } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import type { Connection, StorageAdapter } from "mooring";
import { defineApp, MooringToolSet, memoryStorage, StorageError } from "mooring";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wrappedStorage } from "../../src/core/wrapped-storage.js";
import { openTelemetry } from "../../src/telemetry/opentelemetry.js";
import { acmeApp, CALLBACK_URL, consented, PROVIDER } from "../support/acme.js";
import { collectOutput } from "../support/leaks.js";
import { startSdk } from "../support/observed.js";

/** Everything that must not be in a trace, and who the users are. */
const SECRETS = {
  encryptionKey: "encryption-key/of+the=host-32-characters",
  clientSecret: "client/secret+of=the host",
  code: "authorization/code+of=ada",
  accessToken: "access/token+of=ada",
  refreshToken: "refresh/token+of=ada",
  apiKey: "api/key+of=ada-0123456789",
  username: "user/name+of=ada-0123",
  password: "pass/word+of=ada-0123456789",
  inQuery: "query/value+of=the host",
  inPath: "path-value-of-the-host",
  inHeader: "header-value-of-the-host",
  inBody: "body/value+of=the host",
  rowValue: "value/of+a=row in a driver's message",
  entityId: "ada.lovelace@example.com",
  otherEntityId: "mallory@example.com",
  alias: "alias-the-user-chose",
  subdomain: "a-shop-nobody-knows-of",
};

/** Says back all it was told, and sends browsers to hosts named after it. */
const control = { token: "ok", api: 200 };
async function fetch(input: Request | URL | string, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  const said = `${request.url} ${JSON.stringify([...request.headers])} ${await request.text()}`;
  const { pathname } = new URL(request.url);
  if (pathname !== "/token" && pathname !== "/revoke") {
    if (control.api === 302) return Response.redirect(`${PROVIDER}/api/${SECRETS.inPath}?${said}`, 302);
    if (control.api === 0) throw new TypeError(`fetch failed: ${said}`, { cause: new Error(said) });
    return new Response(said, { status: control.api, headers: { "content-type": "application/json" } });
  }
  if (control.token === "down") return new Response(said, { status: 503 });
  if (control.token !== "ok") {
    return Response.json({ error: control.token, error_description: said }, { status: 400 });
  }
  return Response.json({
    access_token: SECRETS.accessToken,
    refresh_token: SECRETS.refreshToken,
    token_type: "Bearer",
    expires_in: 3600,
  });
}

const keys = defineApp({
  slug: "keys",
  name: "Keys",
  description: "Keys in the query",
  baseUrl: "https://{subdomain}.keys.example/api",
  connectionParams: [{ name: "subdomain", displayName: "Subdomain", description: "Yours" }],
  authSchemes: [{ scheme: "API_KEY", placements: [{ in: "query", name: "key" }] }],
});

/** A storage whose calls fail while told to, with a row's value in the message. */
function failingStorage(inner: StorageAdapter) {
  const broken = { operation: "" };
  const storage = wrappedStorage(inner, async (operation, call) => {
    if (operation !== broken.operation) return call();
    throw new StorageError("STORAGE_FAILED", SECRETS.rowValue, {
      adapter: "memory",
      operation,
      cause: new Error(SECRETS.rowValue),
    });
  });
  return { storage, broken };
}

let ahead = 0;
/** Pauses are over at once; time limits never are. */
const clock = {
  now: () => Date.now() + ahead,
  sleep: (milliseconds: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const stop = (): void => reject(signal?.reason);
      signal?.addEventListener("abort", stop, { once: true });
      if (milliseconds > 5_000) return;
      setImmediate(() => {
        signal?.removeEventListener("abort", stop);
        resolve();
      });
    }),
};
const sdk = startSdk();
const { storage, broken } = failingStorage(memoryStorage());
const toolset = new MooringToolSet({
  storage,
  fetch,
  clock,
  encryption: { keys: [{ id: "2026-11", secret: SECRETS.encryptionKey }] },
  callbackUrl: CALLBACK_URL,
  apps: [acmeApp(), keys],
  telemetry: openTelemetry(sdk),
});
const entity = toolset.getEntity(SECRETS.entityId);
const { entityId } = SECRETS;

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
afterAll(async () => {
  await sdk.stop();
  context.disable();
});

const attempt = (work: () => unknown): Promise<unknown> =>
  (async () => work())().then(
    () => null,
    (error: unknown) => error,
  );

async function grant(): Promise<Connection> {
  control.token = "ok";
  const request = await entity.initiateConnection({ app: "acme", authScheme: "OAUTH2" });
  const callback = consented(request.redirectUrl, { code: SECRETS.code });
  return (await toolset.handleCallback(callback, { entityId })).connection;
}

async function use(connection: Connection): Promise<void> {
  for (control.api of [200, 201, 302, 400, 401, 429, 500, 0]) {
    const headers = { "x-of-the-host": SECRETS.inHeader };
    const path = `/${SECRETS.inPath}?q=${encodeURIComponent(SECRETS.inQuery)}`;
    await attempt(() => connection.request(path, { headers, retry: 0 }).text());
    await attempt(() => connection.fetch(path, { method: "POST", headers, body: SECRETS.inBody }));
    await attempt(() =>
      toolset.executeRequest({
        entityId,
        connectedAccountId: connection.id,
        method: "POST",
        endpoint: path,
        body: { value: SECRETS.inBody },
      }),
    );
  }
  control.api = 200;
  await attempt(() => connection.request(`https://${SECRETS.inPath}.example/?${SECRETS.inQuery}`));
  await attempt(() => connection.request("/x", { method: SECRETS.inPath }));
  await attempt(() => toolset.executeAction({ action: "ACME_LIST_TICKETS", params: {}, entityId }));
}

describe("traces and metrics", () => {
  it("hold no secret, and nothing of whose connection it is, whatever happens", async () => {
    await toolset.createIntegration({
      app: "acme",
      authScheme: "OAUTH2",
      authConfig: { client_id: "client-1", client_secret: SECRETS.clientSecret },
    });
    for (const mode of ["ok", "invalid_grant", SECRETS.code, "down"]) {
      const connection = await grant();
      await use(connection);
      control.token = mode;
      ahead += 3_600_000;
      await attempt(() => connection.request("/tickets"));
      await attempt(() => connection.refresh());
      await attempt(() => connection.revoke());
      await attempt(() => connection.delete({ revoke: true }));
      const again = await entity.initiateConnection({ app: "acme", authScheme: "OAUTH2" });
      const callback = consented(again.redirectUrl, { code: SECRETS.code });
      await attempt(() => toolset.handleCallback(callback, { entityId: SECRETS.otherEntityId }));
      await attempt(() => toolset.handleCallback(callback, { entityId }));
      const denied = consented(again.redirectUrl, { error: SECRETS.code, error_description: SECRETS.code });
      await attempt(() => toolset.handleCallback(denied, { entityId }));
    }
    control.token = "ok";
    const typed = [
      { app: "acme", authScheme: "API_KEY", connectionParams: { api_key: SECRETS.apiKey } },
      { app: "acme", authScheme: "BEARER_TOKEN", connectionParams: { token: SECRETS.accessToken } },
      {
        app: "acme",
        authScheme: "BASIC",
        connectionParams: { username: SECRETS.username, password: SECRETS.password },
      },
      { app: "keys", connectionParams: { api_key: SECRETS.apiKey, subdomain: SECRETS.subdomain } },
    ];
    for (const options of typed) {
      const request = await entity.initiateConnection({ ...options, alias: SECRETS.alias });
      const connection = await request.waitUntilActive();
      await use(connection);
      await attempt(() => connection.updateCredentials(options.connectionParams));
      await attempt(() => connection.updateCredentials({ ...options.connectionParams, api_key: "\r\n" }));
      await attempt(() => connection.delete());
    }
    const connection = await grant();
    for (broken.operation of ["connections.get", "connections.compareAndSwap", "leases.acquire"]) {
      await attempt(() => connection.request("/tickets"));
      await attempt(() => connection.refresh());
      await attempt(() => connection.update({ alias: SECRETS.alias }));
      await attempt(() => toolset.sweep());
    }

    const output = collectOutput();
    const spans = sdk.finished();
    for (const { name, attributes, events, links, status } of spans) {
      output.see({ name, attributes, events, links, status });
    }
    output.see(await sdk.metrics());
    expect(new Set(spans.map(({ name }) => name))).toEqual(
      new Set([
        "mooring.flow.start",
        "mooring.flow.complete",
        "mooring.refresh",
        "mooring.storage",
        "mooring.request",
      ]),
    );
    expect(spans.length).toBeGreaterThan(500);
    // The host of a request is told of in spans, so what a user's own address is made of is seen there, and only there.
    const { subdomain, ...never } = SECRETS;
    expect(output.leaksOf(never)).toEqual([]);
    output.clear();
    output.see(await sdk.metrics());
    expect(output.leaksOf({ subdomain })).toEqual([]);
  });

  it("have few labels to count by", async () => {
    const names = (await sdk.series()).flatMap(({ labels }) => Object.keys(labels));
    expect([...new Set(names)].sort()).toEqual([
      "error.type",
      "http.request.method",
      "http.response.status_code",
      "mooring.app.slug",
      "mooring.auth_scheme",
      "mooring.flow.outcome",
      "mooring.refresh.outcome",
      "mooring.refresh.reason",
      "mooring.storage.adapter",
      "mooring.storage.operation",
    ]);
  });
});
