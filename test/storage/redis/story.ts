import type { EventRecord, StorageAdapter } from "mooring";
import { CONNECTION, FLOW, INTEGRATION } from "../../support/records.js";

const EVENT: EventRecord = {
  id: "019b76da-a800-7000-8000-00000000000e",
  type: "connection.active",
  connectionId: CONNECTION.id,
  entityId: CONNECTION.entityId,
  integrationId: INTEGRATION.id,
  app: CONNECTION.app,
  authScheme: CONNECTION.authScheme,
  reason: null,
  occurredAt: 5,
  availableAt: 5,
};
const LEASE = { key: "connection 1", owner: "ada", ttlMs: 60_000 };
const PAGE = { limit: 5, cursor: null };

/** One thing after the other, each with what came of it: every kind of answer a store gives. */
export async function story(storage: StorageAdapter): Promise<readonly unknown[]> {
  const { integrations, connections, flows, leases, outbox } = storage;
  const changed = { ...CONNECTION, alias: "wörk ⚓", version: 2 };
  const steps = [
    () => integrations.insert(INTEGRATION),
    () => integrations.get(INTEGRATION.id),
    () => integrations.list(PAGE),
    () => connections.insert(CONNECTION, [EVENT]),
    () => connections.get(CONNECTION),
    () => connections.get({ ...CONNECTION, entityId: "Ada" }),
    () => connections.compareAndSwap(changed, 2),
    () => connections.compareAndSwap(changed, 1),
    () => connections.list({ ...PAGE, entityId: CONNECTION.entityId }),
    () => connections.scan(PAGE),
    () => connections.expiring({ ...PAGE, before: CONNECTION.expiresAt ?? 0 }),
    () => flows.insert(FLOW),
    () => flows.consume(FLOW.id),
    () => flows.consume(FLOW.id),
    () => flows.deleteExpired(FLOW.expiresAt),
    () => leases.acquire(LEASE),
    () => leases.acquire({ ...LEASE, owner: "bob" }),
    () => leases.renew(LEASE),
    () => leases.renew({ ...LEASE, owner: "bob" }),
    () => leases.release(LEASE),
    () => leases.acquire({ ...LEASE, owner: "bob" }),
    () => leases.deleteExpired(0),
    () => leases.release({ ...LEASE, owner: "bob" }),
    () => outbox?.claim({ now: 9, hideUntil: 20, limit: 5 }),
    () => outbox?.acknowledge([EVENT.id]),
    () => outbox?.claim({ now: 99, hideUntil: 100, limit: 5 }),
    () => connections.delete(CONNECTION),
    () => integrations.delete(INTEGRATION.id),
    () => integrations.get(INTEGRATION.id),
  ];
  const outcomes: unknown[] = [];
  for (const step of steps) outcomes.push(await step());
  return outcomes;
}
