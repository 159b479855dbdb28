const HEADER =
  "// Generated from the apps in src/apps by scripts/generate-apps.ts (`npm run generate`): edit those instead.";
/** biome.json's `lineWidth`, so that the generated file is formatted as it is written. */
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
  const apps = slugs.map((slug) => ({ name: exportName(slug), path: `./${slug}.js` }));
  const modules = [...apps, { name: "catalogue", path: "./internal/catalogue.js" }];
  modules.sort((one, other) => (one.path < other.path ? -1 : 1));
  return [HEADER, ...modules.map(({ name, path }) => `export { ${name} } from "${path}";`), ""].join("\n");
}

/** The text of `src/apps/internal/catalogue.ts` for these apps. */
export function renderCatalogue(slugs: readonly string[]): string {
  return [
    HEADER,
    'import type { AppDefinition } from "../../ports/app.js";',
    ...slugs.map((slug) => `import { ${exportName(slug)} } from "../${slug}.js";`),
    "",
    "/** Every app of the catalogue, in the order of their slugs. */",
    list("export const catalogue: readonly AppDefinition[] = [", slugs.map(exportName), "];"),
    "",
  ].join("\n");
}

function list(open: string, names: readonly string[], close: string): string {
  const line = `${open}${names.join(", ")}${close}`;
  if (line.length <= LINE_WIDTH) return line;
  return [open.trimEnd(), ...names.map((name) => `  ${name},`), close.trimStart()].join("\n");
}
