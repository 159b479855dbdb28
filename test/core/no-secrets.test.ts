import type { Connection, Entity, MooringToolSet } from "mooring";
import { defineAction, defineApp, MooringError, memoryStorage, MooringToolSet as ToolSet } from "mooring";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { acmeApp, CALLBACK_URL, consented, PROVIDER } from "../support/acme.js";
import type { Output } from "../support/leaks.js";
import { collectOutput } from "../support/leaks.js";
import { listedStorage } from "../support/stored-rows.js";

/** Each unlike its encoded forms. */
const planted = (name: string) => `planted/${name}+"&=1`;
const SECRETS: Record<string, string> = {
  client_secret: planted("client-secret"),
  managed_secret: planted("managed-secret"),
  code: planted("code"),
  access_token: planted("access-token"),
  refresh_token: planted("refresh-token"),
  id_token: planted("id-token"),
  renewed_token: planted("renewed-access-token"),
  api_key: planted("api-key"),
  api_secret: planted("api-secret"),
  bearer_token: planted("bearer-token"),
  password: planted("password"),
  encryption_key: planted("encryption-key-of-32-bytes-at-least"),
  former_key: planted("another-encryption-key-of-32-bytes"),
  short_key: planted("short"),
};
const secret = (name: string): string => SECRETS[name] ?? expect.fail(`no secret ${name}`);

/** Says all it was sent, in every way a careless provider may. */
function echoOf(request: Request, body: string): string {
  const headers = Object.fromEntries(request.headers);
  const authorization = request.headers.get("authorization") ?? "";
  const [, credentials = ""] = authorization.split(" ");
  return JSON.stringify({
    url: request.url,
    headers,
    body,
    form: Object.fromEntries(new URLSearchParams(body)),
    decoded: decodeURIComponent(request.url.replaceAll("+", " ")),
    encoded: Buffer.from(credentials).toString("base64"),
    nested: JSON.stringify(headers),
    basic: Buffer.from(credentials, "base64").toString(),
  });
}

/** How the provider behaves: by path at the API, by `mode` at its token and revocation endpoint. */
function carelessProvider() {
  const control = { mode: "ok" };
  const refusal = (said: string, status: number) =>
    Response.json({ error: "invalid_request", error_description: said }, { status });
  const authorizationServer = (request: Request, body: string): Response => {
    const said = Object.fromEntries(new URLSearchParams(body));
    // Known from here on: it must not turn up anywhere.
    const { code_verifier: verifier } = said;
    if (verifier !== undefined) SECRETS[`verifier ${verifier.slice(0, 4)}`] = verifier;
    switch (control.mode) {
      case "echo":
        return refusal(`You sent ${Object.values(said).join(" ")} ${body} ${echoOf(request, body)}`, 400);
      case "echo as code":
        return Response.json({ error: said["client_secret"], error_description: body }, { status: 400 });
      case "gone":
        return Response.json(
          { error: "invalid_grant", error_description: `${said["refresh_token"]} is dead` },
          { status: 400 },
        );
      case "down":
        return new Response(echoOf(request, body), { status: 503 });
      case "page":
        return new Response(`<pre>${echoOf(request, body)}</pre>`, {
          headers: { "content-type": "text/html" },
        });
      case "odd":
        return Response.json({ access_token: [said["client_secret"]], token_type: body });
      case "cut":
        return new Response(`{"access_token":"${secret("access_token")}`);
      case "broken":
        throw new TypeError("fetch failed", {
          cause: new Error(`connect ECONNREFUSED ${request.url} ${body}`),
        });
      default:
        return Response.json({
          access_token:
            said["grant_type"] === "refresh_token" ? secret("renewed_token") : secret("access_token"),
          refresh_token: secret("refresh_token"),
          id_token: secret("id_token"),
          token_type: "Bearer",
          expires_in: 3600,
        });
    }
  };
  const api = (request: Request, path: string, body: string): Response => {
    const echo = echoOf(request, body);
    const type = { "content-type": "application/json", "x-echo": request.headers.get("authorization") ?? "" };
    if (path.endsWith("/ok")) return new Response(echo, { headers: type });
    if (path.endsWith("/text")) return new Response(`You sent ${echo}`);
    if (path.endsWith("/lies")) return new Response(`{${echo}`, { headers: type });
    if (path.endsWith("/away")) return Response.redirect(`https://elsewhere.example/?${request.url}`, 302);
    if (path.endsWith("/broken")) {
      const cause = new Error(`connect ECONNREFUSED ${request.url} ${echo}`);
      throw Object.assign(new TypeError(`fetch failed: ${echo}`, { cause }), { request, config: { echo } });
    }
    return new Response(echo, { status: Number(path.split("/").at(-1)), headers: type });
  };
  const fetch = async (input: Request | URL | string, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const body = await request.text();
    const { pathname, origin } = new URL(request.url);
    return origin === PROVIDER && /^\/(token|revoke)$/.test(pathname)
      ? authorizationServer(request, body)
      : api(request, pathname, body);
  };
  return { fetch, control };
}

