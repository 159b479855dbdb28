import { LIFECYCLE_EVENT_TYPES } from "../../ports/lifecycle-event-types.js";
import type {
  AttemptRecord,
  ConnectionRecord,
  ConnectionStatus,
  EventRecord,
  FlowRecord,
  IntegrationRecord,
  LifecycleEventType,
} from "../../ports/storage.js";
import type { JsonReader } from "./json-reader.js";
import { jsonReader, UnreadableValue } from "./json-reader.js";
import { escaped } from "./stored-json.js";

const STATUSES: ReadonlySet<ConnectionStatus> = new Set([
  "INITIATED",
  "ACTIVE",
  "INACTIVE",
  "EXPIRED",
  "REVOKED",
  "FAILED",
]);
const ATTEMPT_STATUSES: ReadonlySet<AttemptRecord["status"]> = new Set([
  "INITIATED",
  "ACTIVE",
  "FAILED",
  "EXPIRED",
]);
const EVENT_TYPES: ReadonlySet<LifecycleEventType> = new Set(LIFECYCLE_EVENT_TYPES);

/** @throws UnreadableValue naming the field that does not hold what it should */
export function readIntegration(key: string, text: string): IntegrationRecord {
  const read = jsonReader(text, "integration", key);
  return {
    id: idOf(read, "integration", key),
    app: read.text("app"),
    authScheme: read.text("authScheme"),
    name: read.text("name"),
    enabled: read.flag("enabled"),
    useManagedAuth: read.flag("useManagedAuth"),
    reuseKey: read.textOrNull("reuseKey"),
    config: read.textOrNull("config"),
    version: read.integer("version"),
    createdAt: read.integer("createdAt"),
    updatedAt: read.integer("updatedAt"),
  };
}

function readAttempt(attempt: JsonReader): AttemptRecord {
  const device = attempt.objectIfAny("device");
  return {
    id: attempt.text("id"),
    status: attempt.oneOf("status", ATTEMPT_STATUSES),
    reason: attempt.textOrNull("reason"),
    expiresAt: attempt.integer("expiresAt"),
    ...(device && {
      device: {
        payload: device.text("payload"),
        intervalMs: device.integer("intervalMs"),
        polls: device.integer("polls"),
      },
    }),
  };
}

/** @throws UnreadableValue naming the field that does not hold what it should */
export function readConnection(key: string, text: string): ConnectionRecord {
  const read = jsonReader(text, "connection", key);
  const account = read.objectOrNull("account");
  const attempt = read.objectOrNull("attempt");
  return {
    id: idOf(read, "connection", key),
    entityId: read.text("entityId"),
    integrationId: read.text("integrationId"),
    app: read.text("app"),
    authScheme: read.text("authScheme"),
    status: read.oneOf("status", STATUSES),
    statusReason: read.textOrNull("statusReason"),
    alias: read.textOrNull("alias"),
    labels: read.texts("labels"),
    isDefault: read.flag("isDefault"),
    account: account && {
      id: account.text("id"),
      email: account.textOrNull("email"),
      label: account.textOrNull("label"),
    },
    scopes: read.texts("scopes"),
    params: read.textByName("params"),
    credentials: read.textOrNull("credentials"),
    expiresAt: read.integerOrNull("expiresAt"),
    attempt: attempt && readAttempt(attempt),
    version: read.integer("version"),
    createdAt: read.integer("createdAt"),
    updatedAt: read.integer("updatedAt"),
  };
}

/** @throws UnreadableValue naming the field that does not hold what it should */
export function readFlow(key: string, text: string): FlowRecord {
  const read = jsonReader(text, "flow", key);
  return {
    id: idOf(read, "flow", key),
    entityId: read.text("entityId"),
    connectionId: read.text("connectionId"),
    attemptId: read.text("attemptId"),
    payload: read.text("payload"),
    bindingHash: read.textOrNull("bindingHash"),
    createdAt: read.integer("createdAt"),
    expiresAt: read.integer("expiresAt"),
  };
}

/** @throws UnreadableValue naming the field that does not hold what it should */
export function readEvent(key: string, text: string, availableAt: number): EventRecord {
  const read = jsonReader(text, "event", key);
  return {
    id: key,
    type: read.oneOf("type", EVENT_TYPES),
    connectionId: read.text("connectionId"),
    entityId: read.text("entityId"),
    integrationId: read.text("integrationId"),
    app: read.text("app"),
    authScheme: read.text("authScheme"),
    reason: read.textOrNull("reason"),
    occurredAt: read.integer("occurredAt"),
    availableAt,
  };
}

/** A value that was copied to another key is not that key's. */
function idOf(read: JsonReader, kind: string, key: string): string {
  const id = read.text("id");
  if (escaped(id) === key) return id;
  throw new UnreadableValue(`The field \`id\` of the ${kind} ${key} must hold the id in its key.`);
}

/** The arguments that record events with a write: id, availability and record of each. */
export function eventArguments(events: readonly EventRecord[]): readonly string[] {
  return events.flatMap((event) => [event.id, String(event.availableAt), JSON.stringify(event)]);
}
