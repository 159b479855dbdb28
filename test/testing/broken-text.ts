import type {
  ConnectionRecord,
  ConnectionStore,
  LeaseStore,
  StorageAdapter,
} from "../../src/ports/storage.js";
import { memoryStorage } from "../../src/storage/memory.js";

/** Memory storage that changes text on its way in, and what it looks for alike. */
function changing(change: {
  readonly entityId?: (text: string) => string;
  readonly alias?: (text: string) => string;
  readonly reason?: (text: string) => string;
  readonly credentials?: (text: string) => string;
  readonly leaseKey?: (text: string) => string;
}): () => StorageAdapter {
  const same = (text: string): string => text;
  const {
    entityId: ofEntity = same,
    alias: ofAlias = same,
    reason = same,
    credentials = same,
    leaseKey = same,
  } = change;
  const maybe = (of: (text: string) => string, text: string | null): string | null =>
    text === null ? null : of(text);
  const stored = (record: ConnectionRecord): ConnectionRecord => ({
    ...record,
    entityId: ofEntity(record.entityId),
    alias: maybe(ofAlias, record.alias),
    statusReason: maybe(reason, record.statusReason),
    credentials: maybe(credentials, record.credentials),
  });
  return () => {
    const sound = memoryStorage();
    const { get, list, insert, compareAndSwap } = sound.connections;
    const connections: ConnectionStore = {
      ...sound.connections,
      insert: (record, events) => insert(stored(record), events),
      compareAndSwap: (record, version, events) => compareAndSwap(stored(record), version, events),
      get: ({ id, entityId }) => get({ id, entityId: ofEntity(entityId) }),
      list: ({ entityId, alias, ...query }) =>
        list({ ...query, entityId: ofEntity(entityId), alias: alias === undefined ? alias : ofAlias(alias) }),
    };
    const leases: LeaseStore = {
      ...sound.leases,
      acquire: (request) => sound.leases.acquire({ ...request, key: leaseKey(request.key) }),
    };
    return { ...sound, connections, leases };
  };
}

/** What is wrong, how to make it, and a case that finds it. */
export const TEXT_FAULTS: Readonly<
  Record<string, readonly [create: () => StorageAdapter, detectedBy: string]>
> = {
  "text is normalised": [
    changing({ reason: (text) => text.normalize("NFC") }),
    "text: every text is stored as it is, wherever text is",
  ],
  "a character has three bytes at most, as in MySQL's utf8": [
    changing({ reason: (text) => text.replaceAll(/[\u{10000}-\u{10FFFF}]/gu, "?") }),
    "text: every text is stored as it is, wherever text is",
  ],
  "white space around text is dropped": [
    changing({ reason: (text) => text.trim() }),
    "text: every text is stored as it is, wherever text is",
  ],
  "entity ids are cut to 512 UTF-16 units": [
    changing({ entityId: (text) => text.slice(0, 512) }),
    "text: ids of 512 characters are told apart, whatever the characters",
  ],
  "aliases are compared without accents": [
    changing({ alias: (text) => text.normalize("NFD").replaceAll(/\p{M}/gu, "") }),
    "text: an alias has up to 128 characters, and is compared exactly",
  ],
  "aliases are cut to 128 UTF-16 units": [
    changing({ alias: (text) => text.slice(0, 128) }),
    "text: an alias has up to 128 characters, and is compared exactly",
  ],
  "keys of leases are compared without case": [
    changing({ leaseKey: (text) => text.toLowerCase() }),
    "text: reuse keys, and keys and owners of leases, are compared exactly",
  ],
  "credentials are cut to 65,535 characters, as in MySQL's text": [
    changing({ credentials: (text) => text.slice(0, 65_535) }),
    "text: sealed text may be a megabyte long, and many labels, scopes and params with it",
  ],
};
