import type { ConnectionRequest, MooringToolSet } from "mooring";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CALLBACK_URL, consented, PROVIDER } from "../support/acme.js";
import type { Stage } from "../support/stage.js";
import { ISSUER, prepareStage, storageKinds } from "../support/stage.js";
import { refusalOf } from "../support/wrong-input.js";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => server.use(http.post(`${PROVIDER}/token`, () => HttpResponse.json(TOKENS))));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const TOKENS = {
  access_token: "access-1",
  refresh_token: "refresh-1",
  token_type: "Bearer",
  expires_in: 3600,
};
const kinds = storageKinds();
afterAll(() => Promise.all(kinds.map(({ close }) => close())));

/** A callback that must not activate anything. */
interface WrongCallback {
  readonly code: string;
  readonly says: RegExp;
  /** What the provider sends the browser back with, beside the state. */
  readonly answer?: Readonly<Record<string, string>>;
  readonly change?: (callback: URL) => URL | string;
  readonly tokens?: () => Response;
  /** Who the host says has come back; null when it does not say. Default: ada. */
  readonly entityId?: string | null;
  readonly before?: (stage: Stage) => unknown;
  readonly toolset?: (stage: Stage) => MooringToolSet;
  readonly app?: string;
}

const html = () => new HttpResponse("<h1>Bad gateway</h1>", { headers: { "content-type": "text/html" } });
const truncated = () =>
  new HttpResponse('{"access_token":"acc', { headers: { "content-type": "application/json" } });

/** The state was this flow's: whatever comes of it, it is spent, and the attempt has failed. */
const SPENT: Readonly<Record<string, WrongCallback & { readonly reason: string }>> = {
  "the user's refusal": {
    answer: { error: "access_denied", error_description: "The user said no" },
    code: "AUTHORIZATION_DENIED",
    says: /did not authorize.*access_denied: The user said no/,
    reason: "AUTHORIZATION_DENIED: access_denied",
  },
  "another error of the provider": {
    answer: { error: "invalid_scope" },
    code: "AUTHORIZATION_FAILED",
    says: /invalid_scope/,
    reason: "AUTHORIZATION_FAILED: invalid_scope",
  },
  "neither code nor error": {
    answer: {},
    code: "AUTHORIZATION_FAILED",
    says: /neither `code` nor `error`.*Start the connection again/,
    reason: "AUTHORIZATION_FAILED",
  },
  "two codes": {
    change: (callback) => `${callback.href}&code=another`,
    code: "AUTHORIZATION_FAILED",
    says: /`code` more than once/,
    reason: "AUTHORIZATION_FAILED",
  },
  "the issuer of another server": {
    app: "issued",
    answer: { code: "a-code", iss: "https://evil.example" },
    code: "ISSUER_MISMATCH",
    says: new RegExp(`Expected \`iss\` to be ${ISSUER}`),
    reason: "ISSUER_MISMATCH",
  },
  "another entity coming back": {
    entityId: "mallory",
    code: "ENTITY_MISMATCH",
    says: /started by another entity: nothing was activated/,
    reason: "ENTITY_MISMATCH",
  },
  "nobody saying who came back": {
    entityId: null,
    code: "ENTITY_REQUIRED",
    says: /Pass `entityId`/,
    reason: "ENTITY_REQUIRED",
  },
  "a user who took too long": {
    before: ({ clock }) => clock.advance(600_000),
    code: "STATE_EXPIRED",
    says: /took too long.*Start again/,
    reason: "STATE_EXPIRED",
  },
  "a token endpoint that cannot be reached": {
    tokens: () => HttpResponse.error(),
    code: "TOKEN_EXCHANGE_FAILED",
    says: /could not be reached/,
    reason: "TOKEN_EXCHANGE_FAILED",
  },
  "a token endpoint that is down": {
    tokens: () => new HttpResponse("oops", { status: 500 }),
    code: "TOKEN_EXCHANGE_FAILED",
    says: /status 500/,
    reason: "TOKEN_EXCHANGE_FAILED",
  },
  "a token endpoint that says it is down": {
    tokens: () => HttpResponse.json({ error: "temporarily_unavailable" }, { status: 503 }),
    code: "TOKEN_EXCHANGE_FAILED",
    says: /status 503/,
    reason: "TOKEN_EXCHANGE_FAILED: temporarily_unavailable",
  },
  "a page instead of tokens": {
    tokens: html,
    code: "TOKEN_RESPONSE_INVALID",
    says: /`body` .*not a JSON object/,
    reason: "TOKEN_RESPONSE_INVALID",
  },
  "half an answer": {
    tokens: truncated,
    code: "TOKEN_RESPONSE_INVALID",
    says: /`body` .*not a JSON object/,
    reason: "TOKEN_RESPONSE_INVALID",
  },
  "an answer without a token": {
    tokens: () => HttpResponse.json({ token_type: "Bearer", expires_in: 3600 }),
    code: "TOKEN_RESPONSE_INVALID",
    says: /`access_token` .*`tokenResponse`/,
    reason: "TOKEN_RESPONSE_INVALID",
  },
  "a code that was spent": {
    tokens: () => HttpResponse.json({ error: "invalid_grant" }, { status: 400 }),
    code: "TOKEN_EXCHANGE_FAILED",
    says: /a code works once/,
    reason: "TOKEN_EXCHANGE_FAILED: invalid_grant",
  },
  "an integration disabled meanwhile": {
    async before({ toolset }) {
      for (const integration of await toolset.getIntegrations({ authScheme: "OAUTH2" })) {
        await integration.disable();
      }
    },
    code: "INTEGRATION_DISABLED",
    says: /integration.enable\(\)/,
    reason: "INTEGRATION_DISABLED",
  },
  "an encryption key with the right id and another secret": {
    toolset: ({ withKeys }) => withKeys([{ id: "2026-11", secret: "another-encryption-key-of-32-byt" }]),
    code: "DECRYPT_FAILED",
    says: /decrypted.*"2026-11"|"2026-11".*not the one/,
    reason: "DECRYPT_FAILED",
  },
  "an encryption key that is not configured any more": {
    toolset: ({ withKeys }) => withKeys([{ id: "2027-01", secret: "an-encryption-key-of-the-host-32" }]),
    code: "KEY_UNKNOWN",
    says: /Add that key to `encryption.keys`/,
    reason: "KEY_UNKNOWN",
  },
};

