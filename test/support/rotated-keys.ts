import type { EncryptionKey, KeyManagement, MooringToolSet, StorageAdapter } from "mooring";
import { createVault } from "../../src/core/vault.js";
import { CLIENT, setUp } from "./acme.js";

/** A key before and after a rotation. */
export const OLD = { id: "2025-11", secret: "an-encryption-key-of-the-host-25" };
export const NEW = { id: "2026-11", secret: "an-encryption-key-of-the-host-26" };

/** A process of the host, with its keys. */
export const processOn = (storage: StorageAdapter, ...keys: readonly EncryptionKey[]) =>
  setUp({ storage, encryption: { keys } });

/** Connections of `user-0`, `user-1`, … through an integration with values of its own. */
export async function stock(toolset: MooringToolSet, count: number): Promise<void> {
  await toolset.createIntegration({ app: "acme", authScheme: "OAUTH2", authConfig: CLIENT });
  const rows = Array.from({ length: count }, (_, index) => ({
    entityId: `user-${index}`,
    app: "acme",
    authScheme: "OAUTH2",
    credentials: { access_token: `access-${index}` },
  }));
  const { imported } = await toolset.importConnections(rows, { concurrency: 16 });
  if (imported !== count) throw new Error(`Only ${imported} were imported.`);
}

/** What a request of a user's would go out with. */
export async function tokenOf(toolset: MooringToolSet, index: number): Promise<string | undefined> {
  const connection = await toolset.getEntity(`user-${index}`).getConnection({ app: "acme" });
  return (await connection.getAuthParams()).headers["authorization"];
}

/** The first thousand connections. */
export async function connectionsIn(storage: StorageAdapter) {
  return (await storage.connections.scan({ limit: 1_000, cursor: null })).items;
}

/** Ids of the keys that stored values name. */
export async function keysInUse(storage: StorageAdapter): Promise<ReadonlySet<string | null>> {
  const found = new Set<string | null>();
  const { keyIdOf } = createVault([NEW]);
  const note = (sealed: string | null): void => {
    if (sealed !== null) found.add(keyIdOf(sealed));
  };
  const integrations = await storage.integrations.list({ limit: 100, cursor: null });
  for (const { config } of integrations.items) note(config);
  let cursor: string | null = null;
  do {
    const page = await storage.connections.scan({ limit: 500, cursor });
    for (const { credentials } of page.items) note(credentials);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}

/** Replaces the sealed credentials of a user's connection in the database. */
export async function edit(storage: StorageAdapter, index: number, change: (sealed: string) => string) {
  const record = (await connectionsIn(storage)).find(({ entityId }) => entityId === `user-${index}`);
  if (record === undefined) throw new Error("There is no such connection.");
  const next = { ...record, credentials: change(record.credentials ?? ""), version: record.version + 1 };
  await storage.connections.compareAndSwap(next, record.version);
  return next;
}

/** A key management service in this process that can be away. */
export function service(keyId: string) {
  const calls = { wrap: 0, unwrap: 0 };
  const state = { away: false };
  const flip = (bytes: Uint8Array) => {
    if (state.away) throw new Error("The service is away.");
    return bytes.map((byte) => byte ^ 0x5a);
  };
  const keyManagement: KeyManagement = {
    keyId,
    async wrap(dataKey) {
      calls.wrap += 1;
      return flip(dataKey);
    },
    async unwrap(wrapped) {
      calls.unwrap += 1;
      return flip(wrapped);
    },
  };
  return { keyManagement, calls, state };
}
