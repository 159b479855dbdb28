import { ConnectionStateError } from "../errors.js";
import { createBoundedCache } from "../internal/bounded-cache.js";
import type { Logger } from "../ports/runtime.js";
import type { ConnectionRecord, IntegrationRecord, StorageAdapter } from "../ports/storage.js";
import type { Vault } from "../ports/vault.js";

/** What came of sealing a row anew. */
export type Resealed = "rewritten" | "current" | "gone";

/** Seals stored values anew when they are under another key than the current one. */
export interface Resealer {
  /** @throws CipherError when it cannot be opened, StorageError; nothing has changed then */
  connection(record: ConnectionRecord): Promise<Resealed>;
  /** @throws CipherError when it cannot be opened, StorageError; nothing has changed then */
  integration(record: IntegrationRecord): Promise<Resealed>;
  /**
   * Does it in the background, at most once an hour for a row: a value that was read is rewritten, and the read is not held
   * up. Never throws.
   */
  later(
    row:
      | { readonly kind: "connection"; readonly record: ConnectionRecord }
      | { readonly kind: "integration"; readonly record: IntegrationRecord },
  ): void;
}

/**
 * While a new key is rolled out, processes differ in which key is the current one, and each would undo what the other has
 * done, at every read: a row is sealed anew this often in the background.
 */
const LATELY = { maxEntries: 10_000, maxAgeMs: 3_600_000 };
/** A write of another process makes it look again: that may have changed the labels only. */
const MAX_SWAPS = 20;

/** Makes it. The values stay what they were: only the key is another. */
export function createResealer(options: {
  readonly storage: StorageAdapter;
  readonly vault: Vault;
  readonly logger: Logger;
  readonly now: () => number;
}): Resealer {
  const { storage, vault, logger, now } = options;
  const lately = createBoundedCache<true>({ ...LATELY, now });

  const isCurrent = (sealed: string | null): boolean =>
    sealed === null || vault.keyIdOf(sealed) === vault.currentKeyId;

  const connection = async (record: ConnectionRecord): Promise<Resealed> => {
    let current = record;
    for (let swap = 0; swap < MAX_SWAPS; swap += 1) {
      const { id, entityId, credentials, version } = current;
      if (credentials === null || isCurrent(credentials)) return "current";
      const binding = { table: "connections", id, entityId } as const;
      const resealed = await vault.seal(await vault.open(credentials, binding), binding);
      const next = { ...current, credentials: resealed, version: version + 1 };
      if (await storage.connections.compareAndSwap(next, version)) return "rewritten";
      const row = await storage.connections.get({ id, entityId });
      if (row === null) return "gone";
      current = row.connection;
    }
    throw alwaysChanging(`Connection ${record.id}`);
  };

  const integration = async (record: IntegrationRecord): Promise<Resealed> => {
    let current = record;
    for (let swap = 0; swap < MAX_SWAPS; swap += 1) {
      const { id, config, version } = current;
      if (config === null || isCurrent(config)) return "current";
      const binding = { table: "integrations", id, entityId: null } as const;
      const resealed = await vault.seal(await vault.open(config, binding), binding);
      const next = { ...current, config: resealed, version: version + 1 };
      if (await storage.integrations.compareAndSwap(next, version)) return "rewritten";
      const row = await storage.integrations.get(id);
      if (row === null) return "gone";
      current = row;
    }
    throw alwaysChanging(`Integration ${record.id}`);
  };

  return {
    connection,
    integration,
    later(row) {
      const { id } = row.record;
      const sealed = row.kind === "connection" ? row.record.credentials : row.record.config;
      if (isCurrent(sealed) || lately.get(id) === true) return;
      lately.set(id, true);
      const resealed = row.kind === "connection" ? connection(row.record) : integration(row.record);
      resealed.catch((error: unknown) => {
        logger.warn("sealing a value under the current key failed", {
          table: `${row.kind}s`,
          id,
          error: error instanceof Error ? error.name : typeof error,
        });
      });
    },
  };
}

function alwaysChanging(what: string): ConnectionStateError {
  return new ConnectionStateError("CONNECTION_CONFLICT", `${what} is being changed by others all the time.`);
}
