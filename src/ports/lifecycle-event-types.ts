import type { LifecycleEventType } from "./storage.js";

/** Every name a hook can have. */
export const LIFECYCLE_EVENT_TYPES = [
  "connection.active",
  "connection.refreshed",
  "connection.expired",
  "connection.revoked",
  "connection.deleted",
  "flow.failed",
] as const satisfies readonly LifecycleEventType[];
