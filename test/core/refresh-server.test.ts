import type { Connection, MooringToolSetOptions, StorageAdapter } from "mooring";
import { MooringToolSet, memoryStorage } from "mooring";
import { afterEach, describe, expect, it } from "vitest";
import { acmeTracker } from "../../examples/support/acme-tracker.js";
import type { AuthorizationServer } from "../../examples/support/authorization-server.js";
import { startAuthorizationServer } from "../../examples/support/authorization-server.js";
import { createBrowser } from "../../examples/support/browser.js";
import type { ProtectedApi } from "../../examples/support/protected-api.js";
import { startProtectedApi } from "../../examples/support/protected-api.js";
import { systemClock } from "../../src/core/system-clock.js";

const CALLBACK_URL = "https://app.example.com/connect/callback";
const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** The machine's clock, set forward by `skip`. */
function skippingClock() {
  let ahead = 0;
  return {
    now: () => Date.now() + ahead,
    sleep: systemClock.sleep,
    skip(milliseconds: number) {
      ahead += milliseconds;
    },
  };
}

interface World {
  readonly server: AuthorizationServer;
  readonly api: ProtectedApi;
  readonly storage: StorageAdapter;
  readonly clock: ReturnType<typeof skippingClock>;
  /** The connection as another process would hold it: only the storage is shared. */
  elsewhere(): Promise<Connection>;
  readonly connection: Connection;
  /** Refreshes the token endpoint saw. */
  refreshes(): number;
}

/** A real authorization server with rotation and reuse detection, an API that checks tokens there, and a connected user. */
async function connectedWorld(
  options: Pick<MooringToolSetOptions<never, never, never>, "refresh"> = {},
): Promise<World> {
  const server = await startAuthorizationServer({ accessTokenTtlSeconds: 3600 });
  cleanups.push(() => server.close());
  const api = await startProtectedApi({ authorizationServer: server });
  cleanups.push(() => api.close());
  const storage = memoryStorage();
  const clock = skippingClock();
  const encryption = { keys: [{ id: "k1", secret: "0123456789abcdef0123456789abcdef" }] };
  const toolsetOf = () =>
    new MooringToolSet({
      storage,
      encryption,
      clock,
      callbackUrl: CALLBACK_URL,
      apps: [acmeTracker({ server, api })],
      ...options,
    });

  const toolset = toolsetOf();
  await toolset.createIntegration({ app: "acme", authScheme: "OAUTH2", authConfig: server.client });
  const request = await toolset.getEntity("ada").initiateConnection({ app: "acme" });
  const callback = await createBrowser().authorize(request.redirectUrl ?? "", { login: "ada" });
  const { connection } = await toolset.handleCallback(callback, { entityId: "ada" });
  return {
    server,
    api,
    storage,
    clock,
    connection,
    elsewhere: () => toolsetOf().getEntity("ada").getConnection({ connectionId: connection.id }),
    refreshes: () => server.tokenRequests.filter(({ grantType }) => grantType === "refresh_token").length,
  };
}

const callTogether = (connection: Connection, count: number) =>
  Promise.all(Array.from({ length: count }, () => connection.request("/me").json<{ login: string }>()));

