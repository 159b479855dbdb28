import { describe, expect, it } from "vitest";
import { memoryStorage } from "../../src/storage/memory.js";
import { storageConformance } from "../../src/testing/storage-conformance.js";

describe("memoryStorage", () => {
  describe("conforms", () => {
    for (const { name, run } of storageConformance(async () => ({ storage: memoryStorage() }))) {
      it(name, run);
    }
  });

  it("says that its records end with the process", () => {
    expect(memoryStorage()).toMatchObject({ name: "memory", persistent: false });
  });
});
