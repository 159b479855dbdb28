import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

/** What the files of a layer may import: layers of the project or single files of them, and packages. */
interface Layer {
  readonly layers: readonly string[];
  readonly packages?: readonly string[];
}

const LEAVES = ["errors.ts", "internal", "ports"];
const DOMAIN = [...LEAVES, "http"];

/** What is missing here is forbidden, for types as for values. */
const LAYERS: Readonly<Record<string, Layer>> = {
  "errors.ts": { layers: [] },
  internal: { layers: ["errors.ts", "internal"], packages: ["quick-lru"] },
  ports: { layers: LEAVES, packages: ["zod"] },
  http: { layers: DOMAIN, packages: ["ky", "zod"] },
  core: { layers: [...DOMAIN, "core"], packages: ["jose", "zod"] },
  schemes: { layers: DOMAIN, packages: ["jose", "oauth-1.0a", "openid-client", "saxes", "zod"] },
  tools: { layers: [...DOMAIN, "tools"], packages: ["zod"] },
  storage: { layers: LEAVES, packages: ["drizzle-orm", "kysely"] },
  apps: { layers: LEAVES, packages: ["zod"] },
  frameworks: { layers: LEAVES },
  telemetry: { layers: LEAVES, packages: ["@opentelemetry/api"] },
  // The toolset: on use only, for the conformance case that tries a store with one.
  testing: { layers: [...LEAVES, "testing", "toolset.ts"] },
  // Where defaults meet the core: schemes, the store that needs no database, the first framework.
  "toolset.ts": {
    layers: [
      ...DOMAIN,
      "core",
      "schemes",
      "tools",
      "storage/memory.ts",
      "frameworks/openai.ts",
      "toolset-domain.ts",
    ],
    packages: ["zod"],
  },
  "toolset-domain.ts": { layers: [...DOMAIN, "core", "schemes"] },
  "index.ts": {
    layers: [...DOMAIN, "core", "schemes", "tools", "storage/memory.ts", "toolset.ts"],
  },
};

/** Folders of interchangeable parts: a file imports no sibling, only its own private folder (`memory.ts`, `memory/`). */
const ADAPTERS = ["storage", "schemes", "apps", "frameworks", "telemetry"];
/** What several of them share stands in a private folder of this name: `apps/internal/`. */
const SHARED = "internal";
/** Generated, and there to import every app. */
const CATALOGUE = ["apps/index.ts", "apps/internal/catalogue.ts"];
/** Not loaded before they are used: the root entry costs little more than zod. */
const LOADED_ON_USE = ["jose", "ky", "openid-client"];
/** Modules of Node that a file cannot do without, by file. */
const NODE_MODULES: Readonly<Record<string, readonly string[]>> = {
  // Keys and hashes of the platform's own take a thread and a promise each, ten times what one signature takes.
  "schemes/aws-sigv4/sign.ts": ["node:crypto"],
  "schemes/hmac/key.ts": ["node:crypto"],
  "schemes/hmac/request-values.ts": ["node:crypto"],
  "schemes/hmac/sign.ts": ["node:crypto"],
  // The platform has no MD5, which a provider may still want.
  "schemes/oauth2/token-dialect.ts": ["node:crypto"],
  // The package that makes base strings wants its signature at once; what the platform has to offer answers later.
  "schemes/internal/oauth1/rsa-key.ts": ["node:crypto"],
  "schemes/internal/oauth1/signer.ts": ["node:crypto"],
};
const MAX_LINES = 400;
const MAX_MEDIAN_LINES = 120;

interface Import {
  readonly specifier: string;
  /** `static`: loaded with the file. `dynamic`: `import()`. `type`: gone at run time. */
  readonly kind: "static" | "dynamic" | "type";
}

interface SourceFile {
  /** Path below `src/`. */
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
  readonly imports: readonly Import[];
}

function descendants(node: ts.Node): ts.Node[] {
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => {
    children.push(child, ...descendants(child));
  });
  return children;
}

