import { ValidationError } from "../errors.js";
import type { Page, PageRequest } from "./storage.js";

const PREFIX = "after:";

/**
 * Reads a page request: the id the page begins after, or null for the newest record. Adapters that page by id share
 * this, so that a cursor has one form.
 *
 * @throws ValidationError naming `cursor` or `limit`
 */
export function pageStart(request: PageRequest): string | null {
  if (!Number.isSafeInteger(request.limit) || request.limit < 1) {
    throw new ValidationError("`limit` must be a whole number of at least 1.", {
      issues: [{ path: "limit", message: "a whole number of at least 1" }],
    });
  }
  if (request.cursor === null) return null;
  const text = decode(request.cursor);
  if (text?.startsWith(PREFIX)) return text.slice(PREFIX.length);
  throw new ValidationError("`cursor` is not a cursor of this listing.", {
    hint: "Pass the `nextCursor` of the previous page unchanged, or null for the first page.",
    issues: [{ path: "cursor", message: "the `nextCursor` of the previous page, or null" }],
  });
}

/** Makes a page of the records found: the caller looks for one more than `limit`, which tells whether there is more. */
export function pageOf<Item extends { readonly id: string }>(
  found: readonly Item[],
  limit: number,
): Page<Item> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: found.length > limit && last ? btoa(`${PREFIX}${last.id}`) : null };
}

function decode(cursor: string): string | null {
  try {
    return atob(cursor);
  } catch {
    return null;
  }
}