const PATHS = ["/ok", "/text", "/lies", "/away", "/broken", "/400", "/401", "/403", "/404", "/429", "/500"];
const RETRIED = new Set(["/broken", "/429", "/500"]);
const echoing = defineAction({
  name: "ACME_ECHO",
  app: "acme",
  description: "Returns what the provider says.",
  annotations: { readOnly: true },
  input: z.strictObject({ path: z.string() }),
  execute: async ({ path }, { request }) => (await request(path, { retry: 0 })).text(),
});
const throwing = defineAction({
  name: "ACME_THROW",
  app: "acme",
  description: "Throws what the provider says.",
  annotations: { readOnly: true },
  input: z.strictObject({ path: z.string() }),
  async execute({ path }, { request }) {
    throw new Error(await (await request(path, { retry: 0, throwHttpErrors: false })).text());
  },
});
/** Wants its key everywhere at once. */
const keys = defineApp({
  slug: "keys",
  name: "Keys",
  description: "Keys in every place",
  baseUrl: `${PROVIDER}/keys`,
  authSchemes: [
    {
      scheme: "API_KEY",
      secret: "required",
      placements: [
        { in: "header", name: "X-Api-Key", template: "Key {api_key}" },
        { in: "query", name: "key" },
        { in: "query", name: "secret", template: "{api_secret}" },
        { in: "cookie", name: "session", template: "{api_key}" },
      ],
    },
  ],
});

let output: Output;
let toolset: MooringToolSet;
let ada: Entity;
const { fetch, control } = carelessProvider();
const { storage, rows } = listedStorage({ ...memoryStorage(), persistent: true });
/** Pauses between tries are over at once; time limits never are. */
const clock = {
  now: () => Date.now(),
  sleep: (milliseconds: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      if (milliseconds <= 5_000) setImmediate(resolve);
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
    }),
};
const options = {
  storage,
  fetch,
  clock,
  callbackUrl: CALLBACK_URL,
  apps: [acmeApp(), keys],
  actions: [echoing, throwing],
  logger: {
    debug: (message: string, fields: unknown) => output.see([message, fields]),
    warn: (message: string, fields: unknown) => output.see([message, fields]),
  },
};
const onWarning = (warning: Error) => output.see(warning);

/** Takes down what comes of a call, and nothing else of it. */
async function see(call: () => unknown): Promise<unknown> {
  try {
    const value = await call();
    output.see(value);
    return value;
  } catch (error) {
    output.see(error);
    expect(MooringError.is(error) ? "typed" : error).toBe("typed");
    return error;
  }
}

async function useEverywhere(connection: Connection): Promise<void> {
  const { id, app } = connection;
  for (const path of PATHS) {
    for (const method of ["GET", "POST"] as const) {
      await see(async () => (await connection.request(path, { method, retry: 0 })).url);
      await see(async () => (await connection.fetch(path, { method })).url);
      // A GET that fails for a moment is tried again, after a pause: POST says the same sooner.
      if (method === "GET" && RETRIED.has(path)) continue;
      await see(() =>
        toolset.executeRequest({ entityId: "ada", connectedAccountId: id, method, endpoint: path }),
      );
    }
    if (app !== "acme") continue;
    const call = { entityId: "ada", connectedAccountId: id };
    const params = { path };
    for (const action of ["ACME_ECHO", "ACME_THROW"]) {
      await see(() => toolset.executeAction({ ...call, action, params }));
    }
    await see(() => toolset.handleToolCalls(completion("ACME_ECHO", params), call));
  }
  await see(() => connection);
  await see(() => connection.reload());
}

