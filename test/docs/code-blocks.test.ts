import { describe, expect, it } from "vitest";
import { AMBIENT } from "./support/ambient.js";
import { composioTableSource } from "./support/composio-table.js";
import { codeBlocks, documents } from "./support/markdown.js";
import { typeCheck } from "./support/type-check.js";

const AMBIENT_PATH = "docs/ambient.ts";

/** A block as a file of its own, its lines where they stand in the document, so that complaints name the right one. */
const blocks = new Map(
  documents.flatMap((document) =>
    codeBlocks(document)
      .filter(({ language }) => language === "ts")
      .map(({ code, line }) => [`${document.path}.L${line}.ts`, "\n".repeat(line - 1) + code] as const),
  ),
);

describe("the TypeScript in the documents", () => {
  it("is there", () => {
    expect(blocks.size).toBeGreaterThan(10);
  });

  it("compiles, the calls in the table for users of Composio included", { timeout: 120_000 }, () => {
    const table = ["README.composio.ts", composioTableSource()] as const;
    expect(typeCheck(new Map([[AMBIENT_PATH, AMBIENT], table, ...blocks]))).toEqual([]);
  });

  it("would not be believed to compile if it did not", { timeout: 120_000 }, () => {
    const wrong = `import { MooringToolSet } from "mooring";\nnew MooringToolSet({ storages: 1 });\n`;
    expect(typeCheck(new Map([["docs/wrong.ts", wrong]]))).toEqual([
      expect.stringMatching(/wrong\.ts:2: .*storages/s),
    ]);
  });
});
