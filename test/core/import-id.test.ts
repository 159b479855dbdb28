import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { importedId } from "../../src/core/import-id.js";

const OWNER = { entityId: "user_1", app: "acme", authScheme: "OAUTH2" };
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/;

describe("the id of an imported connection", () => {
  it("is a UUID it had", async () => {
    const id = "0b5d3f9e-6a0e-4c1f-9d59-5e3a1b2c3d4e";
    expect(await importedId(id, OWNER, 0)).toBe(id);
  });

  it("is otherwise made of what it had, its entity, app and scheme: the same every time, and no one else's", async () => {
    const id = fc.string({ minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(id, id, fc.integer({ min: 0, max: 2 ** 47 }), async (one, other, createdAt) => {
        const made = await importedId(one, OWNER, createdAt);
        expect(made).toMatch(UUID_V7);
        expect(await importedId(one, OWNER, createdAt)).toBe(made);
        expect(await importedId(one, { ...OWNER, entityId: "user_2" }, createdAt)).not.toBe(made);
        expect((await importedId(other, OWNER, createdAt)) === made).toBe(one === other);
      }),
    );
  });

  it("sorts by when it was made", async () => {
    const [older, newer] = [await importedId("b", OWNER, 1000), await importedId("a", OWNER, 2000)];
    expect(older < newer).toBe(true);
  });
});