const completion = (name: string, args: unknown) => ({
  choices: [
    {
      message: {
        tool_calls: [{ id: "call-1", type: "function", function: { name, arguments: JSON.stringify(args) } }],
      },
    },
  ],
});

async function grant(): Promise<Connection> {
  control.mode = "ok";
  const request = await ada.initiateConnection({ app: "acme", authScheme: "OAUTH2" });
  output.see(request);
  const callback = consented(request.redirectUrl, { code: secret("code") });
  const finished = await toolset.handleCallback(callback, { entityId: "ada" });
  output.see(finished);
  return finished.connection;
}

async function withValues(
  app: string,
  authScheme: string,
  connectionParams: Record<string, string>,
): Promise<Connection> {
  const request = await ada.initiateConnection({ app, authScheme, connectionParams });
  output.see(request);
  return request.waitUntilActive();
}

beforeAll(async () => {
  output = collectOutput();
  process.on("warning", onWarning);
  for (const method of ["debug", "info", "log", "warn", "error"] as const) {
    vi.spyOn(console, method).mockImplementation((...said: unknown[]) => output.see(said));
  }
  const encryption = { keys: [{ id: "2026-11", secret: secret("encryption_key") }] };
  const managedAuth = { acme: { client_id: "managed", client_secret: secret("managed_secret") } };
  toolset = new ToolSet({ ...options, encryption, managedAuth });
  ada = toolset.getEntity("ada");
  const authConfig = { client_id: "client-1", client_secret: secret("client_secret") };
  await see(() => toolset.createIntegration({ app: "acme", authScheme: "OAUTH2", authConfig }));
  await see(() => toolset.getTools());
});
afterAll(() => process.off("warning", onWarning));

/** Searches all that came out since it was called last, and what is stored. */
async function expectNoLeak(): Promise<void> {
  output.see(await rows());
  for (const value of [toolset, ada, ...(await toolset.getIntegrations()), ...(await ada.getConnections())]) {
    output.see(value);
  }
  expect(output.leaksOf(SECRETS)).toEqual([]);
  output.clear();
}

