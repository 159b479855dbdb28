import { createBoundedCache } from "../internal/bounded-cache.js";
import type { Logger } from "../ports/runtime.js";
import type { ConnectionRecord, IntegrationRecord, StorageAdapter } from "../ports/storage.js";
import type { Vault } from "../ports/vault.js";
import { isSealedAsNow } from "./sealed-text.js";

/** A row whose value was read. */
export type ReadRow =
  | { readonly kind: "connection"; readonly record: ConnectionRecord }
  | { readonly kind: "integration"; readonly record: IntegrationRecord };

/** Seals values anew that were read under another key than the current one. */
export interface Resealer {
  /**
   * Does it in the background, a few at a time and at most once an hour for a row: no read is held up, and none fails.
   * A process that ends or is frozen before may leave it undone; the next read, or a rotation, does it. Never throws.
   */
  later(row: ReadRow): void;
}

/**
 * While a new key is rolled out, processes differ in which key is the current one, and each would undo what the other has
 * done, at every read: a row is sealed anew this often in the background.
 */
const LATELY = { maxEntries: 10_000, maxAgeMs: 3_600_000 };
/** More are left to a later read, so that after a rotation the first reads of all rows do not become as many writes. */
const MAX_UNDER_WAY = 4;

/** Makes it. */
export function createResealer(options: {
  readonly storage: StorageAdapter;
  readonly vault: Vault;
  readonly logger: Logger;
  readonly now: () => number;
}): Resealer {
  const { storage, vault, logger, now } = options;
  const lately = createBoundedCache<true>({ ...LATELY, now });
  let underWay = 0;

  const reseal = async ({ kind, record }: ReadRow): Promise<void> => {
    const { resealConnection, resealIntegration } = await import("./reseal.js");
    // Read again: a row that was read in a transaction of the host's may never be stored, and its version be another's.
    if (kind === "connection") {
      const stored = await storage.connections.get({ id: record.id, entityId: record.entityId });
      if (stored !== null) await resealConnection({ storage, vault }, stored.connection);
    } else {
      const stored = await storage.integrations.get(record.id);
      if (stored !== null) await resealIntegration({ storage, vault }, stored);
    }
  };

  return {
    later(row) {
      const { id } = row.record;
      const sealed = row.kind === "connection" ? row.record.credentials : row.record.config;
      if (isSealedAsNow(vault, sealed) || underWay >= MAX_UNDER_WAY || lately.get(id) === true) return;
      lately.set(id, true);
      underWay += 1;
      reseal(row)
        .catch((error: unknown) => {
          logger.warn("sealing a value under the current key failed", {
            table: `${row.kind}s`,
            id,
            error: error instanceof Error ? error.name : typeof error,
          });
        })
        .finally(() => {
          underWay -= 1;
        })
        // A logger that throws is no reason to end the process.
        .catch(() => {});
    },
  };
}
