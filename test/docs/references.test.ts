import { existsSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { anchors, codeBlocks, codeSpans, documents, prose, readDocument } from "./support/markdown.js";

const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync("package.json", "utf8")));

/** Links to other documents and files, with what follows the `#`. */
const linksOf = (text: string) =>
  [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^https?:/.test(target));

/** Whether a link leads somewhere from the document it stands in. */
function resolves(from: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? from : posix.join(posix.dirname(from), path);
  if (!existsSync(target)) return false;
  return anchor === undefined || anchors(readDocument(target)).has(anchor);
}

/** Paths of the repository in backticks; those with a placeholder are recipes. */
const pathsIn = (text: string) =>
  codeSpans(text).filter((code) => /^(?:src|test|docs|examples|bench|scripts)\/[\w./-]+$/.test(code));

/** Tests named by file and title: `test/a.test.ts` › "title", "another title". */
const namedTests = (text: string) =>
  [...text.matchAll(/`(test\/[^`]+)` › ((?:"[^"]+"(?:, )?)+)/g)].flatMap(([, file = "", titles = ""]) =>
    [...titles.matchAll(/"([^"]+)"/g)].map(([, title = ""]) => ({ file, title })),
  );

const quotes = (file: string, title: string) =>
  existsSync(file) &&
  [`"${title}"`, `\`${title}\``].some((quoted) => readFileSync(file, "utf8").includes(quoted));

describe.each(documents.map((document) => [document.path, document] as const))("%s", (path, document) => {
  it("links to what is there", () => {
    expect(linksOf(prose(document)).filter((link) => !resolves(path, link))).toEqual([]);
  });

  it("names files that exist", () => {
    expect(pathsIn(prose(document)).filter((file) => !existsSync(file))).toEqual([]);
  });

  it("names tests that exist, by their titles", () => {
    expect(namedTests(document.text).filter(({ file, title }) => !quotes(file, title))).toEqual([]);
  });

  it("gives commands that package.json has", () => {
    const shell = codeBlocks(document).filter(({ language }) => language === "sh");
    const commands = [...shell.map(({ code }) => code), ...codeSpans(prose(document))].join("\n");
    const named = [...commands.matchAll(/npm run ([\w:-]+)/g)].map(([, name = ""]) => name);
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});

describe("the checks themselves", () => {
  it("notice a link, an anchor and a test that are not there", () => {
    expect(resolves("README.md", "docs/missing.md")).toBe(false);
    expect(resolves("README.md", "#missing")).toBe(false);
    expect(resolves("docs/apps.md", "../README.md#errors")).toBe(true);
    expect(namedTests('`test/a.test.ts` › "one", "two"; `test/b.test.ts`')).toEqual([
      { file: "test/a.test.ts", title: "one" },
      { file: "test/a.test.ts", title: "two" },
    ]);
    expect(quotes("test/architecture.test.ts", "no such title")).toBe(false);
  });
});
