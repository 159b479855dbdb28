import type { Issue } from "../errors.js";

/** The part of a zod error that says where and what: no values. */
interface SchemaError {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}

/** A schema's complaints as issues, under an optional parent path. */
export function issuesOf(error: SchemaError, parent = ""): readonly Issue[] {
  return error.issues.map(({ path, message }) => {
    const full = [...(parent === "" ? [] : [parent]), ...path.map(String)].join(".");
    return { path: full === "" ? "(root)" : full, message };
  });
}
