import { execFile } from "node:child_process";
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, posix, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";

const MINUTE = 60_000;
/** Where the packed package is installed: outside the repository, so that nothing of it is found by accident. */
let consumer: string;
let packedFiles: readonly string[];
let subpaths: readonly string[];

const manifestSchema = z.object({
  files: z.array(z.string()),
  exports: z.record(z.string(), z.union([z.object({ default: z.string() }), z.string()])),
  devDependencies: z.record(z.string(), z.string()),
});

/** Runs a program and gives its output; its failure shows all it printed. */
async function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  // npm tells its scripts about the outer project in such variables; the inner npm must not hear of it.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  try {
    return (await promisify(execFile)(program, args, { cwd, env, maxBuffer: 2 ** 26 })).stdout;
  } catch (error) {
    const { stdout, stderr } = z.object({ stdout: z.string(), stderr: z.string() }).parse(error);
    throw new Error(`${program} ${args.join(" ")} failed.\n${stdout}\n${stderr}`, { cause: error });
  }
}
const node = (args: readonly string[], cwd = consumer) => run(process.execPath, args, cwd);

/** Builds into a folder of its own, so that neither `dist` nor another test is disturbed, and packs that. */
async function pack(folder: string, files: readonly string[]): Promise<string> {
  await node(
    [resolve("node_modules/tsup/dist/cli-default.js"), "--silent", "--out-dir", join(folder, "dist")],
    ".",
  );
  for (const file of ["package.json", "README.md", "LICENSE", ...files.filter((name) => name !== "dist")]) {
    await cp(file, join(folder, file), { recursive: true });
  }
  const output = await run("npm", ["pack", "--json", "--ignore-scripts"], folder);
  const [packed] = z
    .tuple([z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) })])
    .parse(JSON.parse(output));
  packedFiles = packed.files.map(({ path }) => path);
  return join(folder, packed.filename);
}

/** `mooring`, `mooring/apps/github`, …: every subpath the sources make out of the exports map. */
async function listSubpaths(
  exportsMap: z.infer<typeof manifestSchema>["exports"],
): Promise<readonly string[]> {
  const names = Object.keys(exportsMap).map(async (subpath) => {
    const name = subpath.replace(/^\./, "mooring");
    if (!name.endsWith("/*")) return [name];
    const files = await readdir(`src/${name.slice("mooring/".length, -2)}`);
    return files.filter((file) => file.endsWith(".ts")).map((file) => name.replace("*", file.slice(0, -3)));
  });
  return (await Promise.all(names)).flat();
}

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "mooring-package-"));
  consumer = join(folder, "consumer");
  await Promise.all(["package", "consumer"].map((name) => mkdir(join(folder, name))));
  const {
    files,
    exports: exportsMap,
    devDependencies,
  } = manifestSchema.parse(JSON.parse(await readFile("package.json", "utf8")));
  subpaths = await listSubpaths(exportsMap);
  const tarball = await pack(join(folder, "package"), files);
  const installed = ["@opentelemetry/api", "@types/node", "drizzle-orm", "kysely", "openai"].map((name) => [
    name,
    devDependencies[name],
  ]);
  const manifest = {
    name: "consumer",
    private: true,
    type: "module",
    dependencies: { mooring: `file:${tarball}`, ...Object.fromEntries(installed) },
  };
  await writeFile(join(consumer, "package.json"), JSON.stringify(manifest));
  await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"], consumer);
}, 5 * MINUTE);

afterAll(async () => {
  await rm(join(consumer, ".."), { recursive: true, force: true });
});

