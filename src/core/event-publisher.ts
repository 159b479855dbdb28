import type { LifecycleEvent, LifecycleHooks } from "../ports/lifecycle.js";
import { LIFECYCLE_EVENT_TYPES } from "../ports/lifecycle-event-types.js";
import type { Runtime } from "../ports/runtime.js";
import type { ConnectionRecord, EventRecord, LifecycleEventType, OutboxStore } from "../ports/storage.js";
import type { ChangeCause } from "./connection-rows.js";
import { happenings } from "./lifecycle-events.js";

/** How long a new event is left to the process that wrote it, in milliseconds, before another may deliver it. */
const OWN_MS = 60_000;
/** How long one that is delivered again is left to the process that does: newer ones have their turn meanwhile. */
const CLAIMED_MS = 600_000;
/** A hook that has not answered by then has not taken the event; waiting for hooks ends by then, too. */
const HOOK_LIMIT_MS = 60_000;
/** An event its hook would not take for so long is given up. */
const MAX_AGE_MS = 7 * 86_400_000;
/** One that nobody here has a hook for may be another process's: a storage may hand it out all the same. */
const MAX_STRANGE_AGE_MS = 30 * 86_400_000;
const BATCH = 100;

/** What came of a round of deliveries. */
export interface DeliveryReport {
  /** Events whose hook has taken them. */
  readonly delivered: number;
  /** Events whose hook failed or has not answered within a minute: they come again. */
  readonly failed: number;
  /** Events given up: after 7 days, or 30 where no process has had a hook for them. */
  readonly abandoned: number;
}

/** Tells the host what happens to its connections. */
export interface EventPublisher {
  /** The events to record with a write, from the record before and after it; none where the host has no hook for them. */
  draft(
    before: ConnectionRecord | null,
    after: ConnectionRecord | null,
    cause?: ChangeCause,
  ): readonly EventRecord[];
  /** To be called once the write is done: calls the hooks, in the background. Never throws. */
  publish(events: readonly EventRecord[]): void;
  /** Whether anyone wants to know. */
  wants(type: LifecycleEventType): boolean;
  /**
   * The publisher of a transaction of the host: nothing has happened before the commit, so that events only wait in its
   * outbox. Without one they are not told.
   */
  within(outbox: OutboxStore | null): EventPublisher;
  /** Waits for the deliveries under way, for a minute at most, then delivers what is due again. @throws StorageError */
  deliver(): Promise<DeliveryReport>;
}

/** What a publisher works with. */
interface PublisherOptions {
  readonly hooks: LifecycleHooks;
  readonly outbox: OutboxStore | null;
  readonly runtime: Runtime;
  newId(): string;
}

