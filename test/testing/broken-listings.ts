import { expiringPage, expiringStart } from "../../src/ports/paging.js";
import type {
  ConnectionRecord,
  ConnectionStore,
  ExpiringScan,
  Page,
  PageRequest,
  StorageAdapter,
} from "../../src/ports/storage.js";
import { memoryStorage } from "../../src/storage/memory.js";

function broken(
  breakIt: (sound: ConnectionStore) => Partial<Pick<ConnectionStore, "scan" | "expiring" | "insert">>,
): () => StorageAdapter {
  return () => {
    const sound = memoryStorage();
    return { ...sound, connections: { ...sound.connections, ...breakIt(sound.connections) } };
  };
}

/** Where a page begins is how many came before it: what is inserted or gone meanwhile moves the rest. */
function counted<Item>(all: readonly Item[], { limit, cursor }: PageRequest): Page<Item> {
  const start = Number(cursor ?? 0);
  const next = start + limit;
  return { items: all.slice(start, next), nextCursor: next < all.length ? String(next) : null };
}

const everything = async (store: ConnectionStore): Promise<readonly ConnectionRecord[]> =>
  (await store.scan({ limit: 100_000, cursor: null })).items;

/** Those that end by then, in order, as one would find them without an index. */
const endingBy = (records: readonly ConnectionRecord[], before: number): readonly ConnectionRecord[] =>
  records
    .filter(({ expiresAt }) => expiresAt !== null && expiresAt <= before)
    .toSorted((one, other) => (one.expiresAt ?? 0) - (other.expiresAt ?? 0) || (one.id < other.id ? -1 : 1));

const active = (records: readonly ConnectionRecord[]): readonly ConnectionRecord[] =>
  records.filter(({ status }) => status === "ACTIVE");

/** A page of what was found, after the cursor. */
function pageAfter(
  found: readonly ConnectionRecord[],
  query: ExpiringScan,
  isAfter: (record: ConnectionRecord, start: { expiresAt: number; id: string }) => boolean,
): Page<ConnectionRecord> {
  const start = expiringStart(query);
  return expiringPage(
    found.filter((record) => start === null || isAfter(record, start)),
    query.limit,
  );
}

const isAfter = ({ expiresAt, id }: ConnectionRecord, start: { expiresAt: number; id: string }): boolean =>
  (expiresAt ?? 0) > start.expiresAt || (expiresAt === start.expiresAt && id > start.id);

/** What is wrong, how to make it, and a case that finds it. */
export const LISTING_FAULTS: Readonly<
  Record<string, readonly [create: () => StorageAdapter, detectedBy: string]>
> = {
  "a scan of nothing has a second page": [
    broken(({ scan }) => ({
      async scan(query) {
        const page = await scan(query);
        return page.items.length > 0 ? page : { ...page, nextCursor: btoa("after:0") };
      },
    })),
    "scans: an empty store has one empty page",
  ],
  "a scan ignores its filters": [
    broken(({ scan }) => ({ scan: ({ limit, cursor }) => scan({ limit, cursor }) })),
    "scans: all entities' connections come by ascending id, whatever the order of insertion, and filtered",
  ],
  "a scan is newest first": [
    broken((sound) => ({
      scan: async (query) => counted((await everything(sound)).toReversed(), query),
    })),
    "scans: all entities' connections come by ascending id, whatever the order of insertion, and filtered",
  ],
  "the filters of a scan apply after the page was cut": [
    broken(({ scan }) => ({
      async scan({ app, ...query }) {
        const page = await scan(query);
        return { ...page, items: page.items.filter((item) => app === undefined || item.app === app) };
      },
    })),
    "scans: pages join without a gap, filtered ones are full, and a full last page is the last",
  ],
  "the pages of a scan are counted, so that a deletion moves them": [
    broken((sound) => ({ scan: async (query) => counted(await everything(sound), query) })),
    "scans: what is inserted meanwhile comes later, and what is deleted moves nothing",
  ],
  "the pages of a scan are counted, so that an insert moves them": [
    broken((sound) => ({ scan: async (query) => counted(await everything(sound), query) })),
    "paging: 10,000 connections are paged through while others are inserted: none is missed or repeated",
  ],
  "a scan begins anew at an unreadable cursor": [
    broken(({ scan }) => ({
      scan: (query) => scan(query).catch(() => scan({ ...query, cursor: null })),
    })),
    "scans: what is no cursor, and a limit below 1, is refused by name",
  ],
  "what ends now is not expiring yet": [
    broken(({ expiring }) => ({ expiring: (query) => expiring({ ...query, before: query.before - 1 }) })),
    "expiring: what ends by then comes, the earliest first, of every entity, and what has ended already too",
  ],
  "what has ended is not expiring any more": [
    broken((sound) => ({
      async expiring(query) {
        const page = await sound.expiring(query);
        return {
          ...page,
          items: page.items.filter(({ createdAt, expiresAt }) => (expiresAt ?? 0) > createdAt),
        };
      },
    })),
    "expiring: what ends by then comes, the earliest first, of every entity, and what has ended already too",
  ],
  "what expires is sorted by id": [
    broken((sound) => ({
      async expiring(query) {
        const ids = new Set(endingBy(active(await everything(sound)), query.before).map(({ id }) => id));
        const found = (await everything(sound)).filter(({ id }) => ids.has(id));
        return pageAfter(found, query, (record, start) => record.id > start.id);
      },
    })),
    "expiring: what ends by then comes, the earliest first, of every entity, and what has ended already too",
  ],
  "connections that are revoked expire as well": [
    broken((sound) => ({
      async expiring(query) {
        return pageAfter(endingBy(await everything(sound), query.before), query, isAfter);
      },
    })),
    "expiring: only ACTIVE connections come",
  ],
  "the index of what expires is written by an insert only": [
    broken((sound) => {
      const inserted: ConnectionRecord[] = [];
      return {
        async insert(record) {
          await sound.insert(record);
          inserted.push(structuredClone(record));
        },
        expiring: async (query) => pageAfter(endingBy(active(inserted), query.before), query, isAfter),
      };
    }),
    "expiring: they follow a compareAndSwap, and a delete",
  ],
  "the cursor of what expires names a time only": [
    broken((sound) => ({
      async expiring(query) {
        const found = endingBy(active(await everything(sound)), query.before);
        return pageAfter(found, query, ({ expiresAt }, start) => (expiresAt ?? 0) > start.expiresAt);
      },
    })),
    "expiring: pages join without a gap where many end at once, and a full last page is the last",
  ],
  "the pages of what expires are counted, so that a refresh moves them": [
    broken((sound) => ({
      expiring: async (query) => counted(endingBy(active(await everything(sound)), query.before), query),
    })),
    "expiring: what is refreshed between two pages comes no more, and moves nothing",
  ],
  "what expires takes the cursor of a list for its own": [
    broken(({ expiring }) => ({
      expiring: (query) =>
        expiring(query).catch((error: unknown) => {
          if (query.cursor === null || query.limit < 1) throw error;
          return expiring({ ...query, cursor: null });
        }),
    })),
    "expiring: what is no cursor, and a limit below 1, is refused by name",
  ],
};
