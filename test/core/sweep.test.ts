import { describe, expect, it } from "vitest";
import { kyselyStorage } from "../../src/storage/kysely.js";
import { CLIENT, consented, setUp } from "../support/acme.js";
import { describeEachDatabase } from "../support/each-database.js";

const KEYS = [{ id: "2026-11", secret: "an-encryption-key-of-the-host-32" }];
const NOTHING = { delivered: 0, failed: 0, abandoned: 0 };

describeEachDatabase("sweep", (db) => {
  async function started() {
    const storage = kyselyStorage(db());
    const made = setUp({ storage, encryption: { keys: KEYS }, hooks: { "connection.active": () => {} } });
    await made.toolset.createIntegration({ app: "acme", authScheme: "OAUTH2", authConfig: CLIENT });
    const request = await made.toolset.getEntity("ada").initiateConnection({ app: "acme" });
    return { ...made, storage, callback: consented(request.redirectUrl) };
  }

  it("removes flows whose time is up, and no other", async () => {
    const { toolset, clock, callback } = await started();
    await clock.advance(599_999);
    expect(await toolset.sweep()).toEqual({ flows: 0, leases: 0, events: NOTHING });
    await clock.advance(1);
    expect(await toolset.sweep()).toEqual({ flows: 1, leases: 0, events: NOTHING });
    await expect(toolset.handleCallback(callback, { entityId: "ada" })).rejects.toMatchObject({
      code: "STATE_INVALID",
    });
  });

  it("removes leases of processes that died, and no other", async () => {
    const { toolset, storage } = await started();
    await storage.leases.acquire({ key: "refresh:dead", owner: "a", ttlMs: -1 });
    await storage.leases.acquire({ key: "refresh:alive", owner: "b", ttlMs: 30_000 });
    expect(await toolset.sweep()).toMatchObject({ leases: 1 });
    expect(await storage.leases.acquire({ key: "refresh:dead", owner: "c", ttlMs: 1 })).toBe("acquired");
    expect(await storage.leases.acquire({ key: "refresh:alive", owner: "c", ttlMs: 30_000 })).toBe("held");
  });

  it("delivers the events of a process that died", async () => {
    const { toolset, storage, clock } = await started();
    const [integration] = (await storage.integrations.list({ limit: 1, cursor: null })).items;
    const dead = setUp({
      storage: { ...storage, outbox: null },
      encryption: { keys: KEYS },
      hooks: { "connection.active": () => new Promise(() => {}) },
    });
    const key = { app: "acme", authScheme: "API_KEY", connectionParams: { api_key: "key" } } as const;
    await dead.toolset.getEntity("ada").initiateConnection(key);
    expect(integration?.app).toBe("acme");
    await clock.advance(60_000);
    expect(await toolset.sweep()).toMatchObject({ events: { ...NOTHING, delivered: 1 } });
    expect(await toolset.sweep()).toMatchObject({ events: NOTHING });
  });
});

describe("starting a flow", () => {
  it("removes what ran out a day ago, so that the late are told why", async () => {
    const { toolset, clock } = setUp();
    await toolset.createIntegration({ app: "acme", authScheme: "OAUTH2", authConfig: CLIENT });
    const ada = toolset.getEntity("ada");
    const late = consented((await ada.initiateConnection({ app: "acme" })).redirectUrl);
    await clock.advance(86_400_000);
    await ada.initiateConnection({ app: "acme" });
    await expect(toolset.handleCallback(late, { entityId: "ada" })).rejects.toMatchObject({
      code: "STATE_EXPIRED",
    });
    const later = consented((await ada.initiateConnection({ app: "acme" })).redirectUrl);
    await clock.advance(86_400_000 + 600_000);
    await ada.initiateConnection({ app: "acme" });
    await expect(toolset.handleCallback(later, { entityId: "ada" })).rejects.toMatchObject({
      code: "STATE_INVALID",
    });
  });
});
