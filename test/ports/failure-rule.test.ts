import { describe, expect, it } from "vitest";
import * as z from "zod";
import { failureRule, isFailure } from "../../src/ports/failure-rule.js";

describe("isFailure", () => {
  it.each([
    [{ path: "ok", equals: false }, { ok: false }, true],
    [{ path: "ok", equals: false }, { ok: "false" }, false],
    [{ path: "ok", equals: false }, {}, false],
    [{ path: "status", not: 0 }, { status: 0 }, false],
    [{ path: "status", not: 0 }, { status: 503 }, true],
    [{ path: "status", not: 0 }, { status: null }, false],
    [{ path: "status", not: 0 }, "no JSON", false],
    [{ path: "error.0", not: "" }, { error: [] }, false],
    [{ path: "error.0", not: "" }, { error: ["EAPI:Invalid key"] }, true],
  ])("by %j, of %j, is %j", (rule, body, expected) => {
    expect(isFailure(body, rule)).toBe(expected);
  });
});

describe("failureRule", () => {
  const rule = failureRule({ message: z.string() });

  it.each([
    [{ path: "ok", equals: false, message: "m" }, true],
    [{ path: "ok", not: true, message: "m" }, true],
    [{ path: "ok", message: "m" }, false],
    [{ path: "ok", equals: 1, not: 2, message: "m" }, false],
    [{ path: "ok", equals: 1 }, false],
    [{ path: "a b", equals: 1, message: "m" }, false],
  ])("takes %j: %j", (input, expected) => {
    expect(rule.safeParse(input).success).toBe(expected);
  });
});
