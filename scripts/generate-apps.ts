/**
 * Writes `src/apps/index.ts` and `src/apps/internal/catalogue.ts` from the files in `src/apps`, and `docs/catalogue.md`
 * from the apps in them; with `--check`, says whether they are up to date instead.
 *
 *     npx tsx scripts/generate-apps.ts [--check]
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { AppDefinition } from "../src/ports/app.js";
import { exportName, renderAppsIndex, renderCatalogue, slugsOf } from "./apps-index.js";
import { renderCataloguePage } from "./catalogue-page.js";

const FOLDER = new URL("../src/apps/", import.meta.url);
const slugs = slugsOf(readdirSync(FOLDER));

async function appOf(slug: string): Promise<AppDefinition> {
  const exported: Readonly<Record<string, AppDefinition>> = await import(new URL(`${slug}.ts`, FOLDER).href);
  const app = exported[exportName(slug)];
  if (app === undefined) throw new Error(`src/apps/${slug}.ts does not export ${exportName(slug)}.`);
  return app;
}

const pages = [
  { name: "src/apps/index.ts", text: renderAppsIndex(slugs) },
  { name: "src/apps/internal/catalogue.ts", text: renderCatalogue(slugs) },
  { name: "docs/catalogue.md", text: renderCataloguePage(await Promise.all(slugs.map(appOf))) },
];
for (const { name, text } of pages) {
  const file = new URL(`../${name}`, import.meta.url);
  if (!process.argv.includes("--check")) {
    writeFileSync(file, text);
  } else if (readFileSync(file, "utf8") !== text) {
    console.error(`${name} is stale: run \`npm run generate\`.`);
    process.exitCode = 1;
  }
}
