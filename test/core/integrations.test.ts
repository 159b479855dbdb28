import { memoryStorage } from "mooring";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { acmeApp, CLIENT, consented, openData, PROVIDER, setUp, setUpOAuth } from "../support/acme.js";
import { listedStorage } from "../support/stored-rows.js";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const OAUTH = { app: "acme", authScheme: "OAUTH2" } as const;
const OWN = { ...OAUTH, authConfig: CLIENT };
const MANAGED = { managedAuth: { acme: { client_id: "managed", client_secret: "managed-secret" } } };
const clientOf = (redirectUrl: string | null) => new URL(redirectUrl ?? "").searchParams.get("client_id");

describe("createIntegration", () => {
  it("reuses the one there is for the app and scheme", async () => {
    const { toolset } = setUp();
    const first = await toolset.createIntegration(OWN);
    expect((await toolset.createIntegration(OWN)).id).toBe(first.id);
    expect((await toolset.createIntegration(OAUTH)).id).toBe(first.id);
    expect((await toolset.createIntegration({ app: "acme", authScheme: "API_KEY" })).id).not.toBe(first.id);
  });

  it("makes one more only when it is forced to", async () => {
    const { toolset } = setUp();
    const first = await toolset.createIntegration(OWN);
    const second = await toolset.createIntegration({ ...OWN, forceNewIntegration: true });
    expect(second.id).not.toBe(first.id);
    expect([first.name, second.name]).toEqual(["acme_1", "acme_2"]);
    expect((await toolset.getIntegrations()).map(({ id }) => id)).toEqual([second.id, first.id]);
  });

  it("makes one for any number of callers at once", async () => {
    const { toolset } = setUp();
    const made = await Promise.all(Array.from({ length: 20 }, () => toolset.createIntegration(OWN)));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(await toolset.getIntegrations()).toHaveLength(1);
  });

  it("makes one for any number of connections that are started at once", async () => {
    const { toolset } = setUp();
    const start = (user: number) => toolset.getEntity(`user_${user}`).initiateConnection(OWN);
    const requests = await Promise.all(Array.from({ length: 20 }, (_, user) => start(user)));
    expect(await toolset.getIntegrations()).toHaveLength(1);
    expect(new Set(requests.map(({ redirectUrl }) => clientOf(redirectUrl)))).toEqual(
      new Set([CLIENT.client_id]),
    );
  });

  it("of two callers with different values lets one win and tells the other", async () => {
    const { toolset } = setUp();
    const other = { ...OAUTH, authConfig: { ...CLIENT, client_id: "another" } };
    const outcomes = await Promise.allSettled([
      toolset.createIntegration(OWN),
      toolset.createIntegration(other),
    ]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(outcomes.find(({ status }) => status === "rejected")).toMatchObject({
      reason: { code: "INTEGRATION_CONFLICT", issues: [{ path: "authConfig.client_id" }] },
    });
  });

  it("uses the app's preferred scheme when none is named", async () => {
    const { toolset } = setUp();
    const integration = await toolset.createIntegration({ app: "acme", authConfig: CLIENT });
    expect(integration.authScheme).toBe("OAUTH2");
  });

  it("takes scopes as a list or as text, and the redirect URI", async () => {
    const { toolset } = setUp();
    const oauth_redirect_uri = "https://app.example.com/another/callback";
    await toolset.createIntegration({
      ...OAUTH,
      authConfig: { ...CLIENT, scopes: ["a", "b"], oauth_redirect_uri },
    });
    const { redirectUrl } = await toolset.getEntity("ada").initiateConnection(OAUTH);
    const { searchParams } = new URL(redirectUrl ?? "");
    expect(searchParams.get("scope")).toBe("a b");
    expect(searchParams.get("redirect_uri")).toBe(oauth_redirect_uri);
  });
});

describe("managed auth", () => {
  it("is the default when the host has registered it and gives no credentials", async () => {
    const { toolset } = setUp(MANAGED);
    const request = await toolset.getEntity("ada").initiateConnection({ app: "acme" });
    expect(clientOf(request.redirectUrl)).toBe("managed");
    expect((await toolset.getIntegrations())[0]).toMatchObject({ useManagedAuth: true });
  });

  it("may be asked for", async () => {
    const { toolset } = setUp(MANAGED);
    const integration = await toolset.createIntegration({ ...OAUTH, useManagedAuth: true });
    expect(integration.useManagedAuth).toBe(true);
  });

  it("gives way to credentials that are given, and to `false`", async () => {
    const { toolset } = setUp(MANAGED);
    await expect(toolset.createIntegration({ ...OAUTH, useManagedAuth: false })).rejects.toMatchObject({
      issues: [{ path: "authConfig.client_id" }, { path: "authConfig.client_secret" }],
    });
    expect((await toolset.createIntegration(OWN)).useManagedAuth).toBe(false);
    expect(clientOf((await toolset.getEntity("ada").initiateConnection(OAUTH)).redirectUrl)).toBe(
      CLIENT.client_id,
    );
  });

  it("that is not registered asks for credentials instead", async () => {
    const { toolset } = setUp();
    await expect(toolset.createIntegration({ ...OAUTH, useManagedAuth: true })).rejects.toMatchObject({
      code: "INPUT_INVALID",
      issues: [{ path: "authConfig.client_id" }, { path: "authConfig.client_secret" }],
    });
  });

  it("is not copied into the row: the host changes it in one place, and misses it when it is gone", async () => {
    const { toolset, storage } = setUp(MANAGED);
    const integration = await toolset.createIntegration(OAUTH);
    expect((await storage.integrations.get(integration.id))?.config).toBeNull();
    const rotated = setUp({
      storage,
      managedAuth: { acme: { ...MANAGED.managedAuth.acme, client_id: "rotated" } },
    });
    const request = await rotated.toolset.getEntity("ada").initiateConnection(OAUTH);
    expect(clientOf(request.redirectUrl)).toBe("rotated");
    const without = setUp({ storage }).toolset.getEntity("ada");
    await expect(without.initiateConnection(OAUTH)).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      issues: [{ path: "managedAuth.acme" }],
    });
  });
});

