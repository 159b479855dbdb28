import { readdirSync, readFileSync } from "node:fs";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import * as z from "zod";

const target = z.strictObject({ types: z.string(), default: z.string() });
const { exports: exportsMap } = z
  .object({ exports: z.record(z.string(), z.union([target, z.string()])) })
  .parse(JSON.parse(readFileSync("package.json", "utf8")));
const entryPoints = Object.entries(exportsMap).flatMap(([subpath, value]) =>
  typeof value === "string" ? [] : [{ subpath, ...value, source: sourceOf(value.default) }],
);

/** Folders whose files are public, one entry point each; their sub-folders are private. */
const OPEN_FOLDERS = ["apps", "frameworks", "schemes", "storage", "telemetry"];

/** `./dist/storage/*.js` → `./src/storage/*.ts`, as tsup builds it. */
function sourceOf(output: string): string {
  return output.replace("./dist/", "./src/").replace(/\.js$/, ".ts");
}

/** Files below the root, with `./` in front, that a pattern with at most one `*` (no slash) stands for. */
function matching(pattern: string): readonly string[] {
  const folder = pattern.slice(0, pattern.lastIndexOf("/"));
  const [before = "", after] = pattern.split("*");
  return readdirSync(folder)
    .map((name) => `${folder}/${name}`)
    .filter((path) =>
      after === undefined ? path === pattern : path.startsWith(before) && path.endsWith(after),
    );
}

describe("the exports map", () => {
  it.each(entryPoints)(
    "$subpath has sources, and types beside the code",
    ({ source, types, default: code }) => {
      expect(matching(source)).not.toEqual([]);
      expect(types).toBe(code.replace(/\.js$/, ".d.ts"));
    },
  );

  it("reaches every public source file", () => {
    const publicFiles = [
      "./src/index.ts",
      "./src/testing/index.ts",
      ...OPEN_FOLDERS.flatMap((folder) => matching(`./src/${folder}/*.ts`)),
    ];
    expect([...new Set(entryPoints.flatMap(({ source }) => matching(source)))].sort()).toEqual(
      publicFiles.sort(),
    );
  });

  it("is what tsconfig.json resolves the package's own name to", () => {
    const { config } = ts.readConfigFile("tsconfig.json", ts.sys.readFile);
    const expected = entryPoints.map(({ subpath, source }) => [subpath.replace(".", "mooring"), [source]]);
    expect(config.compilerOptions.paths).toEqual(Object.fromEntries(expected));
  });
});
