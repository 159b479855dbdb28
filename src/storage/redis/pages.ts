import { pageOf, pageStart } from "../../ports/paging.js";
import type { Page, PageRequest } from "../../ports/storage.js";
import { CONNECTION, NAMES, READ } from "./lua.js";
import type { RedisStore } from "./redis-store.js";
import { MAX_STEP } from "./redis-store.js";
import { pairsOf, textsOf } from "./reply.js";
import { fragment } from "./stored-json.js";

// Answers with where to go on, '' for nowhere, and with what was found. A member whose record is gone is passed over.
const STEP = `${NAMES}${READ}${CONNECTION}
local index, kind, order, from, to = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local step, limit = tonumber(ARGV[6]), tonumber(ARGV[7])
local function is_wanted(id, text)
  if #ARGV > 7 and not string.find(text, CONNECTION) then unreadable(kind, id) end
  for position = 8, #ARGV do
    if not string.find(text, ARGV[position], 1, true) then return false end
  end
  return true
end
local command = order == 'ascending' and 'ZRANGEBYLEX' or 'ZREVRANGEBYLEX'
local members = redis.call(command, K .. index, from, to, 'LIMIT', 0, step)
local answer = { #members == step and members[step] or '' }
for position, member in ipairs(members) do
  local id = string.match(member, '[^ ]*$')
  local text = text_of(kind, id)
  if text and is_wanted(id, text) then
    answer[#answer + 1] = id
    answer[#answer + 1] = text
    if #answer == 1 + 2 * limit then
      if position < #members then answer[1] = member end
      return answer
    end
  end
end
return answer
`;

type Filters = Readonly<Record<string, string | boolean | undefined>>;

/** Which records are walked through, and how. */
export interface Walk<Item> {
  /** A sorted set whose members are ids, or end with a space and the id. */
  readonly index: string;
  readonly kind: "integration" | "connection";
  readonly order: "ascending" | "descending";
  /** What fields must hold; one left out matches all. */
  readonly filters: Filters;
  /** The members to begin and end with, as `ZRANGEBYLEX` takes them. */
  readonly from: string;
  readonly to: string;
  read(id: string, text: string): Item;
}

export interface PageReader {
  /** Reads a page of an index whose members are ids. */
  readPage<Item extends { readonly id: string }>(
    request: PageRequest,
    walk: Omit<Walk<Item>, "from" | "to">,
  ): Promise<Page<Item>>;
  /** Reads at most `count` records. */
  readSome<Item>(count: number, walk: Walk<Item>): Promise<readonly Item[]>;
}

export function pageReader({ script }: Pick<RedisStore, "script">): PageReader {
  const step = script(STEP);

  const readSome = async <Item>(count: number, walk: Walk<Item>): Promise<readonly Item[]> => {
    const { index, kind, order, filters, to, read } = walk;
    // Where a connection begins as it should, this is how what is asked for stands in there. Integrations are few.
    const wanted = Object.entries(kind === "connection" ? filters : {}).flatMap(([field, value]) =>
      value === undefined ? [] : [fragment(field, value)],
    );
    const isFiltered = Object.values(filters).some((value) => value !== undefined);
    const found: Item[] = [];
    let from = walk.from;
    for (;;) {
      const missing = count - found.length;
      const width = isFiltered ? MAX_STEP : Math.min(missing, MAX_STEP);
      const reply = await step(index, kind, order, from, to, String(width), String(missing), ...wanted);
      const [next = "", ...texts] = textsOf(reply) ?? [];
      for (const [id, text] of pairsOf(texts)) {
        const item = read(id, text);
        // The script looks for a piece of text: it may stand elsewhere in the record.
        if (passes(item, filters)) found.push(item);
      }
      if (next === "" || found.length >= count) return found;
      from = `(${next}`;
    }
  };

  return {
    readSome,
    async readPage(request, walk) {
      const [first, last] = walk.order === "ascending" ? ["-", "+"] : ["+", "-"];
      const start = pageStart(request);
      const from = start === null ? first : `(${start}`;
      return pageOf(await readSome(request.limit + 1, { ...walk, from, to: last }), request.limit);
    },
  };
}

function passes(item: unknown, filters: Filters): boolean {
  return Object.entries(filters).every(
    ([field, value]) =>
      value === undefined ||
      (typeof item === "object" && item !== null && Reflect.get(item, field) === value),
  );
}
