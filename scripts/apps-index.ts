const HEADER =
  "// Generated from the files of this folder by scripts/generate-apps.ts (`npm run generate`): edit those instead.";
/** biome.json's `lineWidth`. */
const LINE_WIDTH = 110;

/** The name an app is exported under: `google-sheets` becomes `googleSheets`. */
export function exportName(slug: string): string {
  return slug.replaceAll(/[-_](\w)/g, (_match, letter: string) => letter.toUpperCase());
}

/** The slugs of the apps in a folder's listing: one for each file but the index; folders are private. */
export function slugsOf(fileNames: readonly string[]): readonly string[] {
  return fileNames
    .filter((name) => name.endsWith(".ts") && name !== "index.ts")
    .map((name) => name.slice(0, -".ts".length))
    .sort();
}

/** The text of `src/apps/index.ts` for these apps. */
export function renderAppsIndex(slugs: readonly string[]): string {
  const names = slugs.map(exportName);
  return [
    HEADER,
    'import type { AppDefinition } from "../ports/app.js";',
    ...slugs.map((slug) => `import { ${exportName(slug)} } from "./${slug}.js";`),
    "",
    list("export { ", names, " };"),
    "",
    "/** Every app of the catalogue, in the order of their slugs. */",
    list("export const catalogue: readonly AppDefinition[] = [", names, "];"),
    "",
  ].join("\n");
}

function list(open: string, names: readonly string[], close: string): string {
  const line = `${open}${names.join(", ")}${close}`;
  if (line.length <= LINE_WIDTH) return line;
  return [PACKED, open.trimEnd(), ...packed(names), close.trimStart()].join("\n");
}

/** A name a line, as the formatter would have it, is longer than a file should be. */
const PACKED = "// biome-ignore format: as many names a line as there is room for";

function packed(names: readonly string[]): readonly string[] {
  const lines: string[] = [];
  for (const name of names) {
    const line = `${lines.at(-1) ?? " "} ${name},`;
    if (lines.length === 0 || line.length > LINE_WIDTH) lines.push(`  ${name},`);
    else lines[lines.length - 1] = line;
  }
  return lines;
}
