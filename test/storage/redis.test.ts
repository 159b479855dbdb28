import { Redis } from "ioredis";
import type { StorageAdapter } from "mooring";
import { storageConformance } from "mooring/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { kyselyStorage, migrateStorage } from "../../src/storage/kysely.js";
import { commandsOf } from "../../src/storage/redis/client.js";
import { redisLeases, redisStorage } from "../../src/storage/redis.js";
import { startPglite } from "../support/pglite.js";
import { CONNECTION, FLOW, INTEGRATION } from "../support/records.js";
import type { OpenClient } from "../support/redis-clients.js";
import { dumpRedis, REDIS_CLIENTS } from "../support/redis-clients.js";
import { describeOn, redisPrefix } from "../support/servers.js";

for (const [library, open] of Object.entries(REDIS_CLIENTS)) {
  describeOn("redis", `redisStorage with ${library}`, (url) => {
    let opened: OpenClient;
    beforeAll(async () => {
      opened = await open(url);
    });
    afterAll(() => opened.close());

    describe("conforms", () => {
      const create = async () => {
        const { prefix, drop } = redisPrefix(url);
        return {
          storage: redisStorage(opened.client, { prefix }),
          dump: () => dumpRedis(url, prefix),
          close: drop,
        };
      };
      for (const { name, run } of storageConformance(create)) it(name, run, 60_000);
    });

    describe("beside the suite", () => {
      const { prefix, drop } = redisPrefix(url);
      afterEach(drop);
      const storage = (): StorageAdapter => redisStorage(opened.client, { prefix });

      it("goes on when the server has forgotten its scripts", async () => {
        const store = storage();
        await store.integrations.insert(INTEGRATION);
        const admin = new Redis(url);
        await admin.script("FLUSH");
        admin.disconnect();
        await store.connections.insert(CONNECTION);
        expect((await store.connections.get(CONNECTION))?.connection).toEqual(CONNECTION);
      });

      it("leaves no key behind but the schema's when all is deleted", async () => {
        const store = storage();
        await store.integrations.insert({ ...INTEGRATION, reuseKey: "acme OAUTH2" });
        const alias = { ...CONNECTION, alias: "work", status: "ACTIVE" as const, expiresAt: 5 };
        await store.connections.insert(alias);
        await store.flows.insert(FLOW);
        await store.leases.acquire({ key: "k", owner: "o", ttlMs: 1000 });
        await store.leases.release({ key: "k", owner: "o" });
        await store.integrations.delete(INTEGRATION.id);
        expect(JSON.parse(await dumpRedis(url, prefix))).toEqual([[`{${prefix}}:schema`, "1"]]);
      });

      it("keeps apart what has another prefix", async () => {
        await storage().integrations.insert(INTEGRATION);
        const other = redisStorage(opened.client, { prefix: `${prefix}-2` });
        expect(await other.integrations.get(INTEGRATION.id)).toBeNull();
        await other.integrations.insert(INTEGRATION);
        expect(await storage().integrations.delete(INTEGRATION.id)).toBe(true);
        expect(await other.integrations.get(INTEGRATION.id)).toEqual(INTEGRATION);
      });

      it("reads a connection in one round trip", async () => {
        const sent: string[] = [];
        const send = commandsOf(opened.client);
        const store = redisStorage(
          {
            async call(command, ...args) {
              sent.push(command);
              return send("", command, args);
            },
          },
          { prefix },
        );
        await store.integrations.insert(INTEGRATION);
        await store.connections.insert(CONNECTION);
        await store.connections.get(CONNECTION);
        sent.length = 0;
        await store.connections.get(CONNECTION);
        expect(sent).toEqual(["evalsha"]);
      });

      it("says of what it cannot read that a newer version wrote it, where one did", async () => {
        const store = storage();
        await store.integrations.insert(INTEGRATION);
        const admin = new Redis(url);
        await admin.set(`{${prefix}}:schema`, "2");
        await admin.set(`{${prefix}}:integration:${INTEGRATION.id}`, "{}");
        admin.disconnect();
        await expect(store.integrations.get(INTEGRATION.id)).rejects.toMatchObject({
          code: "STORAGE_SCHEMA_NEWER",
        });
      });

      it("says what a user who may not write may not do", async () => {
        const admin = new Redis(url);
        const user = `${prefix}-reader`;
        await admin.call("ACL", "SETUSER", user, "on", ">password", "~*", "+@read", "+@connection", "+info");
        const restricted = new URL(url);
        restricted.username = user;
        restricted.password = "password";
        const limited = await open(restricted.href);
        try {
          const store = redisStorage(limited.client, { prefix });
          const error = await store.integrations.insert(INTEGRATION).catch((caught: unknown) => caught);
          expect(error).toMatchObject({ code: "STORAGE_ACCESS_DENIED", retryable: false });
          expect(JSON.stringify(error)).not.toContain(INTEGRATION.name);
        } finally {
          await limited.close();
          await admin.call("ACL", "DELUSER", user);
          admin.disconnect();
        }
      });

      it("says that a connection that is closed may come back", async () => {
        const closed = await open(url);
        await closed.close();
        const store = redisStorage(closed.client, { prefix });
        await expect(store.integrations.get(INTEGRATION.id)).rejects.toMatchObject({
          code: "STORAGE_FAILED",
          retryable: true,
        });
      });

      it("uses a new connection when the server has cut its own", async () => {
        await storage().integrations.insert(INTEGRATION);
        const cut = await open(url);
        const { integrations } = redisStorage(cut.client, { prefix });
        const id = String(await commandsOf(cut.client)("", "client", ["id"]));
        const admin = new Redis(url);
        expect(await admin.call("CLIENT", "KILL", "ID", id)).toBe(1);
        admin.disconnect();
        let found: unknown = null;
        for (let attempt = 0; attempt < 100 && found === null; attempt += 1) {
          found = await integrations.get(INTEGRATION.id).catch((error: unknown) => {
            expect(error).toMatchObject({ code: "STORAGE_FAILED", retryable: true });
            return null;
          });
        }
        await cut.close();
        expect(found).toEqual(INTEGRATION);
      });

      it("lends its leases to rows that are in SQL", async () => {
        const host = await startPglite();
        await migrateStorage(host.db);
        const create = async () => {
          const own = redisPrefix(url);
          const leases = redisLeases(opened.client, { prefix: own.prefix });
          return { storage: { ...kyselyStorage(host.db), leases }, close: own.drop };
        };
        const cases = storageConformance(create).filter(({ name }) => name.startsWith("leases:"));
        expect(cases.length).toBeGreaterThan(5);
        for (const { run } of cases) await run();
        await host.db.destroy();
      });
    });
  });
}

describe("redisStorage", () => {
  it.each([
    ["nothing", undefined],
    ["a URL", "redis://127.0.0.1:6379"],
    ["options", { host: "127.0.0.1" }],
  ])("refuses %s, saying what it wants", (_what, client) => {
    // @ts-expect-error: what JavaScript would let through
    expect(() => redisStorage(client)).toThrow(
      expect.objectContaining({
        code: "CONFIG_INVALID",
        issues: [expect.objectContaining({ path: "client" })],
      }),
    );
  });

  it.each(["", "a{b}", "a b", "x".repeat(65)])("refuses the prefix %j", (prefix) => {
    const client = { call: async () => null };
    expect(() => redisStorage(client, { prefix })).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ path: "prefix" })] }),
    );
  });
});
