/**
 * One storage over several databases: what belongs to an entity is in one of them. A host that makes one toolset for each
 * database and picks by its user needs none of this; this is for those who want one toolset.
 *
 * `docs/scaling.md` says when that is worth it, and `test/examples/sharded-storage.test.ts` runs the conformance suite
 * on it: all cases but one hold.
 */
import type { ConnectionRecord, IntegrationRecord, Page, StorageAdapter } from "mooring";
import { StorageError } from "mooring";
import { mergedPage } from "./support/merged-pages.js";

export interface ShardedStorageOptions {
  /** By name. A name never moves to another database. */
  readonly shards: Readonly<Record<string, StorageAdapter>>;
  /** The shard that decides about integrations, which are few and belong to nobody. */
  readonly home: string;
  /** The shard of an entity: a look-up of your own, or {@link rendezvous}. */
  readonly shardOf: (entityId: string) => string;
}

/**
 * Spreads entities evenly; of those there are, one in n + 1 moves when a shard is added to n.
 *
 * @param names of all shards
 */
export function rendezvous(names: readonly string[]): (key: string) => string {
  const [first, ...others] = names;
  if (first === undefined) throw new TypeError("There must be a shard.");
  return (key) => others.reduce((best, name) => (weight(name, key) > weight(best, key) ? name : best), first);
}

/** FNV-1a with the final mix of MurmurHash3: the same on every machine. */
function weight(name: string, key: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(`${name}\0${key}`)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
/** Of a listing by ascending (expiresAt, id), as text. */
const expiryOrder = ({ expiresAt, id }: ConnectionRecord): string =>
  `${String(expiresAt ?? 0).padStart(16, "0")} ${id}`;

/**
 * Guarantees: everything about a connection, its flows, events and its integration's copy, is in its entity's database,
 * with that adapter's guarantees. Deleting an integration is atomic in each database, not over all of them: repeat it
 * when it fails. A lease is in the database its key hashes to, so the shards must be the same everywhere.
 *
 * What does not hold: that an id is taken is only noticed within a shard. Ids are random UUIDs, and every read names its
 * entity too.
 *
 * Costs: consuming a flow asks every shard until one has it, since a state does not say whose it is. A scan reads every
 * shard. Adding a shard moves entities: that is an export and an import, which `shardOf` has to know of.
 *
 * @throws TypeError when `home`, or what `shardOf` names, is no shard
 */
export function shardedStorage({ shards, home: homeName, shardOf }: ShardedStorageOptions): StorageAdapter {
  const all = Object.values(shards);
  const shard = (name: string): StorageAdapter => {
    const found = Object.hasOwn(shards, name) ? shards[name] : undefined;
    if (found === undefined) throw new TypeError(`There is no shard "${name}".`);
    return found;
  };
  const home = shard(homeName);
  const others = all.filter((each) => each !== home);
  const ownerOf = ({ entityId }: { readonly entityId: string }): StorageAdapter => shard(shardOf(entityId));
  const leaseShard = rendezvous(Object.keys(shards));
  const leasesOf = ({ key }: { readonly key: string }) => shard(leaseShard(key)).leases;
  const outboxes = all.flatMap(({ outbox }) => outbox ?? []);

  return {
    name: "sharded",
    persistent: all.some(({ persistent }) => persistent),
    integrations: {
      insert: (record) => home.integrations.insert(record),
      get: (id) => home.integrations.get(id),
      list: (query) => home.integrations.list(query),
      async compareAndSwap(record, expectedVersion) {
        const isSwapped = await home.integrations.compareAndSwap(record, expectedVersion);
        if (isSwapped) await Promise.all(others.map((other) => updateCopy(other, record)));
        return isSwapped;
      },
      async delete(id) {
        await Promise.all(others.map((other) => other.integrations.delete(id)));
        const isDeleted = await home.integrations.delete(id);
        // Again, for a copy that was made meanwhile.
        await Promise.all(others.map((other) => other.integrations.delete(id)));
        return isDeleted;
      },
    },
    connections: {
      async insert(record, events) {
        const owner = ownerOf(record);
        if (owner !== home) await ensureCopy(home, owner, record.integrationId);
        await owner.connections.insert(record, events);
      },
      get: (key) => ownerOf(key).connections.get(key),
      list: (query) => ownerOf(query).connections.list(query),
      compareAndSwap: (record, expectedVersion, events) =>
        ownerOf(record).connections.compareAndSwap(record, expectedVersion, events),
      delete: (key, events) => ownerOf(key).connections.delete(key, events),
      scan(query): Promise<Page<ConnectionRecord>> {
        const { entityId } = query;
        if (entityId !== undefined) return ownerOf({ entityId }).connections.scan(query);
        return mergedPage(
          all.map(
            ({ connections }) =>
              (page) =>
                connections.scan({ ...query, ...page }),
          ),
          query,
          ({ id, entityId }) => `${id} ${entityId}`,
        );
      },
      expiring: (query) =>
        mergedPage(
          all.map(
            ({ connections }) =>
              (page) =>
                connections.expiring({ ...query, ...page }),
          ),
          query,
          expiryOrder,
        ),
    },
    flows: {
      insert: (record) => ownerOf(record).flows.insert(record),
      async consume(id) {
        const failures: unknown[] = [];
        for (const { flows } of all) {
          const flow = await flows.consume(id).catch((error: unknown) => void failures.push(error));
          if (flow) return flow;
        }
        // It may be where nobody could look.
        if (failures.length > 0) throw failures[0];
        return null;
      },
      deleteExpired: async (now) => sum(await Promise.all(all.map(({ flows }) => flows.deleteExpired(now)))),
    },
    leases: {
      acquire: (request) => leasesOf(request).acquire(request),
      renew: (request) => leasesOf(request).renew(request),
      release: (lease) => leasesOf(lease).release(lease),
      deleteExpired: async (lapsedForMs) =>
        sum(await Promise.all(all.map(({ leases }) => leases.deleteExpired(lapsedForMs)))),
    },
    outbox:
      outboxes.length < all.length
        ? null
        : {
            async claim({ limit, ...request }) {
              const claimed = [];
              for (const outbox of outboxes) {
                if (claimed.length === limit) break;
                claimed.push(...(await outbox.claim({ ...request, limit: limit - claimed.length })));
              }
              return claimed.sort((a, b) => (a.id < b.id ? -1 : 1));
            },
            async acknowledge(ids) {
              await Promise.all(outboxes.map((outbox) => outbox.acknowledge(ids)));
            },
          },
  };
}

/** A connection is read together with its integration: a shard has a copy from the first connection on. */
async function ensureCopy(home: StorageAdapter, owner: StorageAdapter, id: string): Promise<void> {
  const [original, copy] = await Promise.all([home.integrations.get(id), owner.integrations.get(id)]);
  if (original === null || (copy !== null && copy.version >= original.version)) return;
  if (copy !== null) return updateCopy(owner, original);
  await owner.integrations.insert(original).catch((error: unknown) => {
    // Another process has just copied it.
    if (!(error instanceof StorageError) || error.code !== "STORAGE_CONFLICT") throw error;
  });
  const current = await home.integrations.get(id);
  if (current === null) await owner.integrations.delete(id);
  else await updateCopy(owner, current);
}

/** Brings a copy up to date, where there is one. */
async function updateCopy(owner: StorageAdapter, record: IntegrationRecord): Promise<void> {
  for (;;) {
    const copy = await owner.integrations.get(record.id);
    if (copy === null || copy.version >= record.version) return;
    if (await owner.integrations.compareAndSwap(record, copy.version)) return;
  }
}
