import type { FlowRecord, FlowStore } from "../../ports/storage.js";
import { conflict } from "./conflict.js";
import { snapshot } from "./snapshot.js";
import type { Expiry, MemoryTables } from "./tables.js";
import { addToIndex, removeFromIndex } from "./tables.js";

export function memoryFlows(tables: MemoryTables): FlowStore {
  return {
    async insert(record) {
      if (tables.flows.has(record.id)) throw conflict("flows.insert", "A flow with this id exists already.");
      if (!tables.connections.has(record.connectionId)) {
        throw conflict("flows.insert", "The flow's connection is not there, or was deleted meanwhile.");
      }
      tables.flows.set(record.id, snapshot(record));
      tables.flowExpiries.add(expiryOf(record));
      addToIndex(tables.flowIdsByConnection, record.connectionId, record.id);
    },
    async consume(id) {
      const flow = tables.flows.get(id) ?? null;
      if (flow !== null) removeFlow(tables, flow);
      return flow;
    },
    async deleteExpired(now) {
      const expired: FlowRecord[] = [];
      for (const { id, expiresAt } of tables.flowExpiries.ascending(null)) {
        if (expiresAt > now) break;
        const flow = tables.flows.get(id);
        if (flow !== undefined) expired.push(flow);
      }
      for (const flow of expired) removeFlow(tables, flow);
      return expired.length;
    },
  };
}

/** Removes all flows of a connection. */
export function removeFlowsOf(tables: MemoryTables, connectionId: string): void {
  for (const id of [...(tables.flowIdsByConnection.get(connectionId)?.descending(null) ?? [])]) {
    const flow = tables.flows.get(id);
    if (flow !== undefined) removeFlow(tables, flow);
  }
}

function removeFlow(tables: MemoryTables, flow: FlowRecord): void {
  tables.flows.delete(flow.id);
  tables.flowExpiries.remove(expiryOf(flow));
  removeFromIndex(tables.flowIdsByConnection, flow.connectionId, flow.id);
}

function expiryOf({ id, expiresAt }: FlowRecord): Expiry {
  return { id, expiresAt };
}
