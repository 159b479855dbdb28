import { describe, expect, it } from "vitest";
import * as z from "zod";
import { idArgument, readArguments, readEntityId } from "../../src/core/arguments.js";

const schema = z.strictObject({ app: z.string(), isDefault: z.boolean().optional() });

describe("the argument of a call", () => {
  it.each(["__proto__", "constructor", "toString"])(
    "with a field called %s is refused, not obeyed",
    (name) => {
      const input: unknown = JSON.parse(`{ "app": "acme", "${name}": { "isDefault": true } }`);
      const read = () => readArguments(schema, input, "call()");
      expect(read).toThrow(expect.objectContaining({ code: "INPUT_INVALID" }));
      expect(read).toThrow(name);
    },
  );
});

describe("an id", () => {
  it.each([
    ["nothing", ""],
    ["a NUL character", "ada\0"],
    ["half of a surrogate pair", "ada\ud800"],
    ["more than 512 characters", "a".repeat(513)],
  ])("with %s is none: databases would not keep it apart from others", (_name, id) => {
    expect(() => readEntityId(id)).toThrow(expect.objectContaining({ code: "INPUT_INVALID" }));
    expect(idArgument().safeParse(id).success).toBe(false);
  });

  it.each(["user_123", "Ada Lovelace", "ada@example.com", "✓ \u{1f600}", "__proto__"])("may be %s", (id) => {
    expect(readEntityId(id)).toBe(id);
  });
});
