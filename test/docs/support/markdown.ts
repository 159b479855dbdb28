import { readdirSync, readFileSync } from "node:fs";

/** A document of the repository. */
export interface Document {
  /** Path below the root. */
  readonly path: string;
  readonly text: string;
}

/** A fenced code block. */
export interface CodeBlock {
  /** What follows the fence: `ts`, `sh`, … */
  readonly language: string;
  /** Line of its first line of code, counted from 1. */
  readonly line: number;
  readonly code: string;
}

/** Every document a reader may be sent to. */
export const documents: readonly Document[] = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "CHANGELOG.md",
  ...readdirSync("docs")
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
].map(readDocument);

export function readDocument(path: string): Document {
  return { path, text: readFileSync(path, "utf8") };
}

export function codeBlocks({ text }: Document): readonly CodeBlock[] {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(
    ({ index, 1: language = "", 2: code = "" }) => ({
      language,
      line: text.slice(0, index).split("\n").length + 1,
      code,
    }),
  );
}

/** The text without its code blocks. */
export function prose({ text }: Document): string {
  return text.replace(/^```[\s\S]*?^```$/gm, "");
}

/** The part below a heading, up to the next one of the same or a higher level. */
export function section(document: Document, heading: string): string {
  const lines = document.text.split("\n");
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, "") === heading);
  if (start === -1) throw new Error(`${document.path} has no heading "${heading}".`);
  const level = (lines[start] ?? "").indexOf(" ");
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^#+ /.test(line) && line.indexOf(" ") <= level);
  return rest.slice(0, end === -1 ? undefined : end).join("\n");
}

/** The rows of the first table in a text, below its head, cell by cell. */
export function tableRows(text: string): readonly (readonly string[])[] {
  const lines = text.split("\n");
  const head = lines.findIndex((line) => /^\|(?:\s*:?-+:?\s*\|)+$/.test(line));
  if (head === -1) throw new Error("There is no table.");
  const rows = lines.slice(head + 1);
  const end = rows.findIndex((line) => !line.startsWith("|"));
  return rows.slice(0, end === -1 ? undefined : end).map((row) =>
    row
      .slice(1, row.lastIndexOf("|"))
      .split("|")
      .map((cell) => cell.trim()),
  );
}

/** What stands in backticks. */
export function codeSpans(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
}

/** The anchors GitHub gives a document's headings. */
export function anchors(document: Document): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const headings = [...prose(document).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-");
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
  return new Set(headings);
}
