import { rmSync } from "node:fs";
import { Redis } from "ioredis";
import { memoryStorage, StorageError } from "mooring";
import { afterAll, beforeAll, expect, it } from "vitest";
import { redisStorage } from "../../../src/storage/redis.js";
import { INTEGRATION } from "../../support/records.js";
import { REDIS_CLIENTS } from "../../support/redis-clients.js";
import type { OwnServer } from "./own-server.js";
import { describeWithOwnServers, startCluster, startServer, until } from "./own-server.js";
import { story } from "./story.js";

const SECRET = "sealed-value-of-a-row";
const SETTINGS: Readonly<Record<string, string>> = {
  maxmemory: "0",
  "maxmemory-policy": "noeviction",
  "min-replicas-to-write": "0",
  "busy-reply-threshold": "50",
  "replica-serve-stale-data": "no",
};
/** As docs/storage.md lists them. */
const NEEDED = ["+@read", "+@write", "-@dangerous", "+eval", "+evalsha", "+time"];
/** What ioredis asks when it connects. */
const CONNECTING = ["+info"];

for (const [library, open] of Object.entries(REDIS_CLIENTS)) {
  describeWithOwnServers(`redisStorage with ${library}`, () => {
    let server: OwnServer;
    beforeAll(async () => {
      server = await startServer(SETTINGS);
    }, 30_000);
    afterAll(() => server.stop());

    const configure = (name: string, value: string) => server.run("CONFIG", "SET", name, value);

    /** What a write comes to, without what differs from one client to the other. */
    async function refusal(url = server.url): Promise<unknown> {
      const { client, close } = await open(url);
      try {
        const { integrations } = redisStorage(client);
        const id = `integration-${Math.random().toString(36).slice(2)}`;
        return await integrations.insert({ ...INTEGRATION, id, config: SECRET });
      } catch (error) {
        expect(error).toBeInstanceOf(StorageError);
        expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain(SECRET);
        return error;
      } finally {
        await close();
      }
    }

    it("says that there is no memory left", async () => {
      await configure("maxmemory", "1");
      const error = await refusal().finally(() => configure("maxmemory", "0"));
      expect(error).toMatchObject({ code: "STORAGE_FAILED", retryable: false });
      expect(String(error)).toContain("noeviction");
    });

    it("says that it has too few replicas, which may pass", async () => {
      await configure("min-replicas-to-write", "1");
      const error = await refusal().finally(() => configure("min-replicas-to-write", "0"));
      expect(error).toMatchObject({ code: "STORAGE_FAILED", retryable: true });
    });

    it("says that a script of another keeps it busy, which may pass", async () => {
      const endless = server.run("EVAL", "while true do end", "0").catch(() => {});
      await until(() =>
        server.run("PING").then(
          () => false,
          ({ message }) => /^BUSY/.test(message),
        ),
      );
      const error = await refusal().finally(() => server.run("SCRIPT", "KILL"));
      await endless;
      expect(error).toMatchObject({ code: "STORAGE_FAILED", retryable: true });
    });

    it("says that it is a replica, and of one without a primary that it is not ready", async () => {
      const primary = await startServer({ "repl-diskless-sync-delay": "0" });
      await server.run("REPLICAOF", "127.0.0.1", String(primary.port));
      await until(async () => /master_link_status:up/.test(String(await server.run("INFO", "replication"))));
      const replica = await refusal();
      primary.stop();
      await until(async () =>
        /master_link_status:down/.test(String(await server.run("INFO", "replication"))),
      );
      const orphan = await refusal().finally(() => server.run("REPLICAOF", "NO", "ONE"));
      expect(replica).toMatchObject({ code: "STORAGE_FAILED", retryable: true });
      expect(String(replica)).toContain("replica");
      expect(orphan).toMatchObject({ code: "STORAGE_FAILED", retryable: true });
    });

    it("says that it cannot save to its disk", async () => {
      const diskless = await startServer({ save: "3600 1" });
      try {
        rmSync(diskless.folder, { recursive: true });
        await diskless.run("BGSAVE");
        await until(async () => /bgsave_status:err/.test(String(await diskless.run("INFO", "persistence"))));
        const error = await refusal(diskless.url);
        expect(error).toMatchObject({ code: "STORAGE_FAILED", retryable: false });
        expect(String(error)).toContain("disk");
      } finally {
        diskless.stop();
      }
    });

    it("says of a node of a cluster what to pass instead", async () => {
      const nodes = await startCluster();
      const errors = await Promise.all(nodes.map(({ url }) => refusal(url)));
      for (const node of nodes) node.stop();
      const [error, ...others] = errors.filter((each) => each !== undefined);
      expect(error).toMatchObject({ code: "STORAGE_FAILED", retryable: false });
      expect(String(error)).toContain("createCluster");
      expect(others).toEqual([]);
    });

    it("says of a cluster that lacks nodes that it is not ready", async () => {
      const node = await startServer({ "cluster-enabled": "yes" });
      const error = await refusal(node.url).finally(() => node.stop());
      expect(error).toMatchObject({ code: "STORAGE_FAILED", retryable: true });
    });

    it("says that the connection broke while it waited for an answer", async () => {
      const dying = await startServer();
      const { client, close } = await open(dying.url);
      await dying.run("CLIENT", "PAUSE", "60000", "ALL");
      const asked = redisStorage(client).integrations.get(INTEGRATION.id);
      dying.stop();
      const error = await asked.catch((caught: unknown) => caught);
      await close();
      expect(error).toMatchObject({ code: "STORAGE_FAILED", retryable: true });
    });

    it("does all its work with the permissions that are documented, and says when one lacks", async () => {
      const as = (user: string) => `redis://${user}:password@127.0.0.1:${server.port}`;
      await server.run(
        "ACL",
        "SETUSER",
        "enough",
        "on",
        ">password",
        "~{mooring}:*",
        ...NEEDED,
        ...CONNECTING,
      );
      const { client, close } = await open(as("enough"));
      try {
        expect(await story(redisStorage(client))).toEqual(await story(memoryStorage()));
      } finally {
        await close();
      }
      for (const lacking of NEEDED.filter((rule) => rule.startsWith("+"))) {
        const rules = NEEDED.filter((rule) => rule !== lacking);
        await server.run(
          "ACL",
          "SETUSER",
          "less",
          "reset",
          "on",
          ">password",
          "~{mooring}:*",
          ...rules,
          ...CONNECTING,
        );
        await server.run("SCRIPT", "FLUSH");
        const lesser = await open(as("less"));
        const error = await story(redisStorage(lesser.client)).catch((caught: unknown) => caught);
        await lesser.close();
        expect([lacking, error]).toEqual([
          lacking,
          expect.objectContaining({ code: "STORAGE_ACCESS_DENIED" }),
        ]);
      }
      await server.run("ACL", "SETUSER", "other", "on", ">password", "~{other}:*", ...NEEDED, ...CONNECTING);
      expect(await refusal(as("other"))).toMatchObject({ code: "STORAGE_ACCESS_DENIED" });
    });

    it("says that scripts were taken away from the server", async () => {
      const without = await startServer({ "rename-command": "EVALSHA NO-EVALSHA" });
      const error = await refusal(without.url).finally(() => without.stop());
      expect(error).toMatchObject({ code: "STORAGE_FAILED", retryable: false });
      expect(String(error)).toContain("EVALSHA");
    });
  });
}

// A client of node-redis does not connect without its password.
describeWithOwnServers("redisStorage", () => {
  it.each([
    ["none is given", {}],
    ["another is given", { password: "wrong" }],
    ["that of a user it does not know is given", { username: "nobody", password: "password" }],
  ])("says that the server wants a password when %s", async (_what, login) => {
    const server = await startServer({ requirepass: "password" });
    const client = new Redis(server.url, { ...login, maxRetriesPerRequest: 1 });
    client.on("error", () => {});
    const error = await redisStorage(client)
      .integrations.get(INTEGRATION.id)
      .catch((caught: unknown) => caught);
    client.disconnect();
    server.stop();
    expect(error).toMatchObject({
      code: "STORAGE_ACCESS_DENIED",
      retryable: false,
      hint: expect.stringContaining("password"),
    });
  });
});
