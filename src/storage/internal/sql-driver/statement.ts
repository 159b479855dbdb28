import type { CompiledQuery } from "kysely";

const CHANGES: ReadonlySet<string> = new Set(["InsertQueryNode", "UpdateQueryNode", "DeleteQueryNode"]);
const READS = /^\s*(?:select|with|show|explain|pragma|values)\b/i;

/** Whether a statement changes rows of a table, so that how many it changed is what counts. */
export function changesRows({ query }: CompiledQuery): boolean {
  return CHANGES.has(query.kind);
}

/** Whether a statement answers with rows: some ORMs have one call for those and another for the rest. */
export function returnsRows({ query, sql }: CompiledQuery): boolean {
  if (query.kind === "SelectQueryNode") return true;
  if (query.kind === "RawNode") return READS.test(sql);
  return "returning" in query && query.returning !== undefined;
}
