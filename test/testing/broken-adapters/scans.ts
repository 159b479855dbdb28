import type { ConnectionRecord, StorageAdapter } from "../../../src/ports/storage.js";
import type { Faults } from "./broken.js";
import { broken } from "./broken.js";

const JOINED = "scans: pages join without a gap, filtered ones are full, and a full last page is the last";
const MEANWHILE = "scans: what is inserted meanwhile comes later, and what is deleted moves nothing";
const ROWS =
  "paging: 10,000 connections are paged through while others are inserted: none is missed or repeated";

export const SCAN_FAULTS: Faults = {
  "a scan of nothing is an error": [
    broken(({ connections }) => ({
      connections: {
        async scan(query) {
          const page = await connections.scan(query);
          return page.items.length > 0 ? page : Promise.reject(new Error("no rows"));
        },
      },
    })),
    "scans: an empty store has one empty page",
  ],
  "a scan is in the order of insertion": [
    broken(({ connections }) => {
      const inserted: string[] = [];
      return {
        connections: {
          async insert(record) {
            await connections.insert(record);
            inserted.push(record.id);
          },
          async scan(query) {
            const page = await connections.scan(query);
            const rank = ({ id }: ConnectionRecord): number => inserted.indexOf(id);
            return { ...page, items: [...page.items].sort((one, other) => rank(one) - rank(other)) };
          },
        },
      };
    }),
    "scans: all entities' connections come by ascending id, whatever the order of insertion, and filtered",
  ],
  "a scan ignores the integration": [
    broken(({ connections }) => ({
      connections: { scan: ({ integrationId: _, ...query }) => connections.scan(query) },
    })),
    "scans: all entities' connections come by ascending id, whatever the order of insertion, and filtered",
  ],
  "a scan's filters apply after the page was cut": [
    broken(({ connections }) => ({
      connections: {
        async scan({ app, ...query }) {
          const page = await connections.scan(query);
          return { ...page, items: page.items.filter((item) => app === undefined || item.app === app) };
        },
      },
    })),
    JOINED,
  ],
  "a scan's page begins with the last of the one before": [
    broken(({ connections }) => {
      const cursors = new Map<string | null, string | null>();
      return {
        connections: {
          async scan(query) {
            const page = await connections.scan({
              ...query,
              cursor: cursors.get(query.cursor) ?? query.cursor,
            });
            const before = page.items.at(-2);
            if (before !== undefined) cursors.set(page.nextCursor, btoa(`after:${before.id}`));
            return page;
          },
        },
      };
    }),
    JOINED,
  ],
  "a scan shows what was there when it began": [
    broken(({ connections }) => {
      let all: readonly ConnectionRecord[] = [];
      return {
        connections: {
          async scan({ limit, cursor, ...query }) {
            if (cursor === null) all = (await connections.scan({ ...query, limit: 1000, cursor })).items;
            const start = Number(cursor ?? 0);
            const next = start + limit;
            return { items: all.slice(start, next), nextCursor: next < all.length ? String(next) : null };
          },
        },
      };
    }),
    MEANWHILE,
  ],
  "a scan counts from the start, so that a deletion moves it": [byNumber, MEANWHILE],
  "an unreadable cursor begins a scan anew": [
    broken(({ connections }) => ({
      connections: {
        scan: (query) => connections.scan(query).catch(() => connections.scan({ ...query, cursor: null })),
      },
    })),
    "scans: what is no cursor, and a limit below 1, is refused by name",
  ],
  "a scan counts from the start, so that an insert moves it": [byNumber, ROWS],
  "a listing ends after ten pages": [
    broken(({ connections }) => {
      let pages = 0;
      return {
        connections: {
          async list(query) {
            const page = await connections.list(query);
            pages += 1;
            return pages < 10 ? page : { ...page, nextCursor: null };
          },
        },
      };
    }),
    ROWS,
  ],
};

/** Pages by number: `limit … offset …`. */
function byNumber(): StorageAdapter {
  return broken(({ connections }) => ({
    connections: {
      async scan({ limit, cursor, ...query }) {
        const start = Number(cursor ?? 0);
        const next = start + limit;
        const { items } = await connections.scan({ ...query, limit: next + 1, cursor: null });
        return { items: items.slice(start, next), nextCursor: next < items.length ? String(next) : null };
      },
    },
  }))();
}