describe("an integration", () => {
  const tokens = {
    access_token: "access-1",
    refresh_token: "refresh-1",
    token_type: "Bearer",
    expires_in: 3600,
  };

  it("takes a rotated client secret, and uses it from then on", async () => {
    const sent: (string | null)[] = [];
    server.use(
      http.post(`${PROVIDER}/token`, async ({ request }) => {
        sent.push(new URLSearchParams(await request.text()).get("client_secret"));
        return HttpResponse.json(tokens);
      }),
    );
    const { toolset } = await setUpOAuth();
    const request = await toolset.getEntity("ada").initiateConnection(OAUTH);
    const { connection } = await toolset.handleCallback(consented(request.redirectUrl), { entityId: "ada" });
    const [integration] = await toolset.getIntegrations();
    const updated = await integration?.update({ name: "Acme", authConfig: { client_secret: "rotated" } });
    expect(updated?.name).toBe("Acme");
    await connection.refresh();
    expect(sent).toEqual([CLIENT.client_secret, "rotated"]);
    expect((await toolset.createIntegration({ ...OAUTH, authConfig: { client_secret: "rotated" } })).id).toBe(
      integration?.id,
    );
  });

  it("replaces values whose key is lost, when all that is required is given", async () => {
    const storage = memoryStorage();
    const withKey = (id: string) =>
      setUp({ storage, encryption: { keys: [{ id, secret: id.repeat(40) }] } }).toolset;
    await withKey("a").createIntegration({ app: "acme", authScheme: "OAUTH2", authConfig: CLIENT });
    const [lost] = await withKey("b").getIntegrations({ app: "acme" });
    await expect(lost?.update({ authConfig: { client_secret: "new" } })).rejects.toMatchObject({
      issues: [{ path: "authConfig.client_id" }],
    });
    await lost?.update({ authConfig: CLIENT });
    const request = await withKey("b")
      .getEntity("ada")
      .initiateConnection({ app: "acme", authScheme: "OAUTH2" });
    expect(request.connectionStatus).toBe("INITIATED");
  });

  it("refuses wrong values and stays as it is", async () => {
    const { toolset } = await setUpOAuth();
    const [integration] = await toolset.getIntegrations();
    await expect(integration?.update({ authConfig: { clientSecret: "x" } })).rejects.toMatchObject({
      issues: [{ path: "authConfig.clientSecret" }],
    });
    for (const name of ["", "a\0b"]) {
      await expect(integration?.update({ name })).rejects.toMatchObject({ issues: [{ path: "name" }] });
    }
    expect((await toolset.getIntegration(integration?.id ?? "")).toJSON()).toEqual(integration?.toJSON());
  });

  it("that is managed becomes the host's own with credentials of its own", async () => {
    const { toolset } = setUp(MANAGED);
    const integration = await toolset.createIntegration(OAUTH);
    await expect(integration.update({ authConfig: { client_id: "own" } })).rejects.toMatchObject({
      issues: [{ path: "authConfig.client_secret" }],
    });
    await integration.update({ authConfig: CLIENT });
    expect(integration.useManagedAuth).toBe(false);
    const request = await toolset.getEntity("ada").initiateConnection(OAUTH);
    expect(clientOf(request.redirectUrl)).toBe(CLIENT.client_id);
  });

  it("that is disabled connects nobody and executes nothing, until it is enabled", async () => {
    server.use(http.get(`${PROVIDER}/api/tickets`, () => HttpResponse.json([])));
    const { toolset } = setUp();
    const ada = toolset.getEntity("ada");
    const keyed = { app: "acme", authScheme: "API_KEY", connectionParams: { api_key: "key-1" } };
    const connection = await (await ada.initiateConnection(keyed)).waitUntilActive();
    const [integration] = await toolset.getIntegrations();
    await integration?.disable();
    expect(await toolset.getIntegrations()).toEqual([]);
    expect(await toolset.getIntegrations({ includeDisabled: true })).toHaveLength(1);
    const disabled = { name: "ConnectionStateError", code: "INTEGRATION_DISABLED" };
    await expect(ada.initiateConnection(keyed)).rejects.toMatchObject(disabled);
    await expect(connection.request("/tickets")).rejects.toMatchObject(disabled);
    await expect(connection.reconnect({ connectionParams: keyed.connectionParams })).rejects.toMatchObject(
      disabled,
    );
    await expect(connection.updateCredentials({ api_key: "key-2" })).rejects.toMatchObject(disabled);
    await expect(connection.getAuthParams()).rejects.toMatchObject(disabled);
    await integration?.enable();
    expect(await connection.request("/tickets").json()).toEqual([]);
  });

  it("takes its connections and their flows with it when it is deleted", async () => {
    const { storage, rows } = listedStorage(memoryStorage());
    const { toolset } = await setUpOAuth({ storage });
    const request = await toolset.getEntity("ada").initiateConnection(OAUTH);
    const [integration] = await toolset.getIntegrations();
    await integration?.delete();
    expect(await rows()).toEqual({ integrations: [], connections: [], flows: [] });
    await expect(toolset.getIntegration(integration?.id ?? "")).rejects.toMatchObject({
      name: "NoItemsFoundError",
      code: "INTEGRATION_NOT_FOUND",
      kind: "integration",
    });
    await expect(request.waitUntilActive()).rejects.toMatchObject({ code: "CONNECTION_NOT_FOUND" });
    const late = toolset.handleCallback(consented(request.redirectUrl), { entityId: "ada" });
    await expect(late).rejects.toMatchObject({ code: "STATE_INVALID" });
    await expect(integration?.update({ name: "gone" })).rejects.toMatchObject({
      code: "INTEGRATION_NOT_FOUND",
    });
  });

  it("shows as JSON everything but the developer's values", async () => {
    const { toolset, clock } = await setUpOAuth();
    const [integration] = await toolset.getIntegrations();
    const at = new Date(clock.now()).toISOString();
    expect(integration?.toJSON()).toEqual({
      id: integration?.id,
      name: "acme_1",
      app: "acme",
      appName: "acme",
      authScheme: "OAUTH2",
      enabled: true,
      useManagedAuth: false,
      logo: null,
      expectedInputFields: [],
      createdAt: at,
      updatedAt: at,
    });
  });
});

