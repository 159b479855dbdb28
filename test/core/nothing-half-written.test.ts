import type { Connection, MooringToolSet, StorageAdapter } from "mooring";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CLIENT, PROVIDER } from "../support/acme.js";
import type { Stage } from "../support/stage.js";
import { prepareStage, storageKinds } from "../support/stage.js";
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
const completion = (name: string, args: unknown) => ({
  choices: [
    {
      message: {
        tool_calls: [{ id: "call-1", type: "function", function: { name, arguments: JSON.stringify(args) } }],
      },
    },
  ],
});

interface Wrong {
  readonly call: (stage: Stage) => unknown;
  readonly code: string;
  /** The field that is wrong; empty where the error is not about one. */
  readonly field: string;
  /** What the error says to do, or names. */
  readonly says: RegExp;
}

const WRONG_ARGUMENTS: Readonly<Record<string, Wrong>> = {
  "an unknown app": {
    call: ({ ada }) => ada.initiateConnection({ app: "acne" }),
    code: "APP_UNKNOWN",
    field: "app",
    says: /no app "acne".*Known: acme/,
  },
  "an unknown app for an integration": {
    call: ({ toolset }) => toolset.createIntegration({ app: "acne", authScheme: "OAUTH2" }),
    code: "APP_UNKNOWN",
    field: "app",
    says: /Pass it in `apps`/,
  },
  "a scheme the app does not support": {
    call: ({ ada }) => ada.initiateConnection({ app: "shop", authScheme: "OAUTH2" }),
    code: "SCHEME_UNSUPPORTED",
    field: "authScheme",
    says: /It supports API_KEY/,
  },
  "a missing param of the user": {
    call: ({ ada }) => ada.initiateConnection({ app: "shop", connectionParams: { subdomain: "ada" } }),
    code: "INPUT_INVALID",
    field: "connectionParams.api_key",
    says: /required/,
  },
  "a missing param of the developer": {
    call: ({ toolset }) =>
      toolset.createIntegration({
        app: "acme",
        authScheme: "OAUTH2",
        authConfig: { client_id: "another" },
        forceNewIntegration: true,
      }),
    code: "INPUT_INVALID",
    field: "authConfig.client_secret",
    says: /required/,
  },
  "an unknown param of the user": {
    call: ({ ada }) =>
      ada.initiateConnection({
        app: "acme",
        authScheme: "BASIC",
        connectionParams: { username: "ada", password: "pw-1", user: "ada" },
      }),
    code: "INPUT_INVALID",
    field: "connectionParams.user",
    says: /expected username, password/,
  },
  "an unknown param of the developer": {
    call: ({ ada }) => ada.initiateConnection({ app: "acme", authConfig: { clientId: "x" } }),
    code: "INPUT_INVALID",
    field: "authConfig.clientId",
    says: /expected client_id, client_secret/,
  },
  "an unknown argument": {
    call: ({ ada }) => ada.initiateConnection(Object.assign({ app: "acme" }, { alais: "work" })),
    code: "INPUT_INVALID",
    field: "(root)",
    says: /"alais".*It takes app, .*alias/,
  },
  "a param that does not match its pattern": {
    call: ({ ada }) =>
      ada.initiateConnection({
        app: "shop",
        connectionParams: { api_key: "k-1", subdomain: "evil.example/" },
      }),
    code: "INPUT_INVALID",
    field: "connectionParams.subdomain",
    says: /must match/,
  },
  "a key no header can carry": {
    call: ({ ada }) =>
      ada.initiateConnection({
        app: "shop",
        connectionParams: { api_key: "k-1\r\nx-evil: 1", subdomain: "ada" },
      }),
    code: "INPUT_INVALID",
    field: "connectionParams.api_key",
    says: /api_key/,
  },
  "two spellings of an argument with different values": {
    call: ({ ada }) => ada.initiateConnection({ app: "acme", appName: "shop" }),
    code: "CONFIG_INVALID",
    field: "appName",
    says: /twice.*Keep `app` only/,
  },
  "two spellings of a param with different values": {
    call: ({ ada }) =>
      ada.initiateConnection({
        app: "acme",
        authScheme: "API_KEY",
        connectionParams: { api_key: "k-1", token: "k-2" },
      }),
    code: "CONFIG_INVALID",
    field: "connectionParams.token",
    says: /Keep `api_key` only/,
  },
  "a param of the user in two places with different values": {
    call: ({ ada }) =>
      ada.initiateConnection({
        app: "acme",
        authScheme: "API_KEY",
        authConfig: { token: "k-1" },
        connectionParams: { api_key: "k-2" },
      }),
    code: "CONFIG_INVALID",
    field: "authConfig.api_key",
    says: /Keep `connectionParams` only/,
  },
  "a redirectUrl that is not allowed": {
    call: ({ ada }) => ada.initiateConnection({ app: "acme", redirectUrl: "https://evil.example/" }),
    code: "INPUT_INVALID",
    field: "redirectUrl",
    says: /allowedRedirectUrls/,
  },
  "a redirectUrl that is not allowed, for a reconnect": {
    call: ({ work }) => work.reconnect({ redirectUrl: "https://evil.example/" }),
    code: "INPUT_INVALID",
    field: "redirectUrl",
    says: /allowedRedirectUrls/,
  },
  "an alias that is taken": {
    call: ({ ada }) =>
      ada.initiateConnection({
        app: "acme",
        authScheme: "BASIC",
        alias: "work",
        connectionParams: { username: "ada", password: "pw-1" },
      }),
    code: "CONNECTION_CONFLICT",
    field: "",
    says: /called "work" already.*choose another `alias`/,
  },
  "an alias that is taken, for an update": {
    call: ({ home }) => home.update({ alias: "work" }),
    code: "CONNECTION_CONFLICT",
    field: "",
    says: /called "work" already.*choose another `alias`/,
  },
  "a disabled integration": {
    call: ({ ada }) =>
      ada.initiateConnection({ app: "acme", authScheme: "BEARER_TOKEN", connectionParams: { token: "t-1" } }),
    code: "INTEGRATION_DISABLED",
    field: "",
    says: /Call `integration.enable\(\)`/,
  },
  "an authConfig that differs from the existing integration's": {
    call: ({ toolset }) =>
      toolset.createIntegration({
        app: "acme",
        authScheme: "OAUTH2",
        authConfig: { ...CLIENT, client_secret: "another" },
      }),
    code: "INTEGRATION_CONFLICT",
    field: "authConfig.client_secret",
    says: /forceNewIntegration/,
  },
  "an authConfig beside an integrationId": {
    call: async ({ toolset, ada }) => {
      const [integration] = await toolset.getIntegrations({ app: "acme", authScheme: "OAUTH2" });
      return ada.initiateConnection({ integrationId: integration?.id, authConfig: CLIENT });
    },
    code: "INPUT_INVALID",
    field: "authConfig.client_id",
    says: /integration.update/,
  },
  "no integration, and nothing to make one of": {
    call: ({ ada }) => ada.initiateConnection({ app: "bare" }),
    code: "INTEGRATION_REQUIRED",
    field: "authConfig.client_id, authConfig.client_secret",
    says: /toolset.createIntegration\(/,
  },
  "an integration that does not exist": {
    call: ({ ada }) => ada.initiateConnection({ integrationId: "019b76da-a800-7000-8000-000000000009" }),
    code: "INTEGRATION_NOT_FOUND",
    field: "",
    says: /toolset.getIntegrations\(\)/,
  },
  "scopes for a scheme that has none": {
    call: ({ ada }) =>
      ada.initiateConnection({
        app: "acme",
        authScheme: "API_KEY",
        scopes: ["all"],
        connectionParams: { api_key: "k-1" },
      }),
    code: "INPUT_INVALID",
    field: "scopes",
    says: /no scopes/,
  },
  "an entity without an id": {
    call: ({ toolset }) => toolset.getEntity(""),
    code: "INPUT_INVALID",
    field: "entityId",
    says: /your own id of the user/,
  },
  "updateCredentials for what the provider grants": {
    call: ({ granted }) => granted.updateCredentials({ token: "t-1" }),
    code: "SCHEME_UNSUPPORTED",
    field: "connectionParams",
    says: /reconnect/,
  },
};

const FOREIGN: Readonly<Record<string, (stage: Stage) => unknown>> = {
  getConnection: ({ ada, foreign }) => ada.getConnection({ connectionId: foreign.id }),
  "getConnection, with the app": ({ ada, foreign }) =>
    ada.getConnection({ app: "acme", connectionId: foreign.id }),
  executeAction: ({ toolset, foreign }) =>
    toolset.executeAction({
      action: "ACME_LIST_TICKETS",
      entityId: "ada",
      connectedAccountId: foreign.id,
    }),
  "executeRequest, by connection": ({ toolset, foreign }) =>
    toolset.executeRequest({
      entityId: "ada",
      connectedAccountId: foreign.id,
      method: "GET",
      endpoint: "/tickets",
    }),
  "executeRequest, by app and connection": ({ toolset, foreign }) =>
    toolset.executeRequest({
      app: "acme",
      entityId: "ada",
      connectedAccountId: foreign.id,
      method: "GET",
      endpoint: "/tickets",
    }),
  handleToolCalls: async ({ toolset, foreign }) => {
    await toolset.getTools();
    const [message] = await toolset.handleToolCalls(completion("ACME_LIST_TICKETS", {}), {
      entityId: "ada",
      connectedAccountId: foreign.id,
    });
    return JSON.parse(message?.content ?? "");
  },
};

/** What a toolset can no longer open, and the calls that need it. */
interface Unreadable {
  readonly spoil: (stage: Stage) => Promise<readonly (() => unknown)[]>;
  readonly code: string;
  /** What the error names. */
  readonly names: string;
}

const callsOf = (toolset: MooringToolSet, { id }: Connection) => {
  const connection = () => toolset.getEntity("ada").getConnection({ connectionId: id });
  const params = { action: "ACME_LIST_TICKETS", entityId: "ada", connectedAccountId: id };
  return [
    async () => (await connection()).getAuthParams(),
    async () => (await connection()).request("/tickets"),
    () => toolset.executeAction(params),
  ];
};

/** Writes the credentials of one connection into the row of another. */
async function copyCredentials(storage: StorageAdapter, from: Connection, to: Connection): Promise<void> {
  const source = await storage.connections.get({ id: from.id, entityId: from.entityId });
  const target = await storage.connections.get({ id: to.id, entityId: to.entityId });
  if (source === null || target === null) throw new Error("expected both connections");
  const { connection } = target;
  const { credentials } = source.connection;
  const version = connection.version + 1;
  await storage.connections.compareAndSwap({ ...connection, credentials, version }, connection.version);
}

async function swapConfigs(storage: StorageAdapter): Promise<void> {
  const { items } = await storage.integrations.list({ authScheme: "OAUTH2", limit: 10, cursor: null });
  const configs = items.map(({ config }) => config).toReversed();
  for (const [index, record] of items.entries()) {
    const swapped = { ...record, config: configs[index] ?? null, version: record.version + 1 };
    await storage.integrations.compareAndSwap(swapped, record.version);
  }
}

const UNREADABLE: Readonly<Record<string, Unreadable>> = {
  "an encryption key with the right id and another secret": {
    spoil: async ({ withKeys, work }) =>
      callsOf(withKeys([{ id: "2026-11", secret: "another-encryption-key-of-32-byt" }]), work),
    code: "DECRYPT_FAILED",
    names: "2026-11",
  },
  "an encryption key that is not configured any more": {
    spoil: async ({ withKeys, work }) =>
      callsOf(withKeys([{ id: "2027-01", secret: "an-encryption-key-of-the-host-32" }]), work),
    code: "KEY_UNKNOWN",
    names: "2026-11",
  },
  "credentials moved from another entity's row": {
    async spoil({ toolset, storage, foreign, work }) {
      await copyCredentials(storage, foreign, work);
      return callsOf(toolset, work);
    },
    code: "CIPHERTEXT_MOVED",
    names: "Connect again",
  },
  "credentials moved from another row of the same entity": {
    async spoil({ toolset, storage, home, work }) {
      await copyCredentials(storage, home, work);
      return callsOf(toolset, work);
    },
    code: "CIPHERTEXT_MOVED",
    names: "Connect again",
  },
  "values of an integration moved from another one": {
    async spoil({ storage, ada, granted }) {
      await swapConfigs(storage);
      return [
        () => ada.initiateConnection({ app: "acme", authScheme: "OAUTH2" }),
        () => ada.initiateConnection({ app: "issued" }),
        () => granted.reconnect(),
        () => granted.refresh(),
        () => granted.revoke(),
      ];
    },
    code: "CIPHERTEXT_MOVED",
    names: "integrations",
  },
};

const kinds = storageKinds();
afterAll(() => Promise.all(kinds.map(({ close }) => close())));

describe.each(kinds)("on $name storage, nothing is written", ({ open }) => {
  it.each(Object.entries(WRONG_ARGUMENTS))("for %s", async (_name, { call, code, field, says }) => {
    const stage = await prepareStage(await open());
    const before = await stage.rows();
    const refusal = await refusalOf(() => call(stage));
    expect(refusal.code).toBe(code);
    expect(refusal.message).toMatch(says);
    expect(refusal.issues.map(({ path }) => path).join(", ")).toBe(field);
    expect(await stage.rows()).toEqual(before);
  });

  it.each(Object.entries(FOREIGN))("for another entity's connection, in %s", async (_name, call) => {
    const stage = await prepareStage(await open());
    const before = await stage.rows();
    const refusal = await refusalOf(() => call(stage));
    expect(refusal.code).toBe("CONNECTION_NOT_FOUND");
    expect(refusal.message).toContain(`Entity "ada" has no connection ${stage.foreign.id}`);
    expect(await stage.rows()).toEqual(before);
  });

  it.each(Object.entries(UNREADABLE))("for %s", async (_name, { spoil, code, names }) => {
    const stage = await prepareStage(await open());
    const calls = await spoil(stage);
    const before = await stage.rows();
    for (const call of calls) {
      const refusal = await refusalOf(call);
      expect(refusal.code).toBe(code);
      expect(`${refusal.message} ${refusal.hint}`).toContain(names);
    }
    expect(await stage.rows()).toEqual(before);
  });
});
