import type { StorageAdapter } from "mooring";
import { memoryStorage, StorageError } from "mooring";
import { describe, expect, it } from "vitest";
import { setUp, setUpOAuth } from "../support/acme.js";
import { listedStorage } from "../support/stored-rows.js";

const DAY_MS = 86_400_000;
const KEY = { app: "acme", authScheme: "API_KEY", connectionParams: { api_key: "key-1" } } as const;

describe("flows nobody came back for", () => {
  it("are removed a day after they expired, when another one starts", async () => {
    const { storage, rows } = listedStorage(memoryStorage());
    const { toolset, clock } = await setUpOAuth({ storage });
    const start = () => toolset.getEntity("ada").initiateConnection({ app: "acme" });
    await start();
    await clock.advance(600_000 + DAY_MS - 1);
    await start();
    expect((await rows()).flows).toHaveLength(2);
    await clock.advance(1);
    await start();
    expect((await rows()).flows).toHaveLength(2);
  });

  it("stay when they cannot be removed: the new one starts all the same", async () => {
    const warned: string[] = [];
    const inner = memoryStorage();
    const deleteExpired = () =>
      Promise.reject(
        new StorageError("STORAGE_FAILED", "away", { adapter: "memory", operation: "flows.deleteExpired" }),
      );
    const { toolset } = await setUpOAuth({
      storage: { ...inner, flows: { ...inner.flows, deleteExpired } },
      logger: { debug: () => {}, warn: (message) => warned.push(message) },
    });
    const request = await toolset.getEntity("ada").initiateConnection({ app: "acme" });
    expect(request.connectionStatus).toBe("INITIATED");
    expect(warned).toEqual(["removing expired flows and leases failed"]);
  });
});

describe("a connection that is stopped while it is being renewed", () => {
  /** Disables or revokes a connection after it was read for the next call, and before that writes. */
  async function setUpStopped(scheme: "API_KEY" | "OAUTH2") {
    const inner = memoryStorage();
    let meanwhile: () => Promise<unknown> = async () => undefined;
    const storage: StorageAdapter = {
      ...inner,
      connections: {
        ...inner.connections,
        async get(key) {
          const row = await inner.connections.get(key);
          const once = meanwhile;
          meanwhile = async () => undefined;
          await once();
          return row;
        },
      },
    };
    const { toolset } = await setUpOAuth({ storage });
    if (scheme === "API_KEY") await toolset.createIntegration({ app: "acme", authScheme: scheme });
    const credentials = scheme === "API_KEY" ? { api_key: "key-1" } : { access_token: "access-1" };
    await toolset.importConnections([{ entityId: "ada", app: "acme", authScheme: scheme, credentials }]);
    const [connection] = await toolset.getEntity("ada").getConnections();
    if (connection === undefined) throw new Error("It was not imported.");
    return {
      connection,
      afterRead(work: () => Promise<unknown>) {
        meanwhile = work;
      },
    };
  }
  const CONFLICT = { code: "CONNECTION_CONFLICT", status: "ACTIVE" };

  it("stays disabled, with the credentials it had", async () => {
    const { connection, afterRead } = await setUpStopped("API_KEY");
    afterRead(() => connection.disable());
    await expect(connection.updateCredentials({ api_key: "key-2" })).rejects.toMatchObject(CONFLICT);
    expect((await connection.reload()).status).toBe("INACTIVE");
    await connection.enable();
    expect((await connection.getAuthParams()).headers).toEqual({ "x-api-key": "key-1" });
  });

  it("is not brought back by a link that was made meanwhile: none is made", async () => {
    const { connection, afterRead } = await setUpStopped("OAUTH2");
    afterRead(() => connection.disable());
    await expect(connection.reconnect()).rejects.toMatchObject(CONFLICT);
    expect((await connection.reload()).status).toBe("INACTIVE");
  });

  it("is renewed when it had been stopped before: that is what the host asks for", async () => {
    const { connection } = await setUpStopped("API_KEY");
    await connection.disable();
    expect((await connection.updateCredentials({ api_key: "key-2" })).status).toBe("ACTIVE");
  });
});

describe("an alias", () => {
  it("goes to one of many that ask for it at once; the others are told", async () => {
    const { toolset } = setUp();
    const ada = toolset.getEntity("ada");
    const outcomes = await Promise.allSettled(
      Array.from({ length: 5 }, () => ada.initiateConnection({ ...KEY, alias: "work" })),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === "fulfilled") continue;
      expect(outcome.reason).toMatchObject({ code: "CONNECTION_CONFLICT" });
    }
    expect(await ada.getConnections()).toHaveLength(1);
  });

  it("is another's without harm in another entity or app", async () => {
    const { toolset } = setUp();
    for (const entityId of ["ada", "bob"]) {
      await toolset.getEntity(entityId).initiateConnection({ ...KEY, alias: "work" });
      await toolset.getEntity(entityId).initiateConnection({ app: "opendata", alias: "work" });
    }
    expect(await toolset.getEntity("bob").getConnections()).toHaveLength(2);
  });

  it("of a connection that never worked is taken over, id and all", async () => {
    const { toolset } = await setUpOAuth();
    const ada = toolset.getEntity("ada");
    const waiting = await ada.initiateConnection({ app: "acme", authScheme: "OAUTH2", alias: "work" });
    const done = await ada.initiateConnection({ ...KEY, alias: "work", labels: ["a"] });
    expect(done.connectedAccountId).toBe(waiting.connectedAccountId);
    expect(await done.waitUntilActive()).toMatchObject({
      authScheme: "API_KEY",
      alias: "work",
      labels: ["a"],
    });
  });
});
