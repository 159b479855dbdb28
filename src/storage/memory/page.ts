import { pageOf, pageStart } from "../../ports/paging.js";
import type { Page, PageRequest } from "../../ports/storage.js";
import type { SortedSet } from "./sorted-set.js";

/**
 * Walks the ids from the cursor on, until the page is full; `find` answers null for a record the filters leave out.
 */
export function page<Item extends { readonly id: string }>(
  ids: SortedSet<string> | undefined,
  request: PageRequest,
  find: (id: string) => Item | null,
  order: "ascending" | "descending" = "descending",
): Page<Item> {
  const start = pageStart(request);
  const found: Item[] = [];
  for (const id of ids?.[order](start) ?? []) {
    const item = find(id);
    if (item !== null) found.push(item);
    if (found.length > request.limit) break;
  }
  return pageOf(found, request.limit);
}

/** Whether a record passes a filter; one left out matches all. */
export function matches<Value>(filter: Value | undefined, value: Value): boolean {
  return filter === undefined || filter === value;
}