/** The import a node stands for, in any of the language's five forms; null for other nodes. */
function importOf(node: ts.Node): Import | null {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    const isType = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
    return { specifier: node.moduleSpecifier.text, kind: isType ? "type" : "static" };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
    return { specifier: node.moduleSpecifier.text, kind: node.isTypeOnly ? "type" : "static" };
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return { specifier: literalText(node.argument.literal), kind: "type" };
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return { specifier: literalText(node.arguments[0]), kind: "dynamic" };
  }
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === "require") {
    return { specifier: literalText(node.arguments[0]), kind: "static" };
  }
  return null;
}

/** The text of a string literal; an import whose target cannot be read is one no rule allows. */
function literalText(node: ts.Node | undefined): string {
  return node !== undefined && ts.isStringLiteralLike(node) ? node.text : "(computed)";
}

const importsOf = (tree: ts.SourceFile): readonly Import[] =>
  descendants(tree).flatMap((node) => importOf(node) ?? []);

/** `any`, `export default` and `export *`. */
function isLoose(node: ts.Node): boolean {
  if (node.kind === ts.SyntaxKind.AnyKeyword || ts.isExportAssignment(node)) return true;
  if (ts.isExportDeclaration(node)) return !(node.exportClause && ts.isNamedExports(node.exportClause));
  return ts.isModifier(node) && node.kind === ts.SyntaxKind.DefaultKeyword;
}

function parse(path: string): SourceFile {
  const text = readFileSync(`src/${path}`, "utf8");
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  return { path, text, tree, imports: importsOf(tree) };
}

const files = readdirSync("src", { recursive: true, encoding: "utf8" })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => path.endsWith(".ts"))
  .sort()
  .map(parse);

const layerOf = (path: string): string => path.split("/")[0] ?? path;
const isRelative = (specifier: string): boolean => specifier.startsWith(".");
const packageOf = (specifier: string): string =>
  specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
/** Path below `src/` of a relative import. */
const targetOf = (file: SourceFile, specifier: string): string =>
  posix.join(posix.dirname(file.path), specifier).replace(/\.js$/, ".ts");
const lineCount = (file: SourceFile): number => file.text.trimEnd().split("\n").length;
/** The part a file belongs to: `memory` for `storage/memory.ts` and for `storage/memory/tables.ts`. */
const partOf = (path: string): string => path.replace(/\.ts$/, "").split("/")[1] ?? "";

/** Whether the layer rule lets one file import another. */
function mayImport(from: string, to: string): boolean {
  const [source, target] = [layerOf(from), layerOf(to)];
  if (source !== target || !ADAPTERS.includes(source)) {
    return LAYERS[source]?.layers.some((allowed) => allowed === target || allowed === to) ?? false;
  }
  return partOf(from) === partOf(to) || partOf(to) === SHARED || CATALOGUE.includes(from);
}

/** What a rule finds in the whole tree, each with its file. */
const offences = (rule: (file: SourceFile) => readonly string[]): readonly string[] =>
  files.flatMap((file) => rule(file).map((offence) => `${file.path}: ${offence}`));