describe("what only reads", () => {
  it("creates nothing", async () => {
    const { storage, rows } = listedStorage(memoryStorage());
    const { toolset } = setUp({ storage, apps: [acmeApp(), openData], ...MANAGED });
    expect(await toolset.getIntegrations()).toEqual([]);
    expect(toolset.fetchExpectedIntegrationParams({ app: "acme" })).toHaveLength(4);
    expect(await toolset.getExpectedParamsForUser({ app: "acme", authScheme: "BASIC" })).toMatchObject({
      integrationId: null,
      authScheme: "BASIC",
      expectedParams: [{ name: "username" }, { name: "password", is_secret: true }],
    });
    expect(await toolset.getEntity("ada").getConnections()).toEqual([]);
    await expect(toolset.getEntity("ada").getConnection({ app: "acme" })).rejects.toThrow(
      "no ACTIVE connection",
    );
    await toolset.getTools();
    expect(await rows()).toEqual({ integrations: [], connections: [], flows: [] });
  });

  it("tells the integration and scheme that would be used", async () => {
    const { toolset } = await setUpOAuth();
    const [integration] = await toolset.getIntegrations();
    const expected = { integrationId: integration?.id, authScheme: "OAUTH2", expectedParams: [] };
    expect(await toolset.getExpectedParamsForUser({ app: "acme" })).toEqual(expected);
    expect(await toolset.getExpectedParamsForUser({ integrationId: expected.integrationId })).toEqual(
      expected,
    );
    await expect(
      toolset.getExpectedParamsForUser({ integrationId: expected.integrationId, app: "opendata" }),
    ).rejects.toMatchObject({ code: "INPUT_INVALID", issues: [{ path: "app" }] });
  });

  it("asks for the scheme of the app's order, whatever keys users brought", async () => {
    const { toolset } = await setUpOAuth();
    await toolset
      .getEntity("ada")
      .initiateConnection({ app: "acme", authScheme: "API_KEY", connectionParams: { api_key: "key-1" } });
    expect((await toolset.getExpectedParamsForUser({ app: "acme" })).authScheme).toBe("OAUTH2");
  });
});
