import { describe, expect, it } from "vitest";
import { lazy } from "../../src/internal/lazy.js";

describe("lazy", () => {
  it("makes its value at the first use, and once, even when that is undefined", () => {
    const made: string[] = [];
    const value = lazy(() => {
      made.push("made");
      return undefined;
    });
    expect(made).toEqual([]);
    expect([value(), value()]).toEqual([undefined, undefined]);
    expect(made).toEqual(["made"]);
  });

  it("tries again after a failure", () => {
    const answers = [new Error("not yet"), "ready"];
    const value = lazy(() => {
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    });
    expect(() => value()).toThrow("not yet");
    expect(value()).toBe("ready");
  });
});
