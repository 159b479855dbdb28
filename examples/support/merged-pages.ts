import type { Page, PageRequest } from "mooring";
import { ValidationError } from "mooring";

/** Reads a page of one of several stores, ascending by `orderOf`. */
export type ReadPage<Item> = (request: PageRequest) => Promise<Page<Item>>;

/** Where a merged listing stands: the last item given out, and the page of each store it goes on from. */
interface Position {
  readonly after: string;
  /** Null for the first page. A store that had no more is asked again: something may have come. */
  readonly cursors: readonly (string | null)[];
}

/** A page of a store, as far as it is still to come. */
interface Rest<Item> {
  readonly items: readonly Item[];
  readonly cursor: string | null;
  readonly nextCursor: string | null;
}

/**
 * One page of several listings as one, in ascending order. A page of a store that was given out in part is read again for
 * the next; an item is told by its place in the order, so that none is repeated or skipped when others come or go.
 *
 * @throws ValidationError naming `cursor`
 */
export async function mergedPage<Item>(
  stores: readonly ReadPage<Item>[],
  request: PageRequest,
  orderOf: (item: Item) => string,
): Promise<Page<Item>> {
  const { limit } = request;
  const { after, cursors } = readPosition(request.cursor, stores.length);
  const isToCome = (item: Item): boolean => orderOf(item) > after;
  const rests = await Promise.all(
    stores.map((read, index) => restOf(read, limit, cursors[index] ?? null, isToCome)),
  );
  const found = rests
    .flat()
    .flatMap(({ items }) => items)
    .sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const isMore = found.length > limit || rests.some((pages) => (pages.at(-1)?.nextCursor ?? null) !== null);
  if (last === undefined || !isMore) return { items, nextCursor: null };
  const next = rests.map((pages) => {
    const unfinished = pages.find((page) => page.items.some((item) => orderOf(item) > orderOf(last)));
    const latest = pages.at(-1);
    return unfinished === undefined ? (latest?.nextCursor ?? latest?.cursor ?? null) : unfinished.cursor;
  });
  return { items, nextCursor: writePosition({ after: orderOf(last), cursors: next }) };
}

/** Pages of a store from a cursor on: with `limit` items that are to come, unless it has fewer. */
async function restOf<Item>(
  read: ReadPage<Item>,
  limit: number,
  start: string | null,
  isToCome: (item: Item) => boolean,
): Promise<readonly Rest<Item>[]> {
  const pages: Rest<Item>[] = [];
  let cursor = start;
  let found = 0;
  do {
    const page = await read({ limit, cursor });
    const items = page.items.filter(isToCome);
    pages.push({ items, cursor, nextCursor: page.nextCursor });
    found += items.length;
    cursor = page.nextCursor;
  } while (cursor !== null && found < limit);
  return pages;
}

function writePosition(position: Position): string {
  return btoa(JSON.stringify(position));
}

function readPosition(cursor: string | null, stores: number): Position {
  if (cursor === null) return { after: "", cursors: Array.from({ length: stores }, () => null) };
  try {
    const position: unknown = JSON.parse(atob(cursor));
    if (isPosition(position) && position.cursors.length === stores) return position;
  } catch {
    // Whatever it is, it is none of these.
  }
  throw new ValidationError("`cursor` is not a cursor of this listing.", {
    issues: [{ path: "cursor", message: "the `nextCursor` of the previous page, or null" }],
  });
}

function isPosition(value: unknown): value is Position {
  if (typeof value !== "object" || value === null || !("after" in value) || !("cursors" in value))
    return false;
  const isCursor = (cursor: unknown) => cursor === null || typeof cursor === "string";
  return typeof value.after === "string" && Array.isArray(value.cursors) && value.cursors.every(isCursor);
}
