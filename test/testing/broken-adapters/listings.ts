import type { ConnectionStatus } from "../../../src/ports/storage.js";
import type { Faults } from "./broken.js";
import { broken } from "./broken.js";

export const LISTING_FAULTS: Faults = {
  "an empty listing is an error": [
    broken(({ connections }) => ({
      connections: {
        async list(query) {
          const page = await connections.list(query);
          return page.items.length > 0 ? page : Promise.reject(new Error("no rows"));
        },
      },
    })),
    "listings: an empty store has one empty page",
  ],
  "listings are oldest first": [
    broken(({ integrations }) => ({
      integrations: {
        async list(query) {
          const page = await integrations.list(query);
          return { ...page, items: [...page.items].reverse() };
        },
      },
    })),
    "listings: integrations come newest first, whatever the order of insertion, and filtered",
  ],
  "filters are ignored": [
    broken(({ connections }) => ({
      connections: { list: ({ entityId, limit, cursor }) => connections.list({ entityId, limit, cursor }) },
    })),
    "listings: connections come newest first and filtered",
  ],
  "filters go by what was inserted": [
    broken(({ connections }) => {
      const statuses = new Map<string, ConnectionStatus>();
      return {
        connections: {
          async insert(record) {
            await connections.insert(record);
            statuses.set(record.id, record.status);
          },
          async list({ status, ...query }) {
            const { items } = await connections.list({ ...query, limit: 1000, cursor: null });
            const found = items.filter(({ id }) => status === undefined || statuses.get(id) === status);
            return { items: found, nextCursor: null };
          },
        },
      };
    }),
    "listings: filters follow a compareAndSwap",
  ],
  "the last page has a cursor": [
    broken(({ connections }) => ({
      connections: {
        async list(query) {
          const page = await connections.list(query);
          return { ...page, nextCursor: page.nextCursor ?? btoa(`after:${page.items.at(-1)?.id ?? ""}`) };
        },
      },
    })),
    "listings: pages join without a gap, and a full last page is the last",
  ],
  "filters apply after the page was cut": [
    broken(({ connections }) => ({
      connections: {
        async list({ status, ...query }) {
          const page = await connections.list(query);
          return {
            ...page,
            items: page.items.filter((item) => status === undefined || item.status === status),
          };
        },
      },
    })),
    "listings: filtered pages are full",
  ],
  "pages are counted from the start, so that an insert moves them": [
    broken(({ connections }) => ({
      connections: {
        async list({ limit, cursor, ...query }) {
          const all = await connections.list({ ...query, limit: 1000, cursor: null });
          const start = Number(cursor ?? 0);
          const next = start + limit;
          return {
            items: all.items.slice(start, next),
            nextCursor: next < all.items.length ? String(next) : null,
          };
        },
      },
    })),
    "listings: inserts and deletes meanwhile neither repeat nor skip the others",
  ],
  "an unreadable cursor begins anew": [
    broken(({ connections }) => ({
      connections: {
        list: (query) => connections.list(query).catch(() => connections.list({ ...query, cursor: null })),
      },
    })),
    "listings: what is no cursor, and a limit below 1, is refused by name",
  ],
};
