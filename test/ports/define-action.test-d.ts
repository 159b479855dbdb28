import { describe, expectTypeOf, it } from "vitest";
import * as z from "zod";
import { defineAction } from "../../src/ports/define-action.js";
import type { Action, ActionContext } from "../../src/ports/tool.js";

const base = { name: "ACME_DO_IT", app: "acme", description: "Does it." } as const;

describe("defineAction", () => {
  it("infers execute's input from the zod object", () => {
    const action = defineAction({
      ...base,
      input: z.strictObject({
        id: z.coerce.number(),
        note: z.string().optional(),
        size: z.number().default(1),
      }),
      execute(input, context) {
        expectTypeOf(input).toEqualTypeOf<{ id: number; note?: string | undefined; size: number }>();
        expectTypeOf(context).toEqualTypeOf<ActionContext>();
      },
    });
    expectTypeOf(action).toEqualTypeOf<Action>();
  });

  it("gives execute unchecked names for a JSON Schema", () => {
    defineAction({
      ...base,
      input: { type: "object", properties: { id: { type: "string" } } },
      async execute(input) {
        expectTypeOf(input).toEqualTypeOf<Readonly<Record<string, unknown>>>();
      },
    });
  });

  it("takes one of request and execute", () => {
    const input = z.object({});
    const request = { method: "GET", path: "/" } as const;
    defineAction({ ...base, input, request });
    // @ts-expect-error: neither
    expectTypeOf(defineAction).toBeCallableWith({ ...base, input });
    // @ts-expect-error: both
    expectTypeOf(defineAction).toBeCallableWith({ ...base, input, request, execute: () => null });
  });

  it("takes no input that is not an object", () => {
    // @ts-expect-error: a string
    expectTypeOf(defineAction).toBeCallableWith({ ...base, input: z.string(), execute: () => null });
  });
});
