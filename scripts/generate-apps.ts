/**
 * Writes `src/apps/index.ts` from the files in `src/apps`; with `--check`, says whether it is up to date instead.
 *
 *     npx tsx scripts/generate-apps.ts [--check]
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { renderAppsIndex, slugsOf } from "./apps-index.js";

const FOLDER = new URL("../src/apps/", import.meta.url);
const INDEX = new URL("index.ts", FOLDER);

const rendered = renderAppsIndex(slugsOf(readdirSync(FOLDER)));
if (!process.argv.includes("--check")) {
  writeFileSync(INDEX, rendered);
} else if (readFileSync(INDEX, "utf8") !== rendered) {
  console.error("src/apps/index.ts is stale: run `npm run generate`.");
  process.exitCode = 1;
}
