/**
 * Reads that a replica may answer, and none else: the row of a connection that is about to be used. What decides about a
 * write, a refresh above all, is read where it is written.
 *
 * `docs/scaling.md` says what a replica that lags would break without these rules;
 * `test/examples/replica-storage.test.ts` shows it.
 */
import type { ConnectionKey, LeaseRequest, StorageAdapter } from "mooring";

export interface ReplicaStorageOptions {
  /** Where everything is written. */
  readonly primary: StorageAdapter;
  /** The same tables, some time ago: `kyselyStorage(replicaDb)`. */
  readonly replica: StorageAdapter;
  /**
   * How long this process reads a connection from the primary after it wrote it, in milliseconds. A replica that lags
   * for longer costs a few statements more, and no token. Default: 5,000.
   */
  readonly ownWritesMs?: number;
  /** Credentials that end within this time are read from the primary, in milliseconds. Default: 300,000. */
  readonly refreshMarginMs?: number;
  /** Milliseconds since the epoch. Default: `Date.now`. */
  readonly now?: () => number;
}

/**
 * Guarantees: those of the primary, but that a request may use a row as it was before the lag. A connection that another
 * process disabled, revoked or deleted is used until the replica knows.
 */
export function replicaStorage(options: ReplicaStorageOptions): StorageAdapter {
  const { primary, replica, ownWritesMs = 5_000, refreshMarginMs = 300_000, now = Date.now } = options;
  const held = new Set<string>();
  const written = new Map<string, number>();

  const noteWrite = ({ id }: ConnectionKey): void => {
    for (const [other, until] of written) if (until <= now()) written.delete(other);
    written.set(id, now() + ownWritesMs);
  };
  /** A lease is taken to decide by what is read under it. Its key ends with the connection's id. */
  const isDeciding = (id: string): boolean => [...held].some((key) => key.endsWith(id));
  const wasWritten = (id: string): boolean => (written.get(id) ?? 0) > now();

  return {
    ...primary,
    connections: {
      ...primary.connections,
      async get(key) {
        if (isDeciding(key.id) || wasWritten(key.id)) return primary.connections.get(key);
        const row = await replica.connections.get(key);
        const usable = row !== null && row.connection.status === "ACTIVE" && row.integration.enabled;
        const endsAt = row?.connection.expiresAt ?? Number.POSITIVE_INFINITY;
        return usable && endsAt > now() + refreshMarginMs ? row : primary.connections.get(key);
      },
      insert(record, events) {
        noteWrite(record);
        return primary.connections.insert(record, events);
      },
      compareAndSwap(record, expectedVersion, events) {
        // Also when it is lost: the next read must see who won.
        noteWrite(record);
        return primary.connections.compareAndSwap(record, expectedVersion, events);
      },
      delete(key, events) {
        noteWrite(key);
        return primary.connections.delete(key, events);
      },
    },
    leases: {
      ...primary.leases,
      async acquire(request: LeaseRequest) {
        const outcome = await primary.leases.acquire(request);
        if (outcome !== "held") held.add(request.key);
        return outcome;
      },
      async release(lease) {
        // A lease that cannot be given up is no longer worked under either.
        held.delete(lease.key);
        await primary.leases.release(lease);
      },
    },
  };
}
