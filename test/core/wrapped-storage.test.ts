import type { StorageAdapter } from "mooring";
import { memoryStorage } from "mooring";
import { describe, expect, it } from "vitest";
import { noTelemetry } from "../../src/core/no-telemetry.js";
import { observedStorage } from "../../src/core/observed-storage.js";
import { resilientStorage } from "../../src/core/resilient-storage.js";
import { createRowCache } from "../../src/core/row-cache.js";
import { systemClock } from "../../src/core/system-clock.js";
import { watchedStorage } from "../../src/core/watched-storage.js";
import { wrappedStorage } from "../../src/core/wrapped-storage.js";

const STORES = ["integrations", "connections", "flows", "leases", "outbox"] as const;
/** How many arguments an operation has, where that is not one. */
const ARITIES: Readonly<Record<string, number>> = {
  "integrations.compareAndSwap": 2,
  "connections.insert": 2,
  "connections.compareAndSwap": 3,
  "connections.delete": 2,
};
const operations = STORES.flatMap((store) =>
  Object.entries(memoryStorage()[store] ?? {})
    .filter(([, member]) => typeof member === "function")
    .map(([method]) => ({
      store,
      method,
      operation: `${store}.${method}`,
      args: [{ id: "first" }, "second", "third"].slice(0, ARITIES[`${store}.${method}`] ?? 1),
    })),
);

/** A storage whose stores are objects of classes, as an adapter of the host's may be, and what they were asked. */
function recordingStorage() {
  const calls: { readonly operation: string; readonly args: readonly unknown[] }[] = [];
  const recording = <Store extends object>(store: string, methods: Store): Store => {
    const inherited = Object.fromEntries(
      Object.keys(methods).map((method) => [
        method,
        async function (this: unknown, ...args: readonly unknown[]) {
          if (this !== instance) throw new Error(`${store}.${method} was called on something else.`);
          calls.push({ operation: `${store}.${method}`, args });
          return `answer of ${store}.${method}`;
        },
      ]),
    );
    const instance: Store = Object.create(inherited);
    return instance;
  };
  const { integrations, connections, flows, leases, outbox } = memoryStorage();
  const storage: StorageAdapter = {
    name: "ours",
    persistent: true,
    integrations: recording("integrations", integrations),
    connections: recording("connections", connections),
    flows: recording("flows", flows),
    leases: recording("leases", leases),
    outbox: outbox === null ? null : recording("outbox", outbox),
  };
  return { storage, calls };
}

const rows = () => createRowCache({ maxAgeMs: 1_000, now: Date.now });
const watching = {
  span: <Value>(_operation: unknown, run: (span: { set(): void }) => Value) => run({ set() {} }),
};
const layers: readonly (readonly [string, (inner: StorageAdapter) => StorageAdapter])[] = [
  ["wrapped", (inner) => wrappedStorage(inner, (_operation, call) => call())],
  ["observed", (inner) => observedStorage(inner, watching)],
  ["resilient", (inner) => resilientStorage(inner, systemClock)],
  ["watched", (inner) => watchedStorage(inner, rows())],
];

describe.each(layers)("a storage that is %s", (_name, layer) => {
  it.each(operations)("passes on $operation with all arguments, and its answer", async (each) => {
    const { storage, calls } = recordingStorage();
    const layered = layer(storage);
    const method: unknown = Reflect.get(layered[each.store] ?? {}, each.method);
    if (typeof method !== "function") throw new Error(`There is no ${each.operation}.`);
    const answer: unknown = await Reflect.apply(method, layered[each.store], each.args);
    expect(answer).toBe(`answer of ${each.operation}`);
    expect(calls).toEqual([{ operation: each.operation, args: each.args }]);
  });

  it("says of itself what the storage says, and has an outbox if that has one", () => {
    const { storage } = recordingStorage();
    expect(layer(storage)).toMatchObject({ name: "ours", persistent: true });
    expect(layer({ ...storage, outbox: null }).outbox).toBeNull();
  });
});

describe("a storage nobody watches, and no cache is kept for", () => {
  it("is the storage itself", () => {
    const { storage } = recordingStorage();
    expect(observedStorage(storage, noTelemetry)).toBe(storage);
    expect(watchedStorage(storage, null)).toBe(storage);
  });
});