describe("no secret comes out", () => {
  it("of what this test would notice", () => {
    const noticing = collectOutput();
    noticing.see(
      new Error("x", { cause: { token: Buffer.from(`x${secret("code")}`).toString("base64url") } }),
    );
    expect(noticing.leaksOf(SECRETS)).toHaveLength(1);
    noticing.see({ escaped: JSON.stringify(JSON.stringify({ key: secret("api_key") })) });
    expect(noticing.leaksOf(SECRETS)).toHaveLength(2);
    noticing.clear();
    expect(noticing.leaksOf(SECRETS)).toHaveLength(0);
  });

  it("of OAUTH2, whatever the API answers", async () => {
    await useEverywhere(await grant());
    await expectNoLeak();
  });

  it.each([
    ["API_KEY in every place", "keys", "API_KEY", ["api_key", "api_secret"]],
    ["API_KEY in a header", "acme", "API_KEY", ["api_key"]],
    ["BEARER_TOKEN", "acme", "BEARER_TOKEN", ["token"]],
    ["BASIC", "acme", "BASIC", ["password"]],
  ] as const)("of %s, whatever the API answers", async (_name, app, authScheme, fields) => {
    const values = Object.fromEntries(
      fields.map((field) => [field, secret(field === "token" ? "bearer_token" : field)]),
    );
    const connection = await withValues(app, authScheme, {
      ...values,
      ...(authScheme === "BASIC" ? { username: "ada" } : {}),
    });
    await useEverywhere(connection);
    for (const field of fields) {
      // Wrong in every way a value can be wrong.
      await see(() => connection.updateCredentials({ ...values, [field]: `${values[field]}\r\nx: y` }));
      await see(() => connection.updateCredentials({ ...values, [`${field}s`]: String(values[field]) }));
      await see(() => withValues(app, authScheme, { [`my_${field}`]: String(values[field]) }));
      await see(() =>
        ada.initiateConnection({ app: String(values[field]).slice(0, 0), authScheme, ...values }),
      );
    }
    await see(() =>
      connection.updateCredentials({ ...values, ...(authScheme === "BASIC" ? { username: "ada" } : {}) }),
    );
    await see(() => connection.refresh());
    await see(() => connection.disable());
    await see(() => connection.request("/ok"));
    await see(() => connection.enable());
    await see(() => connection.revoke());
    await expectNoLeak();
  });

  it.each(["echo", "echo as code", "gone", "down", "page", "odd", "cut", "broken"])(
    "when the token endpoint answers: %s",
    async (mode) => {
      const connection = await grant();
      const request = await ada.initiateConnection({ app: "acme", authScheme: "OAUTH2" });
      SECRETS[`binding ${mode}`] = request.bindingCookie?.split(/[=;]/)[1] ?? expect.fail("no cookie");
      const again = await connection.reconnect();
      control.mode = mode;
      for (const { redirectUrl } of [request, again]) {
        const callback = consented(redirectUrl, { code: secret("code") });
        await see(() => toolset.handleCallback(callback, { entityId: "ada" }));
      }
      await see(() => connection.revoke());
      await see(() => connection.delete({ revoke: true }));
      await see(() => connection.refresh());
      await see(() => connection.request("/401"));
      await see(() => connection.reload());
      control.mode = "ok";
      await expectNoLeak();
    },
  );

  it("of the set-up, right or wrong", async () => {
    const wrongKeys = [
      [{ id: "2026-11", secret: secret("short_key") }],
      [{ id: secret("encryption_key"), secret: secret("encryption_key") }],
      [{ id: "2026-11", secret: [secret("encryption_key")] }],
    ];
    for (const list of wrongKeys) {
      await see(() => Reflect.construct(ToolSet, [{ ...options, encryption: { keys: list } }]));
    }
    const wrong = [
      { encryption: secret("encryption_key") },
      { encryption: { key: secret("encryption_key") } },
      { managedAuth: { acme: secret("managed_secret") } },
      { managedAuth: { acme: { client_secrets: secret("managed_secret") } } },
    ];
    for (const more of wrong) await see(() => Reflect.construct(ToolSet, [{ ...options, ...more }]));
    const authConfig = { client_id: "client-1", client_secret: secret("managed_secret") };
    await see(() => toolset.createIntegration({ app: "acme", authScheme: "OAUTH2", authConfig }));
    await see(() => ada.initiateConnection({ app: "acme", authScheme: "OAUTH2", authConfig }));
    const [integration] = await toolset.getIntegrations({ app: "acme", authScheme: "OAUTH2" });
    await see(() => integration?.update({ authConfig: { client_secret: secret("client_secret") } }));
    await see(() => integration?.update({ authConfig: { secret: secret("client_secret") } }));
    await expectNoLeak();
  });

  it("of what cannot be opened", async () => {
    const { id } = await grant();
    for (const keyId of ["2026-11", "2027-01"]) {
      const encryption = { keys: [{ id: keyId, secret: secret("former_key") }] };
      const other = new ToolSet({ ...options, encryption });
      output.see(other);
      const connection = await other.getEntity("ada").getConnection({ connectionId: id });
      await see(() => connection.request("/ok"));
      await see(() => connection.refresh());
      await see(() => connection.revoke());
    }
    await expectNoLeak();
  });

  it("but by getAuthParams, on purpose", async () => {
    const connection = await withValues("acme", "BEARER_TOKEN", { token: secret("bearer_token") });
    expect((await connection.getAuthParams()).headers["authorization"]).toBe(
      `Bearer ${secret("bearer_token")}`,
    );
  });
});
