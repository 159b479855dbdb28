import { inspect } from "node:util";
import type { AppInput } from "mooring";
import { defineApp } from "mooring";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { consented, openData, PROVIDER, setUp, setUpOAuth } from "../support/acme.js";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const VALUES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  API_KEY: { api_key: "key-1" },
  BEARER_TOKEN: { token: "token-1" },
  BASIC: { username: "ada", password: "pässword" },
};
const TOKENS = {
  access_token: "access-1",
  refresh_token: "refresh-1",
  token_type: "Bearer",
  expires_in: 3600,
};

async function keyed(authScheme = "API_KEY") {
  const made = setUp();
  const ada = made.toolset.getEntity("ada");
  const connectionParams = VALUES[authScheme];
  const request = await ada.initiateConnection({ app: "acme", authScheme, connectionParams });
  return { ...made, ada, connection: await request.waitUntilActive() };
}

async function granted(tokens: Readonly<Record<string, unknown>> = TOKENS) {
  server.use(http.post(`${PROVIDER}/token`, () => HttpResponse.json(tokens)));
  const made = await setUpOAuth();
  const ada = made.toolset.getEntity("ada");
  const request = await ada.initiateConnection({ app: "acme", labels: ["work"], alias: "main" });
  const callback = consented(request.redirectUrl);
  return { ...made, ada, ...(await made.toolset.handleCallback(callback, { entityId: "ada" })) };
}

describe("getAuthParams", () => {
  it.each([
    ["API_KEY", { "x-api-key": "key-1" }],
    ["BEARER_TOKEN", { authorization: "Bearer token-1" }],
    ["BASIC", { authorization: `Basic ${Buffer.from("ada:pässword").toString("base64")}` }],
  ])("of %s are what goes into a request", async (authScheme, headers) => {
    const { connection } = await keyed(authScheme);
    expect(await connection.getAuthParams()).toEqual({
      baseUrl: `${PROVIDER}/api`,
      headers,
      queryParams: {},
      body: {},
    });
  });

  it("of OAUTH2 are the access token", async () => {
    const { connection } = await granted();
    expect((await connection.getAuthParams()).headers).toEqual({ authorization: "Bearer access-1" });
  });

  it("of NO_AUTH are none", async () => {
    const { toolset } = setUp();
    const request = await toolset.getEntity("ada").initiateConnection({ app: "opendata" });
    const connection = await request.waitUntilActive();
    expect(await connection.getAuthParams()).toMatchObject({ headers: {}, queryParams: {} });
  });

  it("name each place a key goes to, and the base URL of this connection", async () => {
    const input: AppInput = {
      slug: "places",
      name: "Places",
      description: "Keys everywhere",
      baseUrl: "https://{subdomain}.places.example/v1",
      connectionParams: [{ name: "subdomain", displayName: "Subdomain", description: "Yours" }],
      authSchemes: [
        {
          scheme: "API_KEY",
          placements: [
            { in: "query", name: "key" },
            { in: "cookie", name: "session" },
            { in: "body", name: "api_key" },
          ],
        },
      ],
    };
    const { toolset } = setUp({ apps: [defineApp(input), openData] });
    const connectionParams = { api_key: "k 1", subdomain: "ada" };
    const request = await toolset.getEntity("ada").initiateConnection({ app: "places", connectionParams });
    const connection = await request.waitUntilActive();
    expect(await connection.getAuthParams()).toEqual({
      baseUrl: "https://ada.places.example/v1",
      headers: { cookie: "session=k%201" },
      queryParams: { key: "k 1" },
      body: { api_key: "k 1" },
    });
    expect(connection.params).toEqual({ subdomain: "ada" });
  });
});

