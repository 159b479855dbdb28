import type { LifecycleEventType } from "./storage.js";

/** Something that happened to a connection. Holds no credential. */
export interface LifecycleEvent<Type extends LifecycleEventType = LifecycleEventType> {
  /** UUID v7; the same when an event is delivered again: tell duplicates by it. */
  readonly id: string;
  readonly type: Type;
  readonly connectionId: string;
  readonly entityId: string;
  readonly integrationId: string;
  /** Slug of the app. */
  readonly app: string;
  readonly authScheme: string;
  /** Why it happened; null where there is nothing to say. */
  readonly reason: string | null;
  readonly occurredAt: Date;
}

/**
 * What the host does when something happens to a connection.
 *
 * - `connection.active`: it can execute now: connected, reconnected, given new credentials, or enabled again.
 * - `connection.refreshed`: its credentials were renewed.
 * - `connection.expired`: its credentials ran out or were refused for good. Ask the user to reconnect.
 * - `connection.revoked`: the host ended its grant.
 * - `connection.deleted`: it was removed, by itself or with its integration.
 * - `flow.failed`: an attempt to connect or reconnect failed; what worked before still works.
 *
 * A hook may return a promise: the event counts as delivered once it is fulfilled. One that throws is called again
 * later, where the storage has an outbox.
 */
export type LifecycleHooks = {
  readonly [Type in LifecycleEventType]?: ((event: LifecycleEvent<Type>) => unknown) | undefined;
};
