import { pageOf, pageStart } from "../../ports/paging.js";
import type { Page, PageRequest } from "../../ports/storage.js";
import { pairsOf } from "./outbox.js";
import type { RedisStore, Script } from "./script.js";

/** More are not read at a time, so that one call does not hold up the server. */
const MAX_CHUNK = 500;

const READ = `
local index, kind, direction, start, count = ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local ids
if direction == 'ascending' then
  ids = redis.call('ZRANGEBYLEX', K .. index, start == '' and '-' or '(' .. start, '+', 'LIMIT', 0, count)
else
  ids = redis.call('ZREVRANGEBYLEX', K .. index, start == '' and '+' or '(' .. start, '-', 'LIMIT', 0, count)
end
local found = {}
for _, id in ipairs(ids) do
  found[#found + 1] = id
  found[#found + 1] = redis.call('GET', key(kind, id)) or ''
end
return found
`;

/** Which records are paged through, in which order. */
interface Walk<Item> {
  /** Sorted set of ids. */
  readonly index: string;
  readonly kind: "integration" | "connection";
  readonly direction: "ascending" | "descending";
  read(id: string, text: string): Item;
  matches(item: Item): boolean;
}

/** Reads pages of an index of ids. */
export type ReadPage = <Item extends { readonly id: string }>(
  request: PageRequest,
  walk: Walk<Item>,
) => Promise<Page<Item>>;

export function pageReader({ script }: Pick<RedisStore, "script">): ReadPage {
  const read: Script = script(READ);
  return async (request, { index, kind, direction, read: parse, matches }) => {
    let start = pageStart(request) ?? "";
    const chunk = Math.min(request.limit + 1, MAX_CHUNK);
    const found = [];
    for (;;) {
      const pairs = pairsOf(await read(index, kind, direction, start, String(chunk)));
      for (const [id, text] of pairs) {
        const item = parse(id, text);
        if (matches(item)) found.push(item);
      }
      start = pairs.at(-1)?.[0] ?? "";
      if (pairs.length < chunk || found.length > request.limit) return pageOf(found, request.limit);
    }
  };
}

/** Whether a record passes a filter; one left out matches all. */
export function passes<Value>(filter: Value | undefined, value: Value): boolean {
  return filter === undefined || filter === value;
}
