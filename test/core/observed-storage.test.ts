import { memoryStorage, StorageError } from "mooring";
import { fakeClock } from "mooring/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { observedStorage } from "../../src/core/observed-storage.js";
import { wrappedStorage } from "../../src/core/wrapped-storage.js";
import { redisLeases } from "../../src/storage/redis.js";
import { openTelemetry } from "../../src/telemetry/opentelemetry.js";
import { setUp } from "../support/acme.js";
import { startSdk } from "../support/observed.js";

let sdk: ReturnType<typeof startSdk>;
beforeEach(() => {
  sdk = startSdk();
});
afterEach(() => sdk.stop());

describe("a storage operation, as a trace shows it", () => {
  it.each([
    ["client", true],
    ["internal", false],
  ] as const)("is of kind %s where records outlive the process: %s", async (kind, persistent) => {
    const inner = { ...memoryStorage(), name: "ours", persistent };
    const storage = observedStorage(inner, openTelemetry(sdk));
    expect(await storage.integrations.get("none")).toBeNull();
    expect(sdk.spans()).toEqual([
      {
        name: "mooring.storage",
        kind,
        attributes: { "mooring.storage.adapter": "ours", "mooring.storage.operation": "integrations.get" },
        failed: false,
        parent: null,
      },
    ]);
    expect(await sdk.series()).toMatchObject([
      {
        name: "mooring.storage.duration",
        labels: { "mooring.storage.adapter": "ours", "mooring.storage.operation": "integrations.get" },
        count: 1,
      },
    ]);
  });

  it("names the adapter that does it: leases may be lent by another", async () => {
    const lender = memoryStorage();
    const leases = { ...lender.leases, adapter: "lender" };
    const own = { ...memoryStorage(), name: "ours" };
    const storage = observedStorage({ ...own, leases }, openTelemetry(sdk));
    await storage.leases.acquire({ key: "k", owner: "o", ttlMs: 1_000 });
    await storage.flows.consume("none");
    // A host's own lease store need not say.
    const silent = { ...lender.leases, adapter: undefined };
    await observedStorage({ ...own, leases: silent }, openTelemetry(sdk)).leases.deleteExpired(0);
    expect(sdk.spans().map(({ attributes }) => attributes)).toMatchObject([
      { "mooring.storage.adapter": "lender", "mooring.storage.operation": "leases.acquire" },
      { "mooring.storage.adapter": "ours", "mooring.storage.operation": "flows.consume" },
      { "mooring.storage.adapter": "ours", "mooring.storage.operation": "leases.deleteExpired" },
    ]);
  });

  it("is named after Redis where that lends its leases to other rows", async () => {
    const leases = redisLeases({ call: async () => "0" });
    const { toolset } = setUp({ storage: { ...memoryStorage(), leases }, telemetry: openTelemetry(sdk) });
    await toolset.sweep();
    expect(sdk.spans().map(({ attributes }) => attributes)).toMatchObject([
      { "mooring.storage.adapter": "memory", "mooring.storage.operation": "flows.deleteExpired" },
      { "mooring.storage.adapter": "redis", "mooring.storage.operation": "leases.deleteExpired" },
    ]);
  });

  it("is a span for each time it was tried, so that a database that fails is seen though no caller is", async () => {
    const clock = fakeClock();
    let failures = 2;
    const storage = wrappedStorage(memoryStorage(), async (operation, call) => {
      failures -= 1;
      if (failures < 0) return call();
      throw new StorageError("STORAGE_FAILED", "Away.", { adapter: "memory", operation, retryable: true });
    });
    const { toolset } = setUp({ storage, clock, telemetry: openTelemetry(sdk) });
    const listed = toolset.getIntegrations();
    await vi.waitFor(() => expect(clock.sleeping).toBe(1));
    await clock.advance(1_000);
    expect(await listed).toEqual([]);
    expect(sdk.spans().map(({ attributes }) => attributes["error.type"])).toEqual([
      "STORAGE_FAILED",
      "STORAGE_FAILED",
      undefined,
    ]);
  });

  it("is seen within a transaction of the host, too", async () => {
    const { toolset } = setUp({ telemetry: openTelemetry(sdk) });
    await toolset.withTransaction(memoryStorage()).getIntegrations();
    expect(sdk.spans()).toMatchObject([{ attributes: { "mooring.storage.operation": "integrations.list" } }]);
  });
});