/** A cycle in a graph as the list of its nodes, or null. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>): readonly string[] | null {
  const finished = new Set<string>();
  const visit = (node: string, path: readonly string[]): readonly string[] | null => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (finished.has(node)) return null;
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next, [...path, node]);
      if (cycle) return cycle;
    }
    finished.add(node);
    return null;
  };
  for (const node of graph.keys()) {
    const cycle = visit(node, []);
    if (cycle) return cycle;
  }
  return null;
}

describe("the source tree", () => {
  it("has only known layers", () => {
    expect(files.map(({ path }) => layerOf(path)).filter((layer) => !(layer in LAYERS))).toEqual([]);
  });

  it("imports only along the arrows between layers, types included", () => {
    const forbidden = offences((file) =>
      file.imports
        .filter(({ specifier }) => isRelative(specifier))
        .map(({ specifier }) => targetOf(file, specifier))
        .filter((target) => !mayImport(file.path, target)),
    );
    expect(forbidden).toEqual([]);
  });

  it("imports only the packages of the layer, and of Node only what is listed", () => {
    const forbidden = offences((file) => {
      const allowed = [...(LAYERS[layerOf(file.path)]?.packages ?? []), ...(NODE_MODULES[file.path] ?? [])];
      return file.imports
        .map(({ specifier }) => specifier)
        .filter((specifier) => !isRelative(specifier) && !allowed.includes(packageOf(specifier)));
    });
    expect(forbidden).toEqual([]);
  });

  it("loads heavy packages with import(), at first use", () => {
    const eager = offences((file) =>
      file.imports
        .filter(({ specifier, kind }) => kind === "static" && LOADED_ON_USE.includes(packageOf(specifier)))
        .map(({ specifier }) => specifier),
    );
    expect(eager).toEqual([]);
  });

  it("loads the toolset with import() where tests are published: a clock costs no toolset", () => {
    const eager = offences((file) =>
      file.imports
        .filter(({ specifier, kind }) => kind !== "dynamic" && targetOf(file, specifier) === "toolset.ts")
        .filter(() => layerOf(file.path) === "testing")
        .map(({ specifier }) => specifier),
    );
    expect(eager).toEqual([]);
  });

  it("has no import cycle at run time", () => {
    const graph = new Map(
      files.map((file) => [
        file.path,
        file.imports
          .filter(({ specifier, kind }) => kind !== "type" && isRelative(specifier))
          .map(({ specifier }) => targetOf(file, specifier)),
      ]),
    );
    expect(findCycle(graph)).toBeNull();
  });

  it("has no any, no silenced check, no export * and no default export", () => {
    const loose = offences((file) => [
      ...descendants(file.tree)
        .filter(isLoose)
        .map((node) => node.getText()),
      ...(file.text.match(/@ts-(?:ignore|expect-error|nocheck)|biome-ignore|eslint-disable/g) ?? []),
    ]);
    expect(loose).toEqual([]);
  });

  it(`has files of at most ${MAX_LINES} lines, and of less than ${MAX_MEDIAN_LINES} in the median`, () => {
    const lengths = files.map(lineCount).sort((a, b) => a - b);
    expect(offences((file) => (lineCount(file) > MAX_LINES ? [`${lineCount(file)} lines`] : []))).toEqual([]);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThan(MAX_MEDIAN_LINES);
  });

  it("has a root that holds named re-exports and nothing else", () => {
    const root = files.filter(({ path }) => path === "index.ts");
    const other = root
      .flatMap(({ tree }) => [...tree.statements])
      .filter((node) => !(ts.isExportDeclaration(node) && node.moduleSpecifier));
    expect(root).toHaveLength(1);
    expect(other.map((node) => node.getText())).toEqual([]);
  });
});

describe("the rules themselves", () => {
  it("let a file import its own private folder and what is shared, and no sibling", () => {
    expect(mayImport("storage/kysely.ts", "storage/internal/sql/tables.ts")).toBe(true);
    expect(mayImport("storage/memory.ts", "storage/memory/tables.ts")).toBe(true);
    expect(mayImport("schemes/oauth2.ts", "schemes/internal/params.ts")).toBe(true);
    expect(mayImport("storage/kysely.ts", "storage/memory.ts")).toBe(false);
    expect(mayImport("storage/memory.ts", "core/vault.ts")).toBe(false);
    expect(mayImport("core/vault.ts", "storage/memory.ts")).toBe(false);
    expect(mayImport("toolset.ts", "storage/kysely.ts")).toBe(false);
  });

  it("see every form of import", () => {
    const source = `
      import * as z from "zod";
      import type { A } from "./a.js";
      export { b } from "./b.js";
      type C = import("./c.js").C;
      const d = await import("./d.js");`;
    expect(importsOf(ts.createSourceFile("x.ts", source, ts.ScriptTarget.Latest, true))).toEqual([
      { specifier: "zod", kind: "static" },
      { specifier: "./a.js", kind: "type" },
      { specifier: "./b.js", kind: "static" },
      { specifier: "./c.js", kind: "type" },
      { specifier: "./d.js", kind: "dynamic" },
    ]);
  });

  it("name the files of a cycle", () => {
    const cycleOf = (edges: Record<string, string[]>) => findCycle(new Map(Object.entries(edges)));
    expect(cycleOf({ a: ["b", "c"], b: ["c"], c: [] })).toBeNull();
    expect(cycleOf({ a: ["b"], b: ["c"], c: ["b"] })).toEqual(["b", "c", "b"]);
  });
});
