import type { Connection, MooringToolSet, StorageAdapter } from "mooring";
import { ConfigurationError, memoryStorage } from "mooring";
import type { FakeClock } from "mooring/testing";
import { fakeClock } from "mooring/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { kyselyStorage, migrateStorage } from "../../src/storage/kysely.js";
import { CLIENT, consented, setUp } from "../support/acme.js";
import type { HostDatabase } from "../support/pglite.js";
import { emptyMooringTables, startPglite } from "../support/pglite.js";

const CACHE_MS = 5_000;
const encryption = { keys: [{ id: "2026-11", secret: "an-encryption-key-of-the-host-32" }] };

let host: HostDatabase;
beforeAll(async () => {
  host = await startPglite();
  await migrateStorage(host.db);
});
afterAll(() => host.db.destroy());

/** Tokens the provider has given out: the API takes the newest one only. */
let issued: number;
beforeEach(async () => {
  issued = 0;
  await emptyMooringTables(host.db);
});
const fetch = async (input: Request | URL | string): Promise<Response> => {
  const request = new Request(input);
  if (new URL(request.url).pathname === "/token") {
    issued += 1;
    return Response.json({
      access_token: `token-${issued}`,
      refresh_token: `refresh-${issued}`,
      token_type: "Bearer",
      expires_in: 3600,
    });
  }
  const authorization = request.headers.get("authorization");
  const key = request.headers.get("x-api-key");
  const isTaken = key !== null || authorization === `Bearer token-${issued}`;
  return Response.json({ said: key ?? authorization }, { status: isTaken ? 200 : 401 });
};

interface Process {
  readonly toolset: MooringToolSet;
  readonly connection: Connection;
}

interface World extends Process {
  readonly clock: FakeClock;
  /** The same connection in another process, which keeps no rows. */
  elsewhere(): Promise<Process>;
}

async function world(
  authScheme: "OAUTH2" | "API_KEY",
  options: { readonly storage?: StorageAdapter; readonly connectionCacheMs?: number } = {},
): Promise<World> {
  const clock = fakeClock();
  const { storage = kyselyStorage(host.db), connectionCacheMs = CACHE_MS } = options;
  const toolsetOf = (cacheMs: number) =>
    setUp({ storage, clock, fetch, encryption, connectionCacheMs: cacheMs }).toolset;
  const toolset = toolsetOf(connectionCacheMs);
  const authConfig = authScheme === "OAUTH2" ? CLIENT : {};
  await toolset.createIntegration({ app: "acme", authScheme, authConfig });
  const request = await toolset.getEntity("ada").initiateConnection({
    app: "acme",
    authScheme,
    ...(authScheme === "API_KEY" ? { connectionParams: { api_key: "key-1" } } : {}),
  });
  const connection =
    authScheme === "API_KEY"
      ? await request.waitUntilActive()
      : (await toolset.handleCallback(consented(request.redirectUrl), { entityId: "ada" })).connection;
  const elsewhere = async () => {
    const other = toolsetOf(0);
    const there = await other.getEntity("ada").getConnection({ connectionId: connection.id });
    return { toolset: other, connection: there };
  };
  return { toolset, connection, clock, elsewhere };
}

const said = async (connection: Connection): Promise<unknown> =>
  (await connection.request("/tickets").json<{ said: unknown }>()).said;

/** How many statements some work takes. */
async function statementsOf(work: () => Promise<unknown>): Promise<number> {
  host.statements.length = 0;
  await work();
  return host.statements.length;
}