describe("refresh against a server with rotation and reuse detection", () => {
  it("knows from the ID token whose account it is", async () => {
    const { connection } = await connectedWorld();
    expect(connection.account).toMatchObject({ id: "ada", email: "ada@acme.example" });
  });

  it("makes one token request for 200 concurrent callers of an expired token, and none of them fails", async () => {
    const { connection, clock, refreshes } = await connectedWorld();
    clock.skip(3600_000);
    const answers = await callTogether(connection, 200);
    expect(answers).toHaveLength(200);
    expect(refreshes()).toBe(1);
    await callTogether(connection, 5);
    expect(refreshes()).toBe(1);
  });

  it("makes one token request for 200 concurrent callers whose token the API rejects with 401", async () => {
    const { connection, server, refreshes } = await connectedWorld();
    server.expireAccessTokens();
    expect(await callTogether(connection, 200)).toHaveLength(200);
    expect(refreshes()).toBe(1);
  });

  it("makes one token request for each time the API rejects a token it had accepted, however soon", async () => {
    const { connection, server, refreshes } = await connectedWorld();
    for (const round of [1, 2, 3, 4, 5]) {
      server.expireAccessTokens();
      await callTogether(connection, 20);
      expect(refreshes()).toBe(round);
    }
  });

  it("makes one token request for callers of several toolsets on one storage, expiry after expiry", async () => {
    const { connection, elsewhere, clock, refreshes } = await connectedWorld();
    const connections = [connection, await elsewhere(), await elsewhere(), await elsewhere()];
    for (const expiry of [1, 2, 3]) {
      clock.skip(3600_000);
      const answers = await Promise.all(connections.map((each) => callTogether(each, 25)));
      expect(answers.flat()).toHaveLength(100);
      expect(refreshes()).toBe(expiry);
    }
  });

  it("keeps what works while the token endpoint is slow for another process", async () => {
    const { connection, elsewhere, clock, server, refreshes } = await connectedWorld();
    const other = await elsewhere();
    clock.skip(3600_000 - 200_000);
    server.injectTokenFault({ kind: "delay", milliseconds: 500 });
    const slow = connection.request("/me").json();
    await expect(other.request("/me").json()).resolves.toBeDefined();
    await slow;
    expect(refreshes()).toBe(1);
  });

  it("tries once more when the connection breaks before the server did anything", async () => {
    const { connection, clock, server, refreshes } = await connectedWorld();
    clock.skip(3600_000);
    server.injectTokenFault({ kind: "drop" });
    await expect(connection.request("/me").json()).resolves.toMatchObject({ login: "ada" });
    expect(refreshes()).toBe(2);
  });

  it("ends as EXPIRED with a reason, after two requests, when the answer with the rotated token is lost", async () => {
    const { connection, clock, server, refreshes } = await connectedWorld();
    clock.skip(3600_000);
    server.injectTokenFault({ kind: "lose-answer" });
    await expect(connection.request("/me")).rejects.toMatchObject({
      name: "TokenError",
      code: "REAUTHORIZATION_REQUIRED",
      providerError: "invalid_grant",
      retryable: false,
    });
    expect(refreshes()).toBe(2);
    await connection.reload();
    expect(connection.status).toBe("EXPIRED");
    expect(connection.statusReason).toMatch(/invalid_grant.*never arrived/);
    await expect(connection.request("/me")).rejects.toMatchObject({
      code: "CONNECTION_NOT_ACTIVE",
      status: "EXPIRED",
    });
    expect(refreshes()).toBe(2);

    const request = await connection.reconnect();
    expect(request.redirectUrl).not.toBeNull();
  });

  it("waits for a token endpoint as long as it is told to", async () => {
    const { connection, clock, server, refreshes } = await connectedWorld({ refresh: { timeoutMs: 1_000 } });
    clock.skip(3600_000);
    server.injectTokenFault({ kind: "delay", milliseconds: 1_500, times: 2 });
    await expect(connection.request("/me")).rejects.toMatchObject({
      code: "TOKEN_REFRESH_FAILED",
      message: expect.stringContaining("within 1000 milliseconds"),
      retryable: true,
    });
    expect(refreshes()).toBeLessThanOrEqual(2);
    expect((await connection.reload()).status).toBe("ACTIVE");
  });

  it("waits as the server asks and stays ACTIVE", async () => {
    const { connection, clock, server, refreshes } = await connectedWorld();
    clock.skip(3600_000);
    server.injectTokenFault({ kind: "answer", status: 503, headers: { "retry-after": "1" } });
    await expect(connection.request("/me").json()).resolves.toMatchObject({ login: "ada" });
    expect(refreshes()).toBe(2);
  });

  it("lets a failing token endpoint be felt only when the token no longer works", async () => {
    const { connection, clock, server } = await connectedWorld();
    clock.skip(3600_000 - 60_000);
    server.injectTokenFault({ kind: "answer", status: 500, times: 2 });
    await expect(connection.request("/me").json()).resolves.toMatchObject({ login: "ada" });
    clock.skip(60_000);
    server.injectTokenFault({ kind: "answer", status: 500, times: 2 });
    await expect(connection.request("/me")).rejects.toMatchObject({
      code: "TOKEN_REFRESH_FAILED",
      status: 500,
      retryable: true,
    });
    expect((await connection.reload()).status).toBe("ACTIVE");
    await expect(connection.request("/me").json()).resolves.toMatchObject({ login: "ada" });
  });

  it("revokes at the server: the tokens are dead there, and gone here", async () => {
    const { connection, server, storage } = await connectedWorld();
    const { headers } = await connection.getAuthParams();
    const token = headers["authorization"]?.replace("Bearer ", "") ?? "";
    expect((await server.introspect(token)).active).toBe(true);
    await connection.revoke();
    expect((await server.introspect(token)).active).toBe(false);
    const row = await storage.connections.get({ id: connection.id, entityId: "ada" });
    expect(row?.connection).toMatchObject({ status: "REVOKED", credentials: null });
  });

  it("renews on demand, and gives the new token to every holder of the connection", async () => {
    const { connection, elsewhere, refreshes } = await connectedWorld();
    const other = await elsewhere();
    const before = (await other.getAuthParams()).headers["authorization"];
    await connection.refresh();
    expect(refreshes()).toBe(1);
    expect((await other.getAuthParams()).headers["authorization"]).not.toBe(before);
  });
});
