import type { ConnectionRecord, StorageAdapter } from "../../../src/ports/storage.js";
import type { Faults } from "./broken.js";
import { broken } from "./broken.js";
import { withEntityIds } from "./entities.js";

const EVERY_TEXT = "text: every text is stored as it is, wherever text is";
const LONG = "text: sealed text may be a megabyte long, and many labels, scopes and params with it";

export const TEXT_FAULTS: Faults = {
  "letters are composed": [withText((text) => text.normalize()), EVERY_TEXT],
  "characters beyond the basic plane become question marks": [
    withText((text) => text.replaceAll(/[\u{10000}-\u{10FFFF}]/gu, "?")),
    EVERY_TEXT,
  ],
  "white space around is cut off": [withText((text) => text.trim()), EVERY_TEXT],
  "control characters are left out": [
    withText((text) => [...text].filter((character) => character >= " ").join("")),
    EVERY_TEXT,
  ],
  "entity ids are cut to 512 units of UTF-16": [
    withEntityIds((id) => id.slice(0, 512)),
    "text: ids of 512 characters are told apart, whatever the characters",
  ],
  "an alias is compared without accents": [
    broken(({ connections }) => ({
      connections: {
        insert: (record) =>
          connections.insert({
            ...record,
            alias: record.alias?.normalize("NFD").replaceAll(/\p{Diacritic}/gu, "") ?? null,
          }),
      },
    })),
    "text: an alias has up to 128 characters, and is compared exactly",
  ],
  "an alias is cut to 128 units of UTF-16": [
    broken(({ connections }) => ({
      connections: {
        insert: (record) => connections.insert({ ...record, alias: record.alias?.slice(0, 128) ?? null }),
      },
    })),
    "text: an alias has up to 128 characters, and is compared exactly",
  ],
  "keys of leases are compared without the spaces at their end": [
    broken(({ leases }) => ({
      leases: { acquire: (request) => leases.acquire({ ...request, key: request.key.trimEnd() }) },
    })),
    "text: reuse keys, and keys and owners of leases, are compared exactly",
  ],
  "owners of leases are compared without case": [
    broken(({ leases }) => ({
      leases: {
        acquire: (request) => leases.acquire({ ...request, owner: request.owner.toLowerCase() }),
        renew: (request) => leases.renew({ ...request, owner: request.owner.toLowerCase() }),
      },
    })),
    "text: reuse keys, and keys and owners of leases, are compared exactly",
  ],
  "credentials are cut after 64 KiB, as MySQL's `text` does": [
    broken(({ connections }) => ({
      connections: {
        insert: (record) =>
          connections.insert({ ...record, credentials: record.credentials?.slice(0, 65_535) ?? null }),
      },
    })),
    LONG,
  ],
  "a flow's payload is cut after 64 KiB": [
    broken(({ flows }) => ({
      flows: { insert: (record) => flows.insert({ ...record, payload: record.payload.slice(0, 65_535) }) },
    })),
    LONG,
  ],
};

/** Memory storage that keeps another text than it was given, where nothing looks for it. */
function withText(change: (text: string) => string): () => StorageAdapter {
  const changed = (record: ConnectionRecord): ConnectionRecord => ({
    ...record,
    statusReason: record.statusReason === null ? null : change(record.statusReason),
  });
  return broken(({ connections }) => ({
    connections: { insert: (record, events) => connections.insert(changed(record), events) },
  }));
}