describe("a request, in statements", () => {
  it("takes one on a warm path", async () => {
    for (const authScheme of ["OAUTH2", "API_KEY"] as const) {
      const { connection } = await world(authScheme, { connectionCacheMs: 0 });
      await said(connection);
      expect(await statementsOf(() => said(connection))).toBe(1);
      expect(await statementsOf(() => connection.fetch("/tickets"))).toBe(1);
      await emptyMooringTables(host.db);
    }
  });

  it("takes none with a cache of rows, until its time is up", async () => {
    const { connection, clock } = await world("OAUTH2");
    expect(await statementsOf(() => said(connection))).toBe(1);
    const calls = () => Promise.all(Array.from({ length: 100 }, () => said(connection)));
    expect(await statementsOf(calls)).toBe(0);
    expect(await statementsOf(() => connection.fetch("/tickets"))).toBe(0);
    await clock.advance(CACHE_MS - 1);
    expect(await statementsOf(() => said(connection))).toBe(0);
    await clock.advance(1);
    expect(await statementsOf(calls)).toBe(1);
    expect(await statementsOf(calls)).toBe(0);
  });

  it("takes none with a cache of rows for another object of the same connection, one for another entity", async () => {
    const { toolset, connection } = await world("API_KEY");
    await said(connection);
    const same = await toolset.getEntity("ada").getConnection({ connectionId: connection.id });
    expect(await statementsOf(() => said(same))).toBe(0);
    const asMallory = () => toolset.getEntity("mallory").getConnection({ connectionId: connection.id });
    await expect(asMallory()).rejects.toMatchObject({ code: "CONNECTION_NOT_FOUND" });
    await expect(
      toolset.executeRequest({
        entityId: "mallory",
        connectedAccountId: connection.id,
        app: "acme",
        method: "GET",
        endpoint: "/tickets",
      }),
    ).resolves.toMatchObject({ successful: false });
  });
});

describe("with a cache of rows, a change made by the same toolset is seen at once", () => {
  const STOPPED = [
    ["disable", (made: World) => made.connection.disable(), "CONNECTION_NOT_ACTIVE"],
    ["revoke", (made: World) => made.connection.revoke(), "CONNECTION_NOT_ACTIVE"],
    ["delete", (made: World) => made.connection.delete(), "CONNECTION_NOT_FOUND"],
    [
      "integration.disable",
      async (made: World) => (await integration(made)).disable(),
      "INTEGRATION_DISABLED",
    ],
    ["integration.delete", async (made: World) => (await integration(made)).delete(), "CONNECTION_NOT_FOUND"],
  ] as const;
  const integration = ({ toolset, connection }: Process) => toolset.getIntegration(connection.integrationId);

  it.each(STOPPED)("%s", async (_name, stop, code) => {
    const made = await world("API_KEY");
    expect(await said(made.connection)).toBe("key-1");
    await stop(made);
    await expect(said(made.connection)).rejects.toMatchObject({ code });
    // What failed was not kept: it is asked for each time.
    expect(await statementsOf(() => said(made.connection).catch(() => {}))).toBe(1);
  });

  it("enable, updateCredentials", async () => {
    const { connection } = await world("API_KEY");
    expect(await said(connection)).toBe("key-1");
    await connection.updateCredentials({ api_key: "key-2" });
    expect(await said(connection)).toBe("key-2");
    await connection.disable();
    await expect(said(connection)).rejects.toThrow();
    await connection.enable();
    expect(await said(connection)).toBe("key-2");
  });

  it("refresh, reconnect", async () => {
    const { toolset, connection } = await world("OAUTH2");
    expect(await said(connection)).toBe("Bearer token-1");
    await connection.refresh();
    expect(await said(connection)).toBe("Bearer token-2");
    const { redirectUrl } = await connection.reconnect();
    await toolset.handleCallback(consented(redirectUrl), { entityId: "ada" });
    expect(await said(connection)).toBe("Bearer token-3");
    expect(issued).toBe(3);
  });

  it("also when a request is reading just then", async () => {
    const inner = memoryStorage();
    let onRead = async (): Promise<void> => {};
    const storage: StorageAdapter = {
      ...inner,
      connections: {
        ...inner.connections,
        async get(key) {
          const row = await inner.connections.get(key);
          const meanwhile = onRead;
          onRead = async () => {};
          await meanwhile();
          return row;
        },
      },
    };
    const { connection, toolset } = await world("API_KEY", { storage });
    const same = await toolset.getEntity("ada").getConnection({ connectionId: connection.id });
    onRead = async () => {
      await same.disable();
    };
    expect(await said(connection)).toBe("key-1");
    await expect(said(connection)).rejects.toMatchObject({ code: "CONNECTION_NOT_ACTIVE" });
  });
});

