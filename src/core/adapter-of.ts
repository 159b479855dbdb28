import type { StorageAdapter } from "../ports/storage.js";

/** Name of the adapter that does an operation of the port: leases may be lent by another one. */
export function adapterOf(
  { name, leases }: Pick<StorageAdapter, "name" | "leases">,
  operation: string,
): string {
  return operation.startsWith("leases.") ? (leases.adapter ?? name) : name;
}