describe("disable and enable", () => {
  it("stop a connection from executing and let it again, with the same credentials", async () => {
    const { connection } = await keyed();
    const before = await connection.getAuthParams();
    expect(await connection.disable()).toMatchObject({
      status: "INACTIVE",
      statusReason: "disabled by the host",
    });
    await expect(connection.request("/tickets")).rejects.toMatchObject({
      code: "CONNECTION_NOT_ACTIVE",
      status: "INACTIVE",
      hint: "Call `connection.enable()`.",
    });
    await expect(connection.disable()).rejects.toMatchObject({ code: "TRANSITION_INVALID" });
    expect(await connection.enable()).toMatchObject({ status: "ACTIVE", statusReason: null });
    await expect(connection.enable()).rejects.toMatchObject({ code: "TRANSITION_INVALID" });
    expect(await connection.getAuthParams()).toEqual(before);
  });

  it("are seen at once by everyone who holds the connection", async () => {
    const { ada, connection } = await keyed();
    const other = await ada.getConnection({ connectionId: connection.id });
    await other.getAuthParams();
    await connection.disable();
    await expect(other.getAuthParams()).rejects.toMatchObject({ code: "CONNECTION_NOT_ACTIVE" });
  });
});

describe("revoke", () => {
  it("tells the provider, forgets the credentials and leaves the connection to be reconnected", async () => {
    const { connection, storage } = await granted();
    const told: (string | null)[] = [];
    server.use(
      http.post(`${PROVIDER}/revoke`, async ({ request }) => {
        told.push(new URLSearchParams(await request.text()).get("token"));
        return new HttpResponse();
      }),
    );
    expect(await connection.revoke()).toMatchObject({ status: "REVOKED", expiresAt: null });
    expect(told).toContain("refresh-1");
    const row = await storage.connections.get({ id: connection.id, entityId: "ada" });
    expect(row?.connection.credentials).toBeNull();
    await expect(connection.request("/tickets")).rejects.toMatchObject({ status: "REVOKED" });
    await expect(connection.revoke()).rejects.toMatchObject({ code: "TRANSITION_INVALID" });
    expect((await connection.reconnect()).connectionStatus).toBe("INITIATED");
  });

  it("changes nothing when the provider cannot be told", async () => {
    const { connection, storage } = await granted();
    server.use(http.post(`${PROVIDER}/revoke`, () => HttpResponse.error()));
    const before = await storage.connections.get({ id: connection.id, entityId: "ada" });
    await expect(connection.revoke()).rejects.toMatchObject({ code: "TOKEN_REVOKE_FAILED", retryable: true });
    await expect(connection.delete({ revoke: true })).rejects.toMatchObject({ code: "TOKEN_REVOKE_FAILED" });
    expect(await storage.connections.get({ id: connection.id, entityId: "ada" })).toEqual(before);
  });

  it("forgets what has no provider to be told", async () => {
    const { connection } = await keyed("BASIC");
    expect((await connection.revoke()).status).toBe("REVOKED");
    await expect(connection.getAuthParams()).rejects.toMatchObject({ status: "REVOKED" });
  });
});

describe("delete", () => {
  it("removes the connection, once and for all", async () => {
    const { ada, connection } = await keyed();
    await connection.delete();
    expect(await ada.getConnections()).toEqual([]);
    const gone = { code: "CONNECTION_NOT_FOUND" };
    await expect(connection.request("/tickets")).rejects.toMatchObject(gone);
    await expect(connection.reload()).rejects.toMatchObject(gone);
    await expect(connection.enable()).rejects.toMatchObject(gone);
    await expect(connection.delete()).resolves.toBeUndefined();
  });
});

