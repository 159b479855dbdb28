import { ConnectionStateError } from "../errors.js";
import type { ConnectionRecord, IntegrationRecord } from "../ports/storage.js";
import type { CoreContext } from "./context.js";
import { isSealedAsNow } from "./sealed-text.js";

/** What came of sealing a row anew. */
export type Resealed = "rewritten" | "current" | "gone";

type ResealContext = Pick<CoreContext, "storage" | "vault">;

/** A write of another process makes it look again: that may have changed the labels only. */
const MAX_SWAPS = 20;

/**
 * Seals a connection's credentials under the current key. They stay what they were, and so does all that the host sees:
 * by compare-and-swap, so that newer ones are never overwritten.
 *
 * @param record as it is stored: read outside of any transaction
 * @throws CipherError when it cannot be opened, StorageError; nothing has changed then
 */
export async function resealConnection(
  { storage, vault }: ResealContext,
  record: ConnectionRecord,
): Promise<Resealed> {
  let current = record;
  for (let swap = 0; swap < MAX_SWAPS; swap += 1) {
    const { id, entityId, credentials, version } = current;
    if (credentials === null || isSealedAsNow(vault, credentials)) return "current";
    const binding = { table: "connections", id, entityId } as const;
    const resealed = await vault.seal(await vault.open(credentials, binding), binding);
    const next = { ...current, credentials: resealed, version: version + 1 };
    if (await storage.connections.compareAndSwap(next, version)) return "rewritten";
    const row = await storage.connections.get({ id, entityId });
    if (row === null) return "gone";
    current = row.connection;
  }
  throw alwaysChanging(`Connection ${record.id}`);
}

/**
 * As {@link resealConnection}, of an integration's values.
 *
 * @throws CipherError when they cannot be opened, StorageError; nothing has changed then
 */
export async function resealIntegration(
  { storage, vault }: ResealContext,
  record: IntegrationRecord,
): Promise<Resealed> {
  let current = record;
  for (let swap = 0; swap < MAX_SWAPS; swap += 1) {
    const { id, config, version } = current;
    if (config === null || isSealedAsNow(vault, config)) return "current";
    const binding = { table: "integrations", id, entityId: null } as const;
    const resealed = await vault.seal(await vault.open(config, binding), binding);
    const next = { ...current, config: resealed, version: version + 1 };
    if (await storage.integrations.compareAndSwap(next, version)) return "rewritten";
    const row = await storage.integrations.get(id);
    if (row === null) return "gone";
    current = row;
  }
  throw alwaysChanging(`Integration ${record.id}`);
}

function alwaysChanging(what: string): ConnectionStateError {
  return new ConnectionStateError("CONNECTION_CONFLICT", `${what} is being changed by others all the time.`);
}
