import { describe, expect, it } from "vitest";
import { createStory, formatJson } from "../../../examples/support/story.js";

function storyteller(color = false) {
  const story = createStory({ title: "A demo", write: () => {}, color });
  return { ...story, lines: () => story.transcript().split("\n") };
}

describe("createStory", () => {
  it("tells each step and sums them up in a table", async () => {
    const { step, tell, transcript } = storyteller();
    const passed = await tell(async () => {
      const value = await step("First", async ({ say, show, outcome }) => {
        say("Something is done.");
        show("value", { id: 1 });
        outcome("one thing");
        return 1;
      });
      await step("Second", async () => value + 1);
    });
    expect(passed).toBe(true);
    expect(transcript()).toContain(
      '1. First\n  Something is done.\n  value\n    {\n      "id": 1\n    }\n  ✓ one thing',
    );
    expect(transcript()).toMatch(/✓ {2}1 {2}First {3}one thing\n {2}✓ {2}2 {2}Second {2}done/);
  });

  it("stops at a failed step, says why, closes everything, and does not pass", async () => {
    const { step, defer, tell, transcript } = storyteller();
    const closed: string[] = [];
    defer(async () => closed.push("first"));
    defer(async () => closed.push("second"));
    const passed = await tell(async () => {
      await step("Breaks", async () => {
        throw new Error("no luck\nat all");
      });
      await step("Never runs", async () => {});
    });
    expect(passed).toBe(false);
    expect(closed).toEqual(["second", "first"]);
    expect(transcript()).toMatch(/✗ {2}1 {2}Breaks {2}no luck\n/);
    expect(transcript()).not.toContain("Never runs");
  });

  it("says what went wrong between the steps", async () => {
    const { tell, transcript } = storyteller();
    await expect(tell(() => Promise.reject(new Error("no port left")))).resolves.toBe(false);
    expect(transcript()).toContain("no port left");
  });

  it("keeps to 100 columns and writes no escape codes unless colours are wanted", async () => {
    const long = "word ".repeat(60);
    const plain = storyteller();
    const coloured = storyteller(true);
    for (const { step, tell } of [plain, coloured]) {
      await tell(() =>
        step("Long", async ({ say, show, outcome }) => {
          say(long);
          show("ciphertext", { sealed: "x".repeat(300), next: null });
          outcome(long);
        }),
      );
    }
    expect(Math.max(...plain.lines().map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(plain.transcript()).not.toContain("\u001B");
    expect(coloured.transcript()).toContain("\u001B[1m1. Long\u001B[0m");
  });
});

describe("formatJson", () => {
  it("shortens what does not fit, and leaves the punctuation", () => {
    const lines = formatJson({ sealed: "x".repeat(300), next: 1 }).split("\n");
    expect(lines[1]).toMatch(/^ {6}"sealed": "x+…",$/);
    expect(lines[1]).toHaveLength(100);
    expect(formatJson(undefined)).toBe("    undefined");
  });
});