describe("updateCredentials", () => {
  it("replaces what the user gave, and makes the connection ACTIVE", async () => {
    const { connection } = await keyed();
    await connection.disable();
    expect((await connection.updateCredentials({ api_key: "key-2" })).status).toBe("ACTIVE");
    expect((await connection.getAuthParams()).headers).toEqual({ "x-api-key": "key-2" });
  });

  it("keeps id, alias, labels and default, and brings back what was revoked", async () => {
    const { connection } = await keyed();
    await connection.update({ alias: "work", labels: ["a"], isDefault: true });
    const { id, createdAt } = connection;
    await connection.revoke();
    await connection.updateCredentials({ api_key: "key-2" });
    expect(connection).toMatchObject({
      id,
      createdAt,
      alias: "work",
      labels: ["a"],
      isDefault: true,
      status: "ACTIVE",
      statusReason: null,
    });
  });

  it("refuses wrong values and keeps the old ones", async () => {
    const { connection } = await keyed();
    await expect(connection.updateCredentials({})).rejects.toMatchObject({
      issues: [{ path: "connectionParams.api_key" }],
    });
    await expect(connection.updateCredentials({ key: "k" })).rejects.toMatchObject({
      issues: [{ path: "connectionParams.key" }, { path: "connectionParams.api_key" }],
    });
    expect((await connection.getAuthParams()).headers).toEqual({ "x-api-key": "key-1" });
  });
});

const scopeOf = ({ redirectUrl }: { readonly redirectUrl: string | null }) =>
  new URL(redirectUrl ?? "").searchParams.get("scope");

describe("reconnect", () => {
  it("keeps what works until the new grant is stored, and the id for ever", async () => {
    const { connection, toolset } = await granted();
    const again = await connection.reconnect({ scopes: ["tickets:admin"], redirectUrl: "/done" });
    expect(again.connectedAccountId).toBe(connection.id);
    expect(scopeOf(again)).toBe("tickets:read tickets:write tickets:admin");
    expect((await connection.getAuthParams()).headers).toEqual({ authorization: "Bearer access-1" });
    server.use(
      http.post(`${PROVIDER}/token`, () => HttpResponse.json({ ...TOKENS, access_token: "access-2" })),
    );
    const callback = consented(again.redirectUrl);
    const { redirectUrl } = await toolset.handleCallback(callback, { entityId: "ada" });
    expect(redirectUrl).toBe("https://app.example.com/done");
    expect((await again.waitUntilActive()).id).toBe(connection.id);
    expect((await connection.getAuthParams()).headers).toEqual({ authorization: "Bearer access-2" });
    expect(await connection.reload()).toMatchObject({
      alias: "main",
      labels: ["work"],
      scopes: ["tickets:read", "tickets:write", "tickets:admin"],
    });
  });

  it("asks for what was granted, also when it is called without scopes", async () => {
    const { connection } = await granted({ ...TOKENS, scope: "tickets:read profile" });
    expect(scopeOf(await connection.reconnect())).toBe("tickets:read profile tickets:write");
    expect(scopeOf(await connection.reconnect({ scopes: ["profile", "mail"] }))).toBe(
      "tickets:read profile mail",
    );
  });

  it("asks for a given set alone where it is not to keep what was granted, and has that then", async () => {
    const { connection, toolset } = await granted({ ...TOKENS, scope: "tickets:read profile" });
    expect(scopeOf(await connection.reconnect({ keepGranted: false }))).toBe("tickets:read tickets:write");
    expect(scopeOf(await connection.reconnect({ scopes: "mail", keepGranted: true }))).toBe(
      "tickets:read profile mail",
    );
    const narrowed = await connection.reconnect({ scopes: ["profile"], keepGranted: false });
    expect(scopeOf(narrowed)).toBe("profile");
    await toolset.handleCallback(consented(narrowed.redirectUrl), { entityId: "ada" });
    const { scopes } = await connection.reload();
    expect(scopes).toEqual(["tickets:read", "profile"]);
    server.use(http.post(`${PROVIDER}/token`, () => HttpResponse.json(TOKENS)));
    const again = await connection.reconnect({ scopes: ["profile"], keepGranted: false });
    await toolset.handleCallback(consented(again.redirectUrl), { entityId: "ada" });
    expect(await connection.reload()).toMatchObject({ scopes: ["profile"] });
  });

  it("takes no scopes where none can be asked for", async () => {
    const { connection } = await keyed();
    await expect(
      connection.reconnect({ scopes: ["a"], connectionParams: { api_key: "key-2" } }),
    ).rejects.toMatchObject({ issues: [{ path: "scopes" }] });
    await expect(
      connection.reconnect({ keepGranted: false, connectionParams: { api_key: "key-2" } }),
    ).rejects.toMatchObject({ issues: [{ path: "keepGranted" }] });
  });

  it("is done at once for schemes that need only what the user gives", async () => {
    const { connection } = await keyed();
    const again = await connection.reconnect({ connectionParams: { api_key: "key-2" } });
    expect(again.toJSON()).toEqual({
      connectionStatus: "ACTIVE",
      connectedAccountId: connection.id,
      redirectUrl: null,
    });
    expect((await connection.getAuthParams()).headers).toEqual({ "x-api-key": "key-2" });
    await expect(connection.reconnect()).rejects.toMatchObject({
      issues: [{ path: "connectionParams.api_key" }],
    });
  });
});