/** The state is nobody's, or not even one: no flow is spent for it. */
const NOT_SPENT: Readonly<Record<string, WrongCallback>> = {
  "a forged state": {
    change: (callback) => {
      callback.searchParams.set("state", "forged");
      return callback;
    },
    code: "STATE_INVALID",
    says: /never issued here, or has been used.*Start again/,
  },
  "no state": {
    change: () => `${CALLBACK_URL}?code=a-code`,
    code: "STATE_INVALID",
    says: /no usable `state`.*exactly as the provider sent/,
  },
  "an empty state": {
    change: () => `${CALLBACK_URL}?code=a-code&state=`,
    code: "STATE_INVALID",
    says: /no usable `state`/,
  },
  "two states": {
    change: (callback) => `${callback.href}&state=another`,
    code: "STATE_INVALID",
    says: /no usable `state`/,
  },
  "the same state twice": {
    change: (callback) => `${callback.href}&state=${callback.searchParams.get("state")}`,
    code: "STATE_INVALID",
    says: /no usable `state`/,
  },
  "something that is no URL": { change: () => "http://", code: "INPUT_INVALID", says: /not a URL/ },
  "an entity that is none": { entityId: "", code: "INPUT_INVALID", says: /your own id of the user/ },
};

async function comeBack(stage: Stage, request: ConnectionRequest, wrong: WrongCallback) {
  const { tokens, change = (callback) => callback, entityId = "ada", answer } = wrong;
  if (tokens !== undefined) server.use(http.post(`${PROVIDER}/token`, () => tokens()));
  const toolset = wrong.toolset?.(stage) ?? stage.toolset;
  const callback = change(consented(request.redirectUrl, answer));
  return refusalOf(() => toolset.handleCallback(callback, entityId === null ? {} : { entityId }));
}