describe("the packed package", () => {
  it("holds the built code with its types, the documents and the examples, and nothing else", async () => {
    const [built, others] = [true, false].map((isBuilt) =>
      packedFiles.filter((path) => path.startsWith("dist/") === isBuilt),
    );
    expect(built).toEqual(expect.arrayContaining(["dist/index.js", "dist/index.d.ts"]));
    expect(built?.filter((path) => !/\.(js|js\.map|d\.ts)$/.test(path))).toEqual([]);
    const folders = ["docs", "examples", "examples/support"].map(async (folder) =>
      (await readdir(folder)).filter((name) => name.includes(".")).map((name) => `${folder}/${name}`),
    );
    const single = ["CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md", "package.json"];
    expect(others?.sort()).toEqual([...single, ...(await Promise.all(folders)).flat()].sort());
  });

  it("holds every file its documents link to", async () => {
    const links = packedFiles
      .filter((path) => path.endsWith(".md"))
      .map(async (path) =>
        [...(await readFile(path, "utf8")).matchAll(/\]\(([^)\s#]+)[^)]*\)/g)]
          .map(([, target = ""]) => target)
          .filter((target) => !/^https?:/.test(target))
          .map((target) => posix.join(posix.dirname(path), target)),
      );
    const targets = (await Promise.all(links)).flat();
    expect(targets).toContain("docs/storage.md");
    expect(targets.filter((target) => !packedFiles.includes(target))).toEqual([]);
  });

  it("has every subpath for import", async () => {
    const script = `
      for (const name of process.argv.slice(1)) {
        const options = name.endsWith(".json") ? { with: { type: "json" } } : {};
        console.log(name, Object.keys(await import(name, options)).length > 0);
      }`;
    const output = await node(["--input-type=module", "--eval", script, ...subpaths]);
    expect(output.trim().split("\n")).toEqual(subpaths.map((name) => `${name} true`));
  });

  it("has every subpath for require", async () => {
    const script = `
      for (const name of process.argv.slice(1)) console.log(name, Object.keys(require(name)).length > 0);`;
    const output = await node(["--input-type=commonjs", "--eval", script, ...subpaths]);
    expect(output.trim().split("\n")).toEqual(subpaths.map((name) => `${name} true`));
  });

  it("keeps its inner modules to itself", async () => {
    const script = `await import("mooring/core/vault").catch(({ code }) => console.log(code));`;
    const output = await node(["--input-type=module", "--eval", script]);
    expect(output.trim()).toMatch(/^ERR_(PACKAGE_PATH_NOT_EXPORTED|MODULE_NOT_FOUND)$/);
  });
});

describe("importing the root entry", () => {
  it("loads neither openid-client, jose, ky nor the catalogue", async () => {
    const log = join(consumer, "loaded.txt");
    await copyFile("test/fixtures/log-loaded-modules.js", join(consumer, "log-loaded-modules.js"));
    await node([
      "--import",
      "./log-loaded-modules.js",
      "--input-type=module",
      "--eval",
      `await import("mooring");`,
    ]);
    const loaded = (await readFile(log, "utf8")).trim().split("\n");
    const packages = loaded.map((url) => /.*\/node_modules\/([^/]+)/.exec(url)?.[1]).filter(Boolean);
    expect([...new Set(packages)].sort()).toEqual(["mooring", "quick-lru", "zod"]);
    const own = loaded.filter((url) => url.includes("/node_modules/mooring/"));
    const code = await Promise.all(own.map((url) => readFile(new URL(url), "utf8")));
    expect(code.filter((text) => text.includes("https://api.linear.app"))).toEqual([]);
  });
});

describe("a consumer's types, with the libraries checked too", () => {
  it.each([
    { module: "nodenext", moduleResolution: "nodenext" },
    { module: "esnext", moduleResolution: "bundler" },
  ])("hold under moduleResolution $moduleResolution", { timeout: 2 * MINUTE }, async (resolution) => {
    await copyFile("test/fixtures/consumer.ts", join(consumer, "consumer.ts"));
    const compilerOptions = {
      ...resolution,
      target: "es2022",
      lib: ["es2023", "dom", "dom.iterable"],
      types: ["node"],
      strict: true,
      exactOptionalPropertyTypes: true,
      verbatimModuleSyntax: true,
      skipLibCheck: false,
      noEmit: true,
    };
    await writeFile(
      join(consumer, "tsconfig.json"),
      JSON.stringify({ compilerOptions, files: ["consumer.ts"] }),
    );
    expect(await node([resolve("node_modules/typescript/bin/tsc"), "--project", "."])).toBe("");
  });
});
