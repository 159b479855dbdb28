import type { ConnectionRecord, ExpiringScan, Page } from "../../../src/ports/storage.js";
import type { Faults, SoundStorage } from "./broken.js";
import { broken } from "./broken.js";

const ENDING =
  "expiring: what ends by then comes, the earliest first, of every entity, and what has ended already too";

/** All that ends by then, by a rule of its own, on one page. */
async function onePage(
  { connections }: SoundStorage,
  matches: (record: ConnectionRecord) => boolean,
): Promise<Page<ConnectionRecord>> {
  const { items } = await connections.scan({ limit: 1000, cursor: null });
  const found = items
    .filter(matches)
    .toSorted((one, other) => (one.expiresAt ?? 0) - (other.expiresAt ?? 0) || (one.id < other.id ? -1 : 1));
  return { items: found, nextCursor: null };
}

const endsBy = ({ expiresAt }: ConnectionRecord, { before }: ExpiringScan): boolean =>
  expiresAt !== null && expiresAt <= before;

export const EXPIRING_FAULTS: Faults = {
  "what ends at that very moment is left out": [
    broken(({ connections }) => ({
      connections: { expiring: (query) => connections.expiring({ ...query, before: query.before - 1 }) },
    })),
    ENDING,
  ],
  "what has ended already is left out": [
    broken(({ connections }) => ({
      connections: {
        async expiring(query) {
          const page = await connections.expiring(query);
          return { ...page, items: page.items.filter(({ expiresAt }) => (expiresAt ?? 0) >= query.before) };
        },
      },
    })),
    ENDING,
  ],
  "what never ends comes first": [
    broken((sound) => ({
      connections: {
        expiring: ({ before }) =>
          onePage(sound, ({ status, expiresAt }) => status === "ACTIVE" && (expiresAt ?? 0) <= before),
      },
    })),
    ENDING,
  ],
  "what ends is sorted by id": [
    broken(({ connections }) => ({
      connections: {
        async expiring(query) {
          const page = await connections.expiring(query);
          return { ...page, items: page.items.toSorted((one, other) => (one.id < other.id ? -1 : 1)) };
        },
      },
    })),
    ENDING,
  ],
  "connections of every status come": [
    broken((sound) => ({
      connections: { expiring: (query) => onePage(sound, (record) => endsBy(record, query)) },
    })),
    "expiring: only ACTIVE connections come",
  ],
  "what ends goes by what was inserted": [
    broken((sound) => {
      const inserted = new Map<string, ConnectionRecord>();
      return {
        connections: {
          async insert(record) {
            await sound.connections.insert(record);
            inserted.set(record.id, record);
          },
          expiring: (query) => onePage(sound, (record) => endsBy(inserted.get(record.id) ?? record, query)),
        },
      };
    }),
    "expiring: they follow a compareAndSwap, and a delete",
  ],
  "a cursor holds the time alone": [
    broken(({ connections }) => ({
      connections: {
        async expiring({ before, limit, cursor }) {
          const { items } = await connections.expiring({ before, limit: 1000, cursor: null });
          const left = items.filter(({ expiresAt }) => (expiresAt ?? 0) > Number(cursor ?? 0));
          const last = left[limit - 1];
          return {
            items: left.slice(0, limit),
            nextCursor: left.length > limit ? String(last?.expiresAt) : null,
          };
        },
      },
    })),
    "expiring: pages join without a gap where many end at once, and a full last page is the last",
  ],
  "pages of what ends are counted from the start": [
    broken(({ connections }) => ({
      connections: {
        async expiring({ before, limit, cursor }) {
          const { items } = await connections.expiring({ before, limit: 1000, cursor: null });
          const start = Number(cursor ?? 0);
          const next = start + limit;
          return { items: items.slice(start, next), nextCursor: next < items.length ? String(next) : null };
        },
      },
    })),
    "expiring: what is refreshed between two pages comes no more, and moves nothing",
  ],
  "an unreadable cursor begins what ends anew": [
    broken(({ connections }) => ({
      connections: {
        expiring: (query) =>
          connections.expiring(query).catch(() => connections.expiring({ ...query, cursor: null })),
      },
    })),
    "expiring: what is no cursor, and a limit below 1, is refused by name",
  ],
};