describe.each(kinds)("on $name storage, nothing is activated", ({ open }) => {
  it.each(Object.entries(SPENT))("by %s: the attempt has failed", async (_name, wrong) => {
    const stage = await prepareStage(await open());
    const { app = "acme", code, says, reason } = wrong;
    const request = await stage.ada.initiateConnection({ app, authScheme: "OAUTH2" });
    await wrong.before?.(stage);
    const before = await stage.rows();
    const refusal = await comeBack(stage, request, wrong);
    expect(refusal.code).toBe(code);
    expect(refusal.message).toMatch(says);

    const status = code === "STATE_EXPIRED" ? "EXPIRED" : "FAILED";
    const failed = before.connections.map((row) =>
      row.id === request.connectedAccountId
        ? {
            ...row,
            status,
            statusReason: reason,
            credentials: null,
            attempt: { ...row.attempt, status, reason },
            version: row.version + 1,
            updatedAt: stage.clock.now(),
          }
        : row,
    );
    expect(await stage.rows()).toEqual({ ...before, connections: failed, flows: [] });
  });

  it.each(Object.entries(SPENT).filter(([, { app }]) => app === undefined))(
    "by %s: a connection that works keeps its credentials",
    async (_name, wrong) => {
      const stage = await prepareStage(await open());
      const request = await stage.granted.reconnect();
      await wrong.before?.(stage);
      const before = await stage.rows();
      const refusal = await comeBack(stage, request, wrong);
      expect(refusal.code).toBe(wrong.code);

      const status = wrong.code === "STATE_EXPIRED" ? "EXPIRED" : "FAILED";
      const attempted = before.connections.map((row) =>
        row.id === stage.granted.id
          ? {
              ...row,
              attempt: { ...row.attempt, status, reason: wrong.reason },
              version: row.version + 1,
              updatedAt: stage.clock.now(),
            }
          : row,
      );
      expect(await stage.rows()).toEqual({ ...before, connections: attempted, flows: [] });
    },
  );

  it.each(Object.entries(NOT_SPENT))("by %s: the flow still waits", async (_name, wrong) => {
    const stage = await prepareStage(await open());
    const request = await stage.ada.initiateConnection({ app: "acme", authScheme: "OAUTH2" });
    const before = await stage.rows();
    const refusal = await comeBack(stage, request, wrong);
    expect(refusal.code).toBe(wrong.code);
    expect(refusal.message).toMatch(wrong.says);
    expect(await stage.rows()).toEqual(before);
    expect(before.flows).toHaveLength(1);
  });

  it("by a callback that comes twice: what the first one brought stays", async () => {
    const stage = await prepareStage(await open());
    const request = await stage.ada.initiateConnection({ app: "acme", authScheme: "OAUTH2" });
    const callback = consented(request.redirectUrl);
    await stage.toolset.handleCallback(callback, { entityId: "ada" });
    const before = await stage.rows();
    const replay = await refusalOf(() => stage.toolset.handleCallback(callback, { entityId: "ada" }));
    expect(replay.code).toBe("STATE_INVALID");
    expect(await stage.rows()).toEqual(before);
  });

  it("by a flow that was moved to another entity's connection", async () => {
    const stage = await prepareStage(await open());
    const request = await stage.ada.initiateConnection({ app: "acme", authScheme: "OAUTH2" });
    const { flows } = await stage.rows();
    for (const flow of flows) {
      await stage.storage.flows.consume(flow.id);
      await stage.storage.flows.insert({ ...flow, entityId: "mallory", connectionId: stage.foreign.id });
    }
    const before = await stage.rows();
    const callback = consented(request.redirectUrl);
    const refusal = await refusalOf(() => stage.toolset.handleCallback(callback, { entityId: "mallory" }));
    expect(refusal.code).toBe("CIPHERTEXT_MOVED");
    expect(await stage.rows()).toEqual({ ...before, flows: [] });
  });
});

describe("a callback that cannot be read", () => {
  it.each([
    ["a server framework's own request", () => ({ url: "/callback?state=s&code=c", headers: { host: "x" } })],
    [
      "a request whose body was read already",
      async () => {
        const request = new Request(CALLBACK_URL, {
          method: "POST",
          body: new URLSearchParams({ state: "s" }),
        });
        await request.text();
        return request;
      },
    ],
  ])("is refused by name: %s", async (_name, make) => {
    const { toolset, rows } = await prepareStage(await (kinds[0] ?? expect.fail()).open());
    const before = await rows();
    const given: unknown = await make();
    const refusal = await refusalOf(() => Reflect.apply(toolset.handleCallback, toolset, [given]));
    expect(refusal.code).toBe("INPUT_INVALID");
    expect(refusal.issues.map(({ path }) => path)).toEqual(["callback"]);
    expect(refusal.hint).toMatch(/web-standard Request/);
    expect(await rows()).toEqual(before);
  });
});
