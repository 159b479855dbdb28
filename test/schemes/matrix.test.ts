import { Redis } from "ioredis";
import type { Connection, ConnectionRequest, StorageAdapter } from "mooring";
import { MooringToolSet, memoryStorage } from "mooring";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { kyselyStorage } from "../../src/storage/kysely.js";
import { redisStorage } from "../../src/storage/redis.js";
import { describeEachDatabase } from "../support/each-database.js";
import { describeOn, redisPrefix } from "../support/servers.js";
import type { MatrixProvider } from "./matrix-providers.js";
import { PROVIDERS } from "./matrix-providers.js";

const KEYS = [{ id: "2026-11", secret: "an-encryption-key-of-the-host-32" }];

/** Every scheme, from connecting to reconnecting, on one storage: an empty one for each test. */
function matrixOn(openStorage: () => StorageAdapter): void {
  describe.each(Object.entries(PROVIDERS))("%s", (scheme, start) => {
    let provider: MatrixProvider;
    let toolset: MooringToolSet;
    beforeEach(async () => {
      provider = await start();
      toolset = new MooringToolSet({
        storage: openStorage(),
        encryption: { keys: KEYS },
        callbackUrl: "https://app.example.com/connect/callback",
        apps: [provider.app],
      });
      await toolset.createIntegration({ app: "acme", authConfig: provider.authConfig });
    });
    afterEach(() => provider.close());

    const finished = async (request: ConnectionRequest): Promise<Connection> => {
      if (provider.consent === null) return request.waitUntilActive();
      expect(request.connectionStatus).toBe("INITIATED");
      const callback = await provider.consent(request.redirectUrl ?? "");
      return (await toolset.handleCallback(callback, { entityId: "ada" })).connection;
    };
    const connect = async () => {
      const { connectionParams } = provider;
      return finished(await toolset.getEntity("ada").initiateConnection({ app: "acme", connectionParams }));
    };
    const statusOfCall = async (connection: Connection) => (await connection.fetch(provider.path)).status;

    it("connects and calls", async () => {
      const connection = await connect();
      expect(connection).toMatchObject({ status: "ACTIVE", authScheme: scheme });
      expect(await statusOfCall(connection)).toBe(200);
    });

    it("refreshes, or says that there is nothing to refresh", async () => {
      const connection = await connect();
      if (provider.canRefresh) {
        await connection.refresh();
        expect(await statusOfCall(connection)).toBe(200);
      } else {
        await expect(connection.refresh()).rejects.toMatchObject({ name: expect.stringMatching(/Error$/) });
        expect((await connection.reload()).status).toBe("ACTIVE");
      }
    });

    it("revokes, calls no more, and connects again under the same id", async () => {
      const connection = await connect();
      await connection.revoke();
      expect(connection.status).toBe("REVOKED");
      await expect(connection.fetch(provider.path)).rejects.toMatchObject({ code: "CONNECTION_NOT_ACTIVE" });
      const again = await finished(
        await connection.reconnect({ connectionParams: provider.connectionParams }),
      );
      expect(again).toMatchObject({ id: connection.id, status: "ACTIVE" });
      expect(await statusOfCall(again)).toBe(200);
    });
  });
}

describe("memoryStorage", () => matrixOn(() => memoryStorage()));

describeEachDatabase("kyselyStorage", (db) => matrixOn(() => kyselyStorage(db())));

describeOn("redis", "redisStorage", (url) => {
  const drops: (() => Promise<void>)[] = [];
  let client: Redis;
  beforeAll(() => {
    client = new Redis(url);
  });
  afterAll(async () => {
    for (const drop of drops) await drop();
    client.disconnect();
  });
  matrixOn(() => {
    const { prefix, drop } = redisPrefix(url);
    drops.push(drop);
    return redisStorage(client, { prefix });
  });
});
