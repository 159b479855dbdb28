import type { LifecycleEvent, LifecycleHooks } from "../ports/lifecycle.js";
import type { Runtime } from "../ports/runtime.js";
import type { ConnectionRecord, EventRecord, LifecycleEventType, OutboxStore } from "../ports/storage.js";
import type { ChangeCause } from "./connection-rows.js";
import { happenings } from "./lifecycle-events.js";

/** How long an event is left to the process that works on it, in milliseconds, before another may deliver it. */
const HIDDEN_MS = 60_000;
/** An event no hook would take for so long is given up. */
const MAX_AGE_MS = 7 * 86_400_000;
const BATCH = 100;

/** What came of a round of deliveries. */
export interface DeliveryReport {
  /** Events whose hook has taken them. */
  readonly delivered: number;
  /** Events whose hook failed, or that have no hook here: they come again. */
  readonly failed: number;
  /** Events given up after 7 days. */
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
  /** Waits for the deliveries under way, then delivers what is due again. @throws StorageError */
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
  /** The last delivery under way, by connection: one hears of a connection in order. */
  const tails = new Map<string, Promise<unknown>>();
  let deliverAgainAt = 0;

  const isTaken = async (record: EventRecord): Promise<boolean> => {
    if (hooks[record.type] === undefined) return false;
    try {
      await callHook(hooks, record.type, eventOf(record));
      return true;
    } catch (error) {
      logger.warn("a lifecycle hook failed", {
        event: record.type,
        eventId: record.id,
        connectionId: record.connectionId,
        error: error instanceof Error ? error.name : typeof error,
      });
      return false;
    }
  };

  const deliverOne = async (record: EventRecord): Promise<boolean> => {
    const taken = await isTaken(record);
    if (taken) {
      await outbox?.acknowledge([record.id]).catch((error: unknown) => {
        logger.warn("acknowledging an event failed, it will be delivered again", {
          eventId: record.id,
          error: error instanceof Error ? error.name : typeof error,
        });
      });
    }
    return taken;
  };

  /** After what is under way for the same connection. */
  const enqueue = (record: EventRecord): Promise<boolean> => {
    const { connectionId } = record;
    const delivery: Promise<boolean> = Promise.resolve(tails.get(connectionId))
      .then(() => deliverOne(record))
      .finally(() => {
        if (tails.get(connectionId) === delivery) tails.delete(connectionId);
      });
    tails.set(connectionId, delivery);
    return delivery;
  };

  const redeliver = async (): Promise<DeliveryReport> => {
    const report = { delivered: 0, failed: 0, abandoned: 0 };
    if (outbox === null || inTransaction) return report;
    for (;;) {
      const now = clock.now();
      const claimed = await outbox.claim({ now, hideUntil: now + HIDDEN_MS, limit: BATCH });
      const tooOld = claimed.filter(({ occurredAt }) => occurredAt <= now - MAX_AGE_MS);
      if (tooOld.length > 0) {
        logger.warn("events were given up after 7 days", { events: tooOld.length });
        await outbox.acknowledge(tooOld.map(({ id }) => id));
        report.abandoned += tooOld.length;
      }
      const due = claimed.filter((record) => !tooOld.includes(record));
      const taken = await Promise.all(due.map(enqueue));
      report.delivered += taken.filter(Boolean).length;
      report.failed += taken.filter((each) => !each).length;
      if (claimed.length < BATCH) return report;
    }
  };

  /** What other processes, or an earlier failure, left undone: a process that is busy anyway looks after it. */
  const redeliverNowAndThen = (): void => {
    if (outbox === null || clock.now() < deliverAgainAt) return;
    deliverAgainAt = clock.now() + HIDDEN_MS;
    redeliver().catch((error: unknown) => {
      logger.warn("delivering events again failed", {
        error: error instanceof Error ? error.name : typeof error,
      });
    });
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
          availableAt: inTransaction ? occurredAt : occurredAt + HIDDEN_MS,
        }));
    },
    publish(events) {
      if (inTransaction || events.length === 0) return;
      for (const event of events) void enqueue(event);
      redeliverNowAndThen();
    },
    within: (outboxWithin) => createEventPublisher({ ...options, outbox: outboxWithin, inTransaction: true }),
    async deliver() {
      await Promise.all(tails.values());
      return redeliver();
    },
  };
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
