import { ValidationError } from "../errors.js";
import type { Page, PageRequest } from "./storage.js";

const PREFIX = "after:";

/**
 * Reads a page request: the id the page begins after, or null for the first record. Adapters that page by id share
 * this, so that a cursor has one form.
 *
 * @throws ValidationError naming `cursor` or `limit`
 */
export function pageStart(request: PageRequest): string | null {
  const after = readCursor(request);
  return after === null || /^[\w-]+$/.test(after) ? after : notACursor();
}

/** Makes a page of the records found: the caller looks for one more than `limit`, which tells whether there is more. */
export function pageOf<Item extends { readonly id: string }>(
  found: readonly Item[],
  limit: number,
): Page<Item> {
  return cut(found, limit, ({ id }) => id);
}

/** Where a page of a listing by expiry begins. */
export interface ExpiringStart {
  readonly expiresAt: number;
  readonly id: string;
}

/**
 * As {@link pageStart}, of a listing by ascending (expiresAt, id).
 *
 * @throws ValidationError naming `cursor` or `limit`
 */
export function expiringStart(request: PageRequest): ExpiringStart | null {
  const after = readCursor(request);
  if (after === null) return null;
  const [, expiresAt, id] = /^(\d{1,15}) ([\w-]+)$/.exec(after) ?? [];
  return expiresAt === undefined || id === undefined ? notACursor() : { expiresAt: Number(expiresAt), id };
}

/** As {@link pageOf}, of a listing by ascending (expiresAt, id). */
export function expiringPage<Item extends { readonly id: string; readonly expiresAt: number | null }>(
  found: readonly Item[],
  limit: number,
): Page<Item> {
  return cut(found, limit, ({ expiresAt, id }) => `${expiresAt ?? 0} ${id}`);
}

function cut<Item>(found: readonly Item[], limit: number, cursorOf: (item: Item) => string): Page<Item> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: found.length > limit && last ? btoa(PREFIX + cursorOf(last)) : null };
}

function readCursor({ limit, cursor }: PageRequest): string | null {
  if (!Number.isSafeInteger(limit) || limit < 1) {
    throw new ValidationError("`limit` must be a whole number of at least 1.", {
      issues: [{ path: "limit", message: "a whole number of at least 1" }],
    });
  }
  if (cursor === null) return null;
  const text = decode(cursor);
  return text?.startsWith(PREFIX) ? text.slice(PREFIX.length) : notACursor();
}

function notACursor(): never {
  throw new ValidationError("`cursor` is not a cursor of this listing.", {
    hint: "Pass the `nextCursor` of the previous page unchanged, or null for the first page.",
    issues: [{ path: "cursor", message: "the `nextCursor` of the previous page, or null" }],
  });
}

function decode(cursor: string): string | null {
  try {
    return atob(cursor);
  } catch {
    return null;
  }
}
