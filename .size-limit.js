import manifest from "./package.json" with { type: "json" };

const DEPENDENCIES = Object.keys(manifest.dependencies);

/** Leaves out what `import()` loads later: the rest is what an import of the entry costs. */
const withoutDynamicImports = {
  name: "without-dynamic-imports",
  setup(build) {
    build.onResolve({ filter: /./ }, ({ kind, path }) =>
      kind === "dynamic-import" ? { path, external: true } : undefined,
    );
  },
};

const entry = (name, limit, { ignore = [], plugins = [] }) => ({
  name,
  limit,
  ignore,
  path: "dist/index.js",
  gzip: true,
  modifyEsbuildConfig: (config) => ({
    ...config,
    format: "esm",
    // Modules of Node cost nothing to download.
    platform: "node",
    // The build imports a shared chunk that is not needed here; that it is left out is the point of `sideEffects`.
    logOverride: { "ignored-bare-import": "silent" },
    plugins,
  }),
});

export default [
  entry("own code, on import", "70 kB", { ignore: DEPENDENCIES, plugins: [withoutDynamicImports] }),
  entry("own code, with what is loaded on use", "122 kB", { ignore: DEPENDENCIES }),
  entry("with dependencies, on import", "130 kB", { plugins: [withoutDynamicImports] }),
  entry("with dependencies, with what is loaded on use", "220 kB", {}),
];
