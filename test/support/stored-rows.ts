import type { ConnectionRecord, FlowRecord, IntegrationRecord, StorageAdapter } from "mooring";

/** Everything in a storage but leases, oldest first. */
export interface StoredRows {
  readonly integrations: readonly IntegrationRecord[];
  readonly connections: readonly ConnectionRecord[];
  readonly flows: readonly FlowRecord[];
}

/** A storage whose rows can be listed, through the port alone. */
export interface ListedStorage {
  readonly storage: StorageAdapter;
  rows(): Promise<StoredRows>;
}

/** Lists what is in a storage: the port lists connections of an entity only, and no flows, so both are remembered. */
export function listedStorage(inner: StorageAdapter): ListedStorage {
  const entities = new Set<string>();
  const flowIds = new Set<string>();
  const page = { limit: 200, cursor: null };

  const presentFlow = async (id: string): Promise<readonly FlowRecord[]> => {
    // The only way to read a flow is to take it; it is put back.
    const flow = await inner.flows.consume(id);
    if (flow === null) return [];
    await inner.flows.insert(flow);
    return [flow];
  };
  return {
    storage: {
      ...inner,
      connections: {
        ...inner.connections,
        insert(record) {
          entities.add(record.entityId);
          return inner.connections.insert(record);
        },
      },
      flows: {
        ...inner.flows,
        insert(record) {
          flowIds.add(record.id);
          return inner.flows.insert(record);
        },
      },
    },
    async rows() {
      const integrations = await inner.integrations.list(page);
      const connections = await Promise.all(
        [...entities].map((entityId) => inner.connections.list({ ...page, entityId })),
      );
      const flows: FlowRecord[] = [];
      for (const id of flowIds) flows.push(...(await presentFlow(id)));
      return {
        integrations: integrations.items.toReversed(),
        connections: connections
          .flatMap(({ items }) => items)
          .toSorted((one, other) => one.id.localeCompare(other.id)),
        flows,
      };
    },
  };
}
