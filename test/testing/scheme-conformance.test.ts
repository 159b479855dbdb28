import { describe, expect, it } from "vitest";
import { schemeConformance } from "../../src/testing/index.js";
import { codeSpans, readDocument, section, tableRows } from "../docs/support/markdown.js";
import { trialOf } from "./broken-schemes/sound.js";
import { SCHEME_FAULTS } from "./broken-schemes.js";

describe("schemeConformance", () => {
  describe.each(["none", "browser", "device"] as const)("passes a sound scheme that needs: %s", (flow) => {
    for (const { name, run } of schemeConformance(trialOf(undefined, flow))) it(name, run);
  });

  it("has no case that finds no fault", () => {
    const finding = new Set(SCHEME_FAULTS.map(([, [, detectedBy]]) => detectedBy));
    const names = schemeConformance(trialOf()).map(({ name }) => name);
    expect(names.filter((name) => !finding.has(name))).toEqual([]);
  });

  it("has a name of its own for each case", () => {
    const names = schemeConformance(trialOf()).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(SCHEME_FAULTS)("finds the fault when %s", async (_fault, [subject, detectedBy]) => {
    const detecting = schemeConformance(subject).filter(({ name }) => name === detectedBy);
    expect(detecting).toHaveLength(1);
    for (const { run } of detecting) await expect(run()).rejects.toThrow();
  });

  it("has the groups docs/schemes.md lists", () => {
    const rows = tableRows(section(readDocument("docs/schemes.md"), "A scheme of your own"));
    const listed = rows.flatMap(([cell = ""]) => codeSpans(cell));
    const groups = new Set(schemeConformance(trialOf()).map(({ name }) => name.slice(0, name.indexOf(":"))));
    expect(listed).toEqual([...groups]);
  });

  it("says what it expected, and shows no secret itself", async () => {
    const [, [subject, detectedBy]] = SCHEME_FAULTS.find(
      ([fault]) => fault === "a wrong value is quoted",
    ) ?? ["", []];
    if (subject === undefined) throw new Error("That fault is gone.");
    const [detecting] = schemeConformance(subject).filter(({ name }) => name === detectedBy);
    const error = await detecting?.run().catch((reason: unknown) => reason);
    expect(String(error)).toContain("the error about a wrong `secret` holds no secret");
    expect(String(error)).not.toContain("secret of ada");
  });

  it("leaves to the core what a param's pattern refuses", async () => {
    const faulty = SCHEME_FAULTS.find(([fault]) => fault === "a wrong value is quoted")?.[1] ?? expect.fail();
    const [subject, detectedBy] = faulty;
    const create = () => {
      const scheme = subject.create();
      const connectionParams: typeof scheme.connectionParams = (app, settings) =>
        scheme.connectionParams(app, settings).map((spec) => ({ ...spec, pattern: "\\S+" }));
      return { ...scheme, connectionParams };
    };
    const cases = schemeConformance({ ...subject, create }).filter(({ name }) => name === detectedBy);
    expect(cases).toHaveLength(1);
    for (const { run } of cases) await run();
  });

  it("asks for credentials where `start` ends in none", async () => {
    const [apply] = schemeConformance({ ...trialOf(undefined, "browser"), users: [{}, {}] }).filter(
      ({ name }) => name.startsWith("apply:"),
    );
    await expect(apply?.run()).rejects.toThrow("give each of the two `users` its `credentials`");
  });
});