describe("update", () => {
  it("changes alias, labels and default, each only when it is given", async () => {
    const { connection } = await keyed();
    await connection.update({ alias: "work", labels: ["a"] });
    await connection.update({ isDefault: true });
    expect(connection).toMatchObject({ alias: "work", labels: ["a"], isDefault: true });
    await connection.update({ alias: null, labels: [] });
    expect(connection).toMatchObject({ alias: null, labels: [], isDefault: true });
  });

  it("loses no change when many are made at once", async () => {
    const { ada, connection } = await keyed();
    const others = await Promise.all([1, 2, 3].map(() => ada.getConnection({ connectionId: connection.id })));
    const [first, second, third] = others;
    await Promise.all([
      first?.update({ alias: "work" }),
      second?.update({ labels: ["a"] }),
      third?.update({ isDefault: true }),
      connection.updateCredentials({ api_key: "key-2" }),
    ]);
    expect(await connection.reload()).toMatchObject({ alias: "work", labels: ["a"], isDefault: true });
    expect((await connection.getAuthParams()).headers).toEqual({ "x-api-key": "key-2" });
  });
});

describe("a connection as data", () => {
  it("is everything but its credentials, in JSON and in the console", async () => {
    const { connection, clock } = await granted({ ...TOKENS, scope: "tickets:read" });
    const at = clock.now();
    const json = {
      id: connection.id,
      app: "acme",
      integrationId: connection.integrationId,
      entityId: "ada",
      authScheme: "OAUTH2",
      status: "ACTIVE",
      statusReason: null,
      alias: "main",
      labels: ["work"],
      isDefault: false,
      account: null,
      scopes: ["tickets:read"],
      params: {},
      expiresAt: new Date(at + 3_600_000).toISOString(),
      createdAt: new Date(at).toISOString(),
      updatedAt: new Date(at).toISOString(),
    };
    expect(connection.toJSON()).toEqual(json);
    expect(JSON.parse(JSON.stringify(connection))).toEqual(json);
    expect(inspect(connection)).toBe(inspect(json));
    expect(connection.expiresAt).toEqual(new Date(at + 3_600_000));
  });

  it("has a fetch that can be passed on", async () => {
    server.use(
      http.get(`${PROVIDER}/api/tickets`, ({ request }) =>
        HttpResponse.json({ key: request.headers.get("x-api-key") }),
      ),
    );
    const { connection } = await keyed();
    const { fetch } = connection;
    expect(await (await fetch("/tickets")).json()).toEqual({ key: "key-1" });
    expect(await connection.request("/tickets").json()).toEqual({ key: "key-1" });
  });

  it("that cannot be renewed says so", async () => {
    const { connection } = await keyed();
    await expect(connection.refresh()).rejects.toMatchObject({
      code: "TOKEN_REFRESH_FAILED",
      message: expect.stringContaining("API_KEY"),
    });
  });
});
