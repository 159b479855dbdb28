/**
 * A module that is imported when it is first used, and at hand from then on: `import()` looks it up each time, which takes
 * longer than a signature. One that could not be loaded is tried again.
 *
 * @example
 * ```ts
 * const protocol = loadOnce(() => import("./protocol.js"));
 * const { start } = await protocol();
 * ```
 */
export function loadOnce<Module>(load: () => Promise<Module>): () => Module | Promise<Module> {
  let loaded: { readonly module: Module } | undefined;
  return () => {
    if (loaded !== undefined) return loaded.module;
    return load().then((module) => {
      loaded = { module };
      return module;
    });
  };
}
