import type { StorageAdapter } from "mooring";
import { defineApp, MooringToolSet, memoryStorage } from "mooring";
import { fakeClock, storageConformance } from "mooring/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { replicaStorage } from "../../examples/replica-storage.js";
import type { StrictTokenServer } from "../support/strict-token-server.js";
import { STRICT_CLIENT, startStrictTokenServer } from "../support/strict-token-server.js";

const KEYS = [{ id: "2026-11", secret: "an-encryption-key-of-the-host-32" }];
const HOUR_MS = 3_600_000;

/** A replica that knows what was there when it caught up last. */
function laggingReplica(primary: StorageAdapter) {
  let seen = new Map<string, Awaited<ReturnType<StorageAdapter["connections"]["get"]>>>();
  let reads = 0;
  const storage: StorageAdapter = {
    ...primary,
    connections: {
      ...primary.connections,
      async get({ id, entityId }) {
        reads += 1;
        const row = seen.get(id) ?? null;
        return row?.connection.entityId === entityId ? row : null;
      },
    },
  };
  return {
    storage,
    get reads() {
      return reads;
    },
    async catchUp() {
      const { items } = await primary.connections.scan({ limit: 100, cursor: null });
      const rows = await Promise.all(items.map((record) => primary.connections.get(record)));
      seen = new Map(rows.flatMap((row) => (row === null ? [] : [[row.connection.id, row] as const])));
    },
  };
}

/** What a host would try first: every read of a row from the replica. */
const everyReadFrom = (replica: StorageAdapter, primary: StorageAdapter): StorageAdapter => ({
  ...primary,
  connections: { ...primary.connections, get: replica.connections.get },
});

let server: StrictTokenServer;
beforeEach(async () => {
  server = await startStrictTokenServer();
});
afterEach(() => server.close());

/** Ada's connection, and processes of the host that share it, each with a storage of its own. */
async function host(
  storageOf: (primary: StorageAdapter, replica: StorageAdapter, now: () => number) => StorageAdapter,
) {
  const clock = fakeClock();
  const primary = memoryStorage();
  const replica = laggingReplica(primary);
  const app = defineApp({
    slug: "strict",
    name: "Strict",
    description: "An API whose tokens rotate",
    baseUrl: `${server.origin}/api`,
    authSchemes: [
      {
        scheme: "OAUTH2",
        authorizationUrl: `${server.origin}/authorize`,
        tokenUrl: `${server.origin}/token`,
      },
    ],
  });
  const process = (storage: StorageAdapter) => {
    const managedAuth = { strict: STRICT_CLIENT };
    const callbackUrl = "https://app.example.com/callback";
    const options = { clock, apps: [app], encryption: { keys: KEYS }, managedAuth, callbackUrl };
    return new MooringToolSet({ storage, ...options });
  };
  const setUp = process(primary);
  const credentials = { ...server.issueTokens("ada"), expires_at: clock.now() + HOUR_MS };
  await setUp.createIntegration({ app });
  await setUp.importConnections([{ entityId: "ada", app, credentials }]);
  await replica.catchUp();
  const newProcess = () => process(storageOf(primary, replica.storage, () => clock.now()));
  const connect = () => newProcess().getEntity("ada").getConnection({ app });
  return {
    clock,
    replica,
    newProcess,
    first: await connect(),
    second: await connect(),
    stored: async () => (await setUp.getEntity("ada").getConnections({ app }))[0],
  };
}

const sound = (primary: StorageAdapter, replica: StorageAdapter, now: () => number) =>
  replicaStorage({ primary, replica, now });
const naive = (primary: StorageAdapter, replica: StorageAdapter) => everyReadFrom(replica, primary);

/** A user who connects in one process and comes back in another. */
async function connectAnew(newProcess: () => MooringToolSet) {
  const request = await newProcess().getEntity("grace").initiateConnection({ app: "strict" });
  const consented = await fetch(request.redirectUrl ?? "", { redirect: "manual" });
  return newProcess().handleCallback(consented.headers.get("location") ?? "", { entityId: "grace" });
}

