import { describe, expect, it } from "vitest";
import type { StorageAdapter } from "../../src/ports/storage.js";
import { memoryStorage } from "../../src/storage/memory.js";
import { storageConformance } from "../../src/testing/index.js";
import { broken, FAULTS } from "./broken-adapters.js";

/** The names of the cases an adapter fails. */
async function failures(create: () => StorageAdapter): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const { name, run } of storageConformance(async () => ({ storage: create() }))) {
    await run().catch(() => failed.push(name));
  }
  return failed;
}

describe("storageConformance", () => {
  it("passes a sound adapter", async () => {
    expect(await failures(memoryStorage)).toEqual([]);
  });

  it.each(Object.entries(FAULTS))("finds the fault when %s", async (_fault, [create, detectedBy]) => {
    expect(await failures(create)).toContain(detectedBy);
  });

  it("has a name of its own for each case", () => {
    const names = storageConformance(async () => ({ storage: memoryStorage() })).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it("says what it expected, and what it got", async () => {
    const cases = storageConformance(async () => ({
      storage: broken(() => ({ integrations: { delete: async () => false } }))(),
    }));
    const deletion = cases.find(({ name }) => name === "integrations: delete says whether there was one");
    await expect(deletion?.run()).rejects.toThrow("first delete: expected true, got false.");
  });

  it("closes what each case opened, passed or not", async () => {
    let open = 0;
    const cases = storageConformance(async () => {
      open += 1;
      return {
        storage: broken(() => ({ leases: { acquire: async () => "held" as const } }))(),
        close: async () => {
          open -= 1;
        },
      };
    });
    const outcomes = await Promise.allSettled(cases.map(({ run }) => run()));
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(["fulfilled", "rejected"]));
    expect(open).toBe(0);
  });

  it("reads the dump for what should be gone", async () => {
    const history: string[] = [];
    const storage = broken(({ flows }) => ({
      flows: {
        insert: (record) => {
          history.push(JSON.stringify(record));
          return flows.insert(record);
        },
      },
    }))();
    const cases = storageConformance(async () => ({
      storage,
      dump: async () => `marked-new ${history.join("\n")}`,
    }));
    const leftovers = cases.find(({ name }) => name.includes("nothing is left"));
    await expect(leftovers?.run()).rejects.toThrow("the dump shows a consumed flow");
  });
});