/** Makes the publisher of a toolset. */
export function createEventPublisher(
  options: PublisherOptions & { readonly inTransaction?: boolean },
): EventPublisher {
  const { hooks, outbox, runtime, newId, inTransaction = false } = options;
  const { clock, logger } = runtime;
  /** What others are to be told of is left to them. */
  const types = LIFECYCLE_EVENT_TYPES.filter((type) => hooks[type] !== undefined);
  /** The last delivery under way, by connection: one hears of a connection in order. */
  const tails = new Map<string, Promise<unknown>>();
  /** Ids of the events under way: one that is claimed meanwhile is not told twice. */
  const underWay = new Set<string>();
  let deliverAgainAt = 0;

  const isTaken = async (record: EventRecord): Promise<boolean> => {
    if (hooks[record.type] === undefined) return false;
    try {
      await limited(async () => callHook(hooks, record.type, eventOf(record)));
      return true;
    } catch (error) {
      logger.warn("a lifecycle hook failed", {
        event: record.type,
        eventId: record.id,
        connectionId: record.connectionId,
        error: nameOf(error),
      });
      return false;
    }
  };

  /** What work comes to, unless that takes too long. */
  const limited = async (work: () => Promise<unknown>): Promise<unknown> => {
    const settled = new AbortController();
    const late = clock.sleep(HOOK_LIMIT_MS, settled.signal).then(() => {
      throw new TookTooLong();
    });
    return Promise.race([work(), late]).finally(() => settled.abort());
  };

  const deliverOne = async (record: EventRecord): Promise<boolean> => {
    if (!(await isTaken(record))) return false;
    try {
      await outbox?.acknowledge([record.id]);
    } catch (error) {
      logger.warn("acknowledging an event failed, it will be delivered again", {
        eventId: record.id,
        error: nameOf(error),
      });
    }
    return true;
  };

  /** After what is under way for the same connection. */
  const enqueue = (record: EventRecord): Promise<boolean> => {
    const { id, connectionId } = record;
    underWay.add(id);
    const delivery: Promise<boolean> = Promise.resolve(tails.get(connectionId))
      .then(() => deliverOne(record))
      .catch(() => false)
      .finally(() => {
        underWay.delete(id);
        if (tails.get(connectionId) === delivery) tails.delete(connectionId);
      });
    tails.set(connectionId, delivery);
    return delivery;
  };

  /** Gives up what is too old; returns the rest. */
  const withoutOld = async (
    store: OutboxStore,
    claimed: readonly EventRecord[],
    report: { abandoned: number },
  ): Promise<readonly EventRecord[]> => {
    const now = clock.now();
    const isOld = ({ type, occurredAt }: EventRecord): boolean =>
      occurredAt <= now - (hooks[type] === undefined ? MAX_STRANGE_AGE_MS : MAX_AGE_MS);
    const old = claimed.filter(isOld);
    if (old.length > 0) {
      logger.warn("events were given up", { events: old.length });
      await store.acknowledge(old.map(({ id }) => id));
      report.abandoned += old.length;
    }
    return claimed.filter((record) => !isOld(record));
  };

  const redeliver = async (): Promise<DeliveryReport> => {
    const report = { delivered: 0, failed: 0, abandoned: 0 };
    // Who has no hook at all leaves events to those who have.
    if (outbox === null || inTransaction || types.length === 0) return report;
    const tried = new Set<string>();
    const startedAt = clock.now();
    while (clock.now() - startedAt < HOOK_LIMIT_MS) {
      const now = clock.now();
      const claimed = await outbox.claim({ now, hideUntil: now + CLAIMED_MS, limit: BATCH, types });
      const due = (await withoutOld(outbox, claimed, report)).filter(
        ({ id }) => !(tried.has(id) || underWay.has(id)),
      );
      for (const { id } of due) tried.add(id);
      report.failed += due.length;
      const deliveries = due.map(async (record) => {
        if (!(await enqueue(record))) return;
        report.delivered += 1;
        report.failed -= 1;
      });
      // What is not taken in time counts as failed; it goes on, and comes again if need be.
      await limited(() => Promise.all(deliveries)).catch(() => {});
      if (claimed.length < BATCH) break;
    }
    return { ...report };
  };

  /** What nobody has claimed for so long nobody has a hook for any more. */
  const giveUpStrange = async (report: DeliveryReport): Promise<DeliveryReport> => {
    if (outbox === null || inTransaction || types.length === 0) return report;
    const now = clock.now();
    const request = { now: now - MAX_STRANGE_AGE_MS, hideUntil: now + CLAIMED_MS, limit: BATCH };
    const counted = { ...report };
    await withoutOld(outbox, await outbox.claim(request), counted);
    return counted;
  };

  /** What other processes, or an earlier failure, left undone: a process that is busy anyway looks after it. */
  const redeliverNowAndThen = (): void => {
    if (outbox === null || clock.now() < deliverAgainAt) return;
    deliverAgainAt = clock.now() + OWN_MS;
    redeliver()
      .catch((error: unknown) => logger.warn("delivering events again failed", { error: nameOf(error) }))
      // The logger may throw as well.
      .catch(() => {});
  };

  return {
    wants: (type) => hooks[type] !== undefined,
    draft(before, after, cause = "change") {
      const record = after ?? before;
      if (record === null) return [];
      const occurredAt = clock.now();
      return happenings(before, after, cause)
        .filter(({ type }) => hooks[type] !== undefined)
        .map(({ type, reason }) => ({
          id: newId(),
          type,
          connectionId: record.id,
          entityId: record.entityId,
          integrationId: record.integrationId,
          app: record.app,
          authScheme: record.authScheme,
          reason,
          occurredAt,
          availableAt: inTransaction ? occurredAt : occurredAt + OWN_MS,
        }));
    },
    publish(events) {
      if (inTransaction || events.length === 0) return;
      for (const event of events) void enqueue(event);
      redeliverNowAndThen();
    },
    within: (outboxWithin) => createEventPublisher({ ...options, outbox: outboxWithin, inTransaction: true }),
    async deliver() {
      await limited(() => Promise.all(tails.values())).catch(() => {});
      return giveUpStrange(await redeliver());
    },
  };
}

/** What a hook that does not answer fails with. */
class TookTooLong extends Error {
  override readonly name = "TookTooLong";
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

function callHook<Type extends LifecycleEventType>(
  hooks: LifecycleHooks,
  type: Type,
  event: LifecycleEvent<Type>,
): unknown {
  return hooks[type]?.(event);
}

function eventOf({ occurredAt, availableAt: _, ...rest }: EventRecord): LifecycleEvent {
  return { ...rest, occurredAt: new Date(occurredAt) };
}
