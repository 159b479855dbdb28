import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ValidationError } from "../../src/errors.js";
import { pageOf, pageStart } from "../../src/ports/paging.js";

describe("pages", () => {
  it("end with a cursor that begins the next one, and without on the last", () => {
    const found = [{ id: "c" }, { id: "b" }, { id: "a" }];
    const { items, nextCursor } = pageOf(found, 2);
    expect(items).toEqual([{ id: "c" }, { id: "b" }]);
    expect(pageStart({ limit: 2, cursor: nextCursor })).toBe("b");
    expect(pageOf(found, 3)).toEqual({ items: found, nextCursor: null });
    expect(pageOf([], 3)).toEqual({ items: [], nextCursor: null });
  });

  it("begin with the newest when there is no cursor", () => {
    expect(pageStart({ limit: 1, cursor: null })).toBeNull();
  });

  it("are refused by name when the cursor is none of theirs, whatever it is", () => {
    fc.assert(
      fc.property(fc.string(), (cursor) => {
        expect(() => pageStart({ limit: 1, cursor })).toThrow(ValidationError);
      }),
    );
    expect(() => pageStart({ limit: 1, cursor: "x" })).toThrow("`cursor` is not a cursor of this listing.");
  });

  it.each([0, -1, 2.5, Number.NaN, Number.POSITIVE_INFINITY])(
    "are refused by name with a limit of %s",
    (limit) => {
      expect(() => pageStart({ limit, cursor: null })).toThrow(
        "`limit` must be a whole number of at least 1.",
      );
    },
  );
});