describe("with a cache of rows, a change made by another process", () => {
  it.each([
    ["disable", async ({ connection }: Process) => connection.disable()],
    ["revoke", async ({ connection }: Process) => connection.revoke()],
    ["delete", async ({ connection }: Process) => connection.delete()],
    [
      "integration.disable",
      async ({ toolset, connection }: Process) =>
        (await toolset.getIntegration(connection.integrationId)).disable(),
    ],
  ] as const)("is seen when the time of the row is up, not later: %s", async (_name, stop) => {
    const { connection, clock, elsewhere } = await world("API_KEY");
    expect(await said(connection)).toBe("key-1");
    await clock.advance(1_000);
    await stop(await elsewhere());
    await clock.advance(CACHE_MS - 1_001);
    expect(await said(connection)).toBe("key-1");
    await clock.advance(1);
    await expect(said(connection)).rejects.toThrow();
  });

  it("is seen at once when it makes work what did not", async () => {
    const { connection, elsewhere } = await world("API_KEY");
    await connection.disable();
    await expect(said(connection)).rejects.toThrow();
    await (await elsewhere()).connection.enable();
    expect(await said(connection)).toBe("key-1");
  });

  it("is seen at once when the API no longer takes the old token, and costs no token request", async () => {
    const { connection, elsewhere } = await world("OAUTH2");
    expect(await said(connection)).toBe("Bearer token-1");
    await (await elsewhere()).connection.refresh();
    expect(await said(connection)).toBe("Bearer token-2");
    expect(await statementsOf(() => said(connection))).toBeLessThanOrEqual(1);
    expect(await statementsOf(() => said(connection))).toBe(0);
    expect(issued).toBe(2);
  });

  it("is seen when the token has become due: it is read before it is refreshed", async () => {
    const { connection, clock, elsewhere } = await world("OAUTH2", { connectionCacheMs: 60_000 });
    const other = await elsewhere();
    await clock.advance(3_290_000);
    expect(await said(connection)).toBe("Bearer token-1");
    await clock.advance(20_000);
    expect(await said(other.connection)).toBe("Bearer token-2");
    expect(await statementsOf(async () => expect(await said(connection)).toBe("Bearer token-2"))).toBe(1);
    expect(issued).toBe(2);
  });

  it("is the same for one in a transaction of the host: it is seen at the latest when the time is up", async () => {
    const { toolset, connection, clock } = await world("API_KEY");
    await said(connection);
    await host.db.transaction().execute(async (transaction) => {
      const within = toolset.withTransaction(kyselyStorage(transaction)).getEntity("ada");
      const inside = await within.getConnection({ connectionId: connection.id });
      await inside.disable();
      await expect(said(inside)).rejects.toMatchObject({ code: "CONNECTION_NOT_ACTIVE" });
    });
    await clock.advance(CACHE_MS);
    await expect(said(connection)).rejects.toMatchObject({ code: "CONNECTION_NOT_ACTIVE" });
  });

  it("is not seen when it is in a transaction of the host that is rolled back", async () => {
    const { toolset, connection } = await world("API_KEY");
    await said(connection);
    const rolledBack = host.db.transaction().execute(async (transaction) => {
      const within = toolset.withTransaction(kyselyStorage(transaction)).getEntity("ada");
      const inside = await within.getConnection({ connectionId: connection.id });
      await inside.updateCredentials({ api_key: "key-2" });
      expect(await said(inside)).toBe("key-2");
      throw new Error("rolled back");
    });
    await expect(rolledBack).rejects.toThrow("rolled back");
    expect(await said(connection)).toBe("key-1");
  });
});

describe("connectionCacheMs", () => {
  it.each([-1, 60_001, 1.5, "5", Number.NaN])("cannot be %s", (connectionCacheMs) => {
    const options = { storage: memoryStorage(), connectionCacheMs };
    expect(() => Reflect.apply(setUp, null, [options])).toThrow(
      expect.objectContaining({
        code: "CONFIG_INVALID",
        message: expect.stringContaining("connectionCacheMs"),
      }),
    );
    expect(() => Reflect.apply(setUp, null, [options])).toThrow(ConfigurationError);
  });
});