describe("a replica that answers every read", () => {
  it("makes even one process spend a refresh token twice, as it does not see its own write: the grant is gone", async () => {
    const { clock, first } = await host(naive);
    await clock.advance(HOUR_MS);
    await expect(first.fetch("/me")).rejects.toThrow();
    expect(server.refreshes.map(({ outcome }) => outcome)).toEqual(["granted", "reused"]);
    expect(server.isAlive("ada")).toBe(false);
  });

  it("overwrites nothing all the same: what was read too early loses the compare-and-swap", async () => {
    const { second, stored } = await host(naive);
    const connection = await stored();
    await connection?.update({ labels: ["changed since"] });
    const late = second.update({ labels: ["from a late read"] });
    await expect(late).rejects.toMatchObject({ code: "CONNECTION_CONFLICT", retryable: true });
    expect((await stored())?.labels).toEqual(["changed since"]);
  });

  it("does not have the connection yet that a user comes back for", async () => {
    const { newProcess } = await host(naive);
    await expect(connectAnew(newProcess)).rejects.toMatchObject({ code: "CONNECTION_NOT_FOUND" });
  });
});

describe("replicaStorage", () => {
  describe("conforms, whatever the replica does not know yet", () => {
    const create = async () => ({
      storage: replicaStorage({ primary: memoryStorage(), replica: memoryStorage() }),
    });
    for (const { name, run } of storageConformance(create)) it(name, run);
  });

  it("lets the replica answer what a request needs, and the primary nothing", async () => {
    const { replica, first } = await host((primary, copy, now) => {
      const connections = {
        ...primary.connections,
        get: () => Promise.reject(new Error("The primary was asked.")),
      };
      return replicaStorage({ primary: { ...primary, connections }, replica: copy, now });
    });
    const before = replica.reads;
    expect(await (await first.fetch("/me")).json()).toEqual({ login: "ada" });
    expect(replica.reads).toBe(before + 1);
  });

  it("refreshes once, however far behind the replica is", async () => {
    const { clock, first, second, replica } = await host(sound);
    await clock.advance(HOUR_MS);
    for (const connection of [first, second, first, second]) {
      expect((await connection.fetch("/me")).status).toBe(200);
    }
    await replica.catchUp();
    expect((await second.fetch("/me")).status).toBe(200);
    expect(server.refreshes.map(({ outcome }) => outcome)).toEqual(["granted"]);
    expect(server.isAlive("ada")).toBe(true);
  });

  it("replaces a token the API refuses with the one another process has stored", async () => {
    const { first, second } = await host(sound);
    await first.refresh();
    // The second still reads the token that the refresh has ended, and is told so by the API.
    expect((await second.fetch("/me")).status).toBe(200);
    expect(server.refreshes.map(({ outcome }) => outcome)).toEqual(["granted"]);
  });

  it("finishes a flow whose connection the replica does not have yet", async () => {
    const { newProcess } = await host(sound);
    const { connection } = await connectAnew(newProcess);
    expect((await connection.fetch("/me")).status).toBe(200);
  });

  it("writes over what another process changed, after reading it from the primary", async () => {
    const { second, stored } = await host(sound);
    await (await stored())?.update({ alias: "work" });
    await second.update({ labels: ["mine"] });
    expect(await stored()).toMatchObject({ alias: "work", labels: ["mine"] });
  });

  it("uses a connection that another process disabled until the replica knows", async () => {
    const { first, stored, replica } = await host(sound);
    await (await stored())?.disable();
    expect((await first.fetch("/me")).status).toBe(200);
    await replica.catchUp();
    await expect(first.fetch("/me")).rejects.toMatchObject({ code: "CONNECTION_NOT_ACTIVE" });
  });
});
