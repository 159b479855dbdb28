import { describe, expect, it } from "vitest";
import { createOfferedTools } from "../../src/tools/offered-tools.js";

describe("createOfferedTools", () => {
  it("has offered nothing until something was", () => {
    expect([...createOfferedTools({ now: () => 0 }).namesFor("user_1")]).toEqual([]);
  });

  it("keeps what one entity was offered from all others", () => {
    const offered = createOfferedTools({ now: () => 0 });
    offered.offer({ entityId: "user_1", names: ["acme_act"] });
    expect([...offered.namesFor("user_1")]).toEqual(["ACME_ACT"]);
    expect([...offered.namesFor("user_2")]).toEqual([]);
  });

  it("adds up what was offered to all and to one, in any number of calls", () => {
    const offered = createOfferedTools({ now: () => 0 });
    offered.offer({ entityId: "user_1", names: ["A"] });
    offered.offer({ entityId: "user_1", names: ["B"] });
    offered.offer({ entityId: null, names: ["C"] });
    expect([...offered.namesFor("user_1")].sort()).toEqual(["A", "B", "C"]);
  });

  it("forgets an entity after a time, and what was offered to all never", () => {
    let now = 0;
    const offered = createOfferedTools({ now: () => now, maxAgeMs: 1_000 });
    offered.offer({ entityId: "user_1", names: ["A"] });
    offered.offer({ entityId: null, names: ["B"] });
    now = 1_001;
    expect([...offered.namesFor("user_1")]).toEqual(["B"]);
  });

  it("remembers only so many entities", () => {
    const offered = createOfferedTools({ now: () => 0, maxEntities: 10 });
    for (let index = 0; index < 1_000; index += 1) offered.offer({ entityId: `user_${index}`, names: ["A"] });
    const remembered = Array.from({ length: 1_000 }, (_, index) => offered.namesFor(`user_${index}`).size);
    expect(remembered.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(20);
    expect(remembered.at(-1)).toBe(1);
  });
});
