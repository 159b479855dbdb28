import type {
  ConnectionRecord,
  EventRecord,
  FlowRecord,
  IntegrationRecord,
  LeaseRequest,
  Page,
  PageRequest,
  StorageAdapter,
} from "../../ports/storage.js";

/** 2026-01-01T00:00:00Z: when the cases happen. */
export const NOW = Date.UTC(2026, 0, 1);

let created = 0;

/** A UUID v7 that sorts after all before it. */
export function newId(): string {
  created += 1;
  const random = crypto.getRandomValues(new Uint8Array(8));
  const hex = [...random].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const time = (NOW + created).toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}-8${hex.slice(3, 6)}-${hex.slice(4).padStart(12, "0")}`;
}

export function integration(fields: Partial<IntegrationRecord> = {}): IntegrationRecord {
  return {
    id: newId(),
    app: "github",
    authScheme: "OAUTH2",
    name: "GitHub",
    enabled: true,
    useManagedAuth: false,
    reuseKey: null,
    config: null,
    version: 1,
    createdAt: NOW,
    updatedAt: NOW,
    ...fields,
  };
}

export function connection(
  { id, app, authScheme }: IntegrationRecord,
  fields: Partial<ConnectionRecord> = {},
): ConnectionRecord {
  return {
    id: newId(),
    entityId: "user_1",
    integrationId: id,
    app,
    authScheme,
    status: "ACTIVE",
    statusReason: null,
    alias: null,
    labels: [],
    isDefault: false,
    account: null,
    scopes: [],
    params: {},
    credentials: null,
    expiresAt: null,
    attempt: null,
    version: 1,
    createdAt: NOW,
    updatedAt: NOW,
    ...fields,
  };
}

export function flow({ id, entityId }: ConnectionRecord, fields: Partial<FlowRecord> = {}): FlowRecord {
  return {
    id: `flow-${newId()}`,
    entityId,
    connectionId: id,
    attemptId: newId(),
    payload: "sealed-payload",
    bindingHash: null,
    createdAt: NOW,
    expiresAt: NOW + 600_000,
    ...fields,
  };
}

export function event(
  { id, entityId, integrationId, app, authScheme }: ConnectionRecord,
  fields: Partial<EventRecord> = {},
): EventRecord {
  return {
    id: newId(),
    type: "connection.active",
    connectionId: id,
    entityId,
    integrationId,
    app,
    authScheme,
    reason: null,
    occurredAt: NOW,
    availableAt: NOW,
    ...fields,
  };
}

export function lease(fields: Partial<LeaseRequest> = {}): LeaseRequest {
  return { key: "refresh:1", owner: "owner-1", ttlMs: 30_000, ...fields };
}

/** Text no listing gives as a cursor. */
export const NO_CURSORS: readonly string[] = ["", "not a cursor", "%%%", btoa("x"), "0 or 1=1"];
/** What a page cannot be limited to. */
export const NO_LIMITS: readonly number[] = [0, -1, 1.5, Number.NaN];

/** Stores an integration. */
export async function storedIntegration(
  storage: StorageAdapter,
  fields: Partial<IntegrationRecord> = {},
): Promise<IntegrationRecord> {
  const record = integration(fields);
  await storage.integrations.insert(record);
  return record;
}

/** Stores a connection, below an integration of its own unless one is given. */
export async function storedConnection(
  storage: StorageAdapter,
  fields: Partial<ConnectionRecord> = {},
  parent?: IntegrationRecord,
): Promise<ConnectionRecord> {
  const record = connection(parent ?? (await storedIntegration(storage)), fields);
  await storage.connections.insert(record);
  return record;
}

/** Stores a flow. */
export async function storedFlow(
  storage: StorageAdapter,
  parent: ConnectionRecord,
  fields: Partial<FlowRecord> = {},
): Promise<FlowRecord> {
  const record = flow(parent, fields);
  await storage.flows.insert(record);
  return record;
}

/** Reads all pages. Stops after 1,000, should an adapter never end. */
export async function allPages<Item>(
  limit: number,
  list: (page: PageRequest) => Promise<Page<Item>>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  for (let count = 0; count < 1000; count += 1) {
    const page: Page<Item> = await list({ limit, cursor });
    items.push(...page.items);
    cursor = page.nextCursor;
    if (cursor === null) return items;
  }
  throw new Error("The listing has no last page.");
}

export const idsOf = (records: readonly { readonly id: string }[]): readonly string[] =>
  records.map(({ id }) => id);

/** How much is under way at a time: enough to keep a pool of clients busy. */
const CHUNK = 200;

/** Does it for each, many at a time. */
export async function inChunks<Item>(
  items: readonly Item[],
  run: (item: Item) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < items.length; start += CHUNK) {
    await Promise.all(items.slice(start, start + CHUNK).map(run));
  }
}
