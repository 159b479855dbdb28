/** Where a connection is in its life. Only ACTIVE executes. */
export type ConnectionStatus = "INITIATED" | "ACTIVE" | "INACTIVE" | "EXPIRED" | "REVOKED" | "FAILED";

/** Whose account a connection holds at the provider. */
export interface ConnectionAccount {
  readonly id: string;
  readonly email: string | null;
  readonly label: string | null;
}

/** One configured service. Times are milliseconds since the epoch. */
export interface IntegrationRecord {
  /** UUID v7: sorts by creation. */
  readonly id: string;
  readonly app: string;
  readonly authScheme: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly useManagedAuth: boolean;
  /** Unique where not null: the integration that calls without `forceNewIntegration` share. */
  readonly reuseKey: string | null;
  /** Sealed developer values; null when there are none. */
  readonly config: string | null;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A flow at another device: the provider is asked by whoever waits, one at a time. */
export interface DeviceFlowRecord {
  /** Sealed: the device code, and what the user enters. */
  readonly payload: string;
  /** Milliseconds between polls, as the provider wants them by now. */
  readonly intervalMs: number;
  /** How often the provider was asked. */
  readonly polls: number;
}

/** How the newest attempt to connect or reconnect stands. */
export interface AttemptRecord {
  readonly id: string;
  readonly status: "INITIATED" | "ACTIVE" | "FAILED" | "EXPIRED";
  readonly reason: string | null;
  /** When the browser must be back, in milliseconds since the epoch. */
  readonly expiresAt: number;
  /** Left out for flows through the browser, and as soon as it waits no longer. */
  readonly device?: DeviceFlowRecord | undefined;
}

/** One entity's link to a service. Times are milliseconds since the epoch. */
export interface ConnectionRecord {
  /** UUID v7: sorts by creation. */
  readonly id: string;
  readonly entityId: string;
  readonly integrationId: string;
  readonly app: string;
  readonly authScheme: string;
  readonly status: ConnectionStatus;
  readonly statusReason: string | null;
  /** Unique per entity and app where not null. */
  readonly alias: string | null;
  readonly labels: readonly string[];
  readonly isDefault: boolean;
  readonly account: ConnectionAccount | null;
  readonly scopes: readonly string[];
  /** Values that are not secret: subdomain, ids from a token response. */
  readonly params: Readonly<Record<string, string>>;
  /** Sealed credentials; null before the first grant and after revocation. */
  readonly credentials: string | null;
  /** When the credentials stop working; null when they do not. */
  readonly expiresAt: number | null;
  readonly attempt: AttemptRecord | null;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A flow through the browser that has not come back. Times are milliseconds since the epoch. */
export interface FlowRecord {
  /** SHA-256 of the state, base64url: the state itself is never stored. */
  readonly id: string;
  readonly entityId: string;
  readonly connectionId: string;
  readonly attemptId: string;
  /** Sealed: PKCE verifier, request secrets, connection params. */
  readonly payload: string;
  /** SHA-256 of the cookie that binds the browser, base64url; null when the host names the entity. */
  readonly bindingHash: string | null;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** A page of a listing, newest first. */
export interface Page<Record> {
  readonly items: readonly Record[];
  /** Give it back to get the next page; null on the last. */
  readonly nextCursor: string | null;
}

/** Which page: at most `limit` records after `cursor` (null: from the newest). */
export interface PageRequest {
  readonly limit: number;
  readonly cursor: string | null;
}

/** Filters of an integration listing; a filter left out matches all. */
export interface IntegrationQuery extends PageRequest {
  readonly app?: string | undefined;
  readonly authScheme?: string | undefined;
  readonly enabled?: boolean | undefined;
}

/** Filters of a connection listing: always one entity's. A filter left out matches all. */
export interface ConnectionQuery extends PageRequest {
  readonly entityId: string;
  readonly app?: string | undefined;
  readonly integrationId?: string | undefined;
  readonly status?: ConnectionStatus | undefined;
  readonly alias?: string | undefined;
}

/**
 * A page of all entities' connections, oldest first, for the operator's own work: moving out, rotating keys. A filter
 * left out matches all.
 */
export interface ConnectionScan extends PageRequest {
  readonly app?: string | undefined;
  readonly entityId?: string | undefined;
  readonly integrationId?: string | undefined;
}

/** A page of all entities' ACTIVE connections whose credentials end by a time, the earliest first. */
export interface ExpiringScan extends PageRequest {
  /** Milliseconds since the epoch: `expiresAt <= before`. */
  readonly before: number;
}

/** What happened to a connection, as the host's hooks are told. */
export type LifecycleEventType =
  | "connection.active"
  | "connection.refreshed"
  | "connection.expired"
  | "connection.revoked"
  | "connection.deleted"
  | "flow.failed";

/** One thing that happened, to be recorded together with the write that made it so. Holds no secret. */
export interface EventRecord {
  /** UUID v7: sorts by when it happened. */
  readonly id: string;
  readonly type: LifecycleEventType;
  readonly connectionId: string;
  readonly entityId: string;
  readonly integrationId: string;
  readonly app: string;
  readonly authScheme: string;
  /** Why; null where there is nothing to say. */
  readonly reason: string | null;
  /** When it happened, milliseconds since the epoch. */
  readonly occurredAt: number;
  /** Not handed out before, milliseconds since the epoch: until then the process that wrote it delivers it itself. */
  readonly availableAt: number;
}

/** A connection is only ever found together with its owner. */
export interface ConnectionKey {
  readonly id: string;
  readonly entityId: string;
}

/** Integrations. */
export interface IntegrationStore {
  /** @throws StorageError `STORAGE_CONFLICT` when the id or the reuse key is taken */
  insert(record: IntegrationRecord): Promise<void>;
  get(id: string): Promise<IntegrationRecord | null>;
  list(query: IntegrationQuery): Promise<Page<IntegrationRecord>>;
  /**
   * Replaces the record if its stored version is `expectedVersion`, in one atomic step; the caller sets the new
   * version. False when the version is another or the record is gone: nothing was written.
   */
  compareAndSwap(record: IntegrationRecord, expectedVersion: number): Promise<boolean>;
  /** Removes the integration with its connections and their flows, atomically. False when there was none. */
  delete(id: string): Promise<boolean>;
}

/** Connections. */
export interface ConnectionStore {
  /**
   * @param events recorded in the same atomic step, where the adapter has an outbox
   * @throws StorageError `STORAGE_CONFLICT` when the id, or the alias within (entity, app), is taken, or there is no
   *   such integration (any more)
   */
  insert(record: ConnectionRecord, events?: readonly EventRecord[]): Promise<void>;
  /** The connection with its integration, in one read; null when it is not there or belongs to another entity. */
  get(
    key: ConnectionKey,
  ): Promise<{ readonly connection: ConnectionRecord; readonly integration: IntegrationRecord } | null>;
  list(query: ConnectionQuery): Promise<Page<ConnectionRecord>>;
  /**
   * Replaces the record if its stored version is `expectedVersion`, in one atomic step; the caller sets the new
   * version. False when the version is another, the record is gone or belongs to another entity: nothing was written,
   * no event either.
   * @param events recorded in the same atomic step, where the adapter has an outbox
   * @throws StorageError `STORAGE_CONFLICT` when the new alias is taken
   */
  compareAndSwap(
    record: ConnectionRecord,
    expectedVersion: number,
    events?: readonly EventRecord[],
  ): Promise<boolean>;
  /**
   * Removes the connection and its flows, atomically. False when there was none for this entity.
   * @param events recorded in the same atomic step when there was one, where the adapter has an outbox
   */
  delete(key: ConnectionKey, events?: readonly EventRecord[]): Promise<boolean>;
  /** All entities' connections by ascending id: one that is inserted meanwhile comes later, none is skipped or repeated. */
  scan(query: ConnectionScan): Promise<Page<ConnectionRecord>>;
  /** ACTIVE connections of all entities by ascending (expiresAt, id). */
  expiring(query: ExpiringScan): Promise<Page<ConnectionRecord>>;
}

/** Flows. */
export interface FlowStore {
  /** @throws StorageError `STORAGE_CONFLICT` when the id is taken, or there is no such connection (any more) */
  insert(record: FlowRecord): Promise<void>;
  /** Removes the flow and returns it; of any number of callers at once, exactly one gets it. */
  consume(id: string): Promise<FlowRecord | null>;
  /** Removes flows with `expiresAt <= now`; returns how many. */
  deleteExpired(now: number): Promise<number>;
}

/** A named, exclusive, expiring permit. */
export interface LeaseRequest {
  readonly key: string;
  /** Random per holder: only the owner renews and releases. */
  readonly owner: string;
  /** How long from now, in milliseconds. */
  readonly ttlMs: number;
}

/**
 * What came of asking for a lease: `acquired` when it was free, `taken-over` when its former owner let it lapse without
 * giving it up, `held` when it is another's.
 */
export type LeaseOutcome = "acquired" | "taken-over" | "held";

/**
 * Leases. Time is the store's own (the database's clock), never the caller's: the clocks of the processes that share it
 * may differ.
 */
export interface LeaseStore {
  /**
   * Name of the adapter it is of, for errors and traces: leases may be lent to records of another one. That of the
   * {@link StorageAdapter} it is in when left out.
   */
  readonly adapter?: string | undefined;
  /**
   * Takes the lease when it is free, has lapsed, or ends later than twice `ttlMs` from now: the store's clock was set
   * back since. Of any number of callers at once, one does. A lease that is held is not given again, not even to its
   * owner.
   */
  acquire(request: LeaseRequest): Promise<LeaseOutcome>;
  /** Extends a lease that is still this owner's, lapsed or not, to `ttlMs` from now; false when it was taken over or removed. */
  renew(request: LeaseRequest): Promise<boolean>;
  /** Gives the lease up; does nothing when it is another owner's. */
  release(lease: { readonly key: string; readonly owner: string }): Promise<void>;
  /** Removes leases that lapsed at least that many milliseconds ago; returns how many. */
  deleteExpired(lapsedForMs: number): Promise<number>;
}

/** Events that were recorded and not yet acknowledged. */
export interface OutboxStore {
  /**
   * Hands out at most `limit` events with `availableAt <= now`, the oldest first (by id, or by the time they
   * became available), and makes them unavailable until
   * `hideUntil`: of any number of callers at once, each event goes to one.
   */
  claim(request: {
    /** Milliseconds since the epoch. */
    readonly now: number;
    /** Milliseconds since the epoch: the new `availableAt`, also in what is returned. */
    readonly hideUntil: number;
    readonly limit: number;
    /** Hands out events of these types alone, and leaves the others as they are; all when left out. */
    readonly types?: readonly LifecycleEventType[] | undefined;
  }): Promise<readonly EventRecord[]>;
  /** Removes events that were delivered; one that is not there is no error. */
  acknowledge(ids: readonly string[]): Promise<void>;
}

/**
 * Where the host keeps its users' connections. Every write that depends on what was read is a compare-and-swap; every
 * read of a connection names its entity. Failures are StorageErrors. `storageConformance()` of `mooring/testing`
 * checks an implementation.
 */
export interface StorageAdapter {
  /** Name for errors: `memory`, `kysely`, … */
  readonly name: string;
  /** Whether records outlive the process: then the vault needs keys that do too. */
  readonly persistent: boolean;
  /**
   * Whether what is written belongs to a transaction of the host's, and is gone when that is rolled back; left out where
   * the adapter cannot tell. `withTransaction()` refuses one that says false.
   */
  readonly isTransaction?: boolean | undefined;
  readonly integrations: IntegrationStore;
  readonly connections: ConnectionStore;
  readonly flows: FlowStore;
  readonly leases: LeaseStore;
  /** Null where the store cannot record an event in one step with a row: events are then delivered at most once. */
  readonly outbox: OutboxStore | null;
}
