import { memoryStorage, StorageError } from "mooring";
import { fakeClock } from "mooring/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { observedStorage } from "../../src/core/observed-storage.js";
import { wrappedStorage } from "../../src/core/wrapped-storage.js";
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
