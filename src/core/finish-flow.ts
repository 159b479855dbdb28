import * as z from "zod";
import { AuthorizationError, CipherError, NoItemsFoundError } from "../errors.js";
import type { JsonObject } from "../internal/json.js";
import type { Grant, SchemeContext } from "../ports/auth-scheme.js";
import type { ConnectionKey, ConnectionRecord, FlowRecord } from "../ports/storage.js";
import type { ConnectionRow } from "./connection-rows.js";
import { assertIntegrationEnabled, changeRow, readRow } from "./connection-rows.js";
import { endedAttempt, nextStatus } from "./connection-state.js";
import type { CoreContext } from "./context.js";
import { changeRowDurably, sealGrant } from "./grants.js";
import { introduce } from "./introduce.js";
import { connectionOfAccount, isStoppedSince, unitedMarks } from "./same-account.js";
import { schemeContext } from "./scheme-context.js";

const payloadSchema = z.strictObject({
  connectionId: z.string(),
  integrationId: z.string(),
  flow: z.custom<JsonObject>((value) => typeof value === "object" && value !== null),
  state: z.string(),
  params: z.record(z.string(), z.string()),
  callbackUrl: z.string(),
  redirectUrl: z.string().nullable(),
  prompt: z
    .strictObject({
      userCode: z.string(),
      verificationUri: z.string(),
      verificationUriComplete: z.string().nullable(),
    })
    .nullable(),
});
/** What was put aside for a flow. */
export type FlowPayload = z.output<typeof payloadSchema>;

/** A flow, stored by itself or, that of a device, with its connection. */
export type StoredFlow = Pick<
  FlowRecord,
  "id" | "entityId" | "connectionId" | "attemptId" | "payload" | "expiresAt"
>;

/** The device flow a connection waits for; null when there is none. */
export function deviceFlowOf({ id, entityId, attempt }: ConnectionRecord): StoredFlow | null {
  if (attempt?.status !== "INITIATED" || attempt.device === undefined) return null;
  const { payload } = attempt.device;
  const { id: attemptId, expiresAt } = attempt;
  return { id: attemptId, entityId, connectionId: id, attemptId, payload, expiresAt };
}

/** A flow whose user is done, opened: what the scheme is asked with. */
export interface OpenedFlow {
  readonly record: StoredFlow;
  readonly row: ConnectionRow;
  readonly payload: FlowPayload;
  readonly schemeContext: SchemeContext<unknown>;
}

const keyOf = (flow: StoredFlow): ConnectionKey => ({
  id: flow.connectionId,
  entityId: flow.entityId,
});

/** An attempt that failed: a connection that never worked fails with it, one that works is left alone. */
export async function recordFailure(
  context: CoreContext,
  flow: StoredFlow,
  outcome: { readonly status: "FAILED" | "EXPIRED"; readonly reason: string },
): Promise<void> {
  await changeRow(context, keyOf(flow), (current) => {
    if (current.attempt?.id !== flow.attemptId) return null;
    const attempt = endedAttempt(current.attempt, outcome);
    const status = nextStatus(current.status, outcome.status === "FAILED" ? "failed" : "expired");
    const failed = current.status === "INITIATED" && status !== null;
    return failed ? { attempt, status, statusReason: outcome.reason } : { attempt };
  });
}

/**
 * A connection may have changed while the user was away: what belongs to another integration now, or was revoked or
 * disabled since, is not brought back by a link that was made before.
 */
function assertStillWanted(current: ConnectionRecord, flow: StoredFlow, integrationId: string): void {
  const stopped = current.status === "REVOKED" || current.status === "INACTIVE";
  const isOpen = current.attempt?.id === flow.attemptId && current.attempt.status === "INITIATED";
  if (current.integrationId === integrationId && (!stopped || isOpen)) return;
  throw new AuthorizationError(
    "STATE_INVALID",
    `Connection ${current.id} was changed while the user was away: nothing was activated.`,
    { hint: "It was revoked, disabled or set up in another way since this flow started. Start again." },
  );
}

/** @throws CipherError when it does not open, or is not this flow's */
export async function openPayload(context: CoreContext, flow: StoredFlow): Promise<FlowPayload> {
  const opened = await context.vault.open(flow.payload, {
    table: "flows",
    id: flow.id,
    entityId: flow.entityId,
  });
  const { data: payload } = payloadSchema.safeParse(opened);
  if (payload?.connectionId === flow.connectionId) return payload;
  throw new CipherError("DECRYPT_FAILED", `Flow ${flow.id} opened, but is not what was sealed there.`, {
    keyId: context.vault.keyIdOf(flow.payload),
  });
}

/**
 * Opens what was put aside for a flow, to go on with it.
 *
 * @throws CipherError when it does not open, or is not this flow's
 * @throws AuthorizationError `STATE_INVALID` when the connection was changed since
 * @throws ConnectionStateError `INTEGRATION_DISABLED`
 */
export async function openFlow(
  context: CoreContext,
  flow: StoredFlow,
  signal?: AbortSignal,
): Promise<OpenedFlow> {
  const row = await readRow(context, keyOf(flow));
  assertIntegrationEnabled(row);
  const payload = await openPayload(context, flow);
  assertStillWanted(row.connection, flow, payload.integrationId);
  const known = { ...(await schemeContext(context, row, signal)), params: payload.params };
  return { record: flow, row, payload, schemeContext: known };
}

/**
 * Stores what a flow came to, and makes its connection ACTIVE. Where the entity has a connection to the same account
 * already, that one gets the grant, and the one that was made for the flow goes.
 *
 * @throws what {@link introduce} throws: nothing is stored then
 * @throws AuthorizationError `STATE_INVALID` when the connection was changed meanwhile
 */
export async function activate(
  context: CoreContext,
  opened: OpenedFlow,
  granted: Grant<unknown>,
): Promise<ConnectionRow> {
  const { record, row, schemeContext: known } = opened;
  const { connection } = row;
  const { scheme } = context.apps.scheme(connection.app, connection.authScheme);
  const grant = await introduce(scheme, known, granted);
  // What worked before, or was revoked, is the connection the host has asked to renew: it stays itself.
  const isNew = connection.credentials === null && connection.status === "INITIATED";
  const key = keyOf(record);
  const stoppedTwins = new Set<string>();
  for (;;) {
    const twin = isNew ? await connectionOfAccount(context, connection, grant.account, stoppedTwins) : null;
    if (twin === null) {
      const isWanted = (current: ConnectionRecord): true => {
        assertStillWanted(current, record, opened.payload.integrationId);
        return true;
      };
      return storeGrant(context, opened, { key, grant, isWanted });
    }
    const stored = await storeOnTwin(context, opened, { twin, grant });
    // Disabled, revoked or deleted since it was found: that wins, and the next one is looked for.
    if (stored === null) {
      stoppedTwins.add(twin.id);
      continue;
    }
    await context.storage.connections.delete(key, []);
    context.opened.forget(key.id);
    // Not before: the name is taken as long as the other one is there.
    return changeRow(context, { ...key, id: twin.id }, (current) => unitedMarks(current, connection));
  }
}

/** Gives a grant to the connection that the entity has to the same account; null when it was stopped meanwhile. */
async function storeOnTwin(
  context: CoreContext,
  opened: OpenedFlow,
  { twin, grant }: { readonly twin: ConnectionRecord; readonly grant: Grant<unknown> },
): Promise<ConnectionRow | null> {
  const { record } = opened;
  const key = { ...keyOf(record), id: twin.id };
  const isWanted = (current: ConnectionRecord): boolean => !isStoppedSince(twin, current);
  try {
    const stored = await storeGrant(context, opened, { key, grant, isWanted });
    // Where only the answer to the first write was lost, it has the grant, whatever the host did to it since.
    return stored.connection.attempt?.id === record.attemptId ? stored : null;
  } catch (error) {
    if (error instanceof NoItemsFoundError) return null;
    throw error;
  }
}

async function storeGrant(
  context: CoreContext,
  { record, row, payload }: OpenedFlow,
  options: {
    readonly key: ConnectionKey;
    readonly grant: Grant<unknown>;
    /** Looks at the record that would be replaced. */
    isWanted(current: ConnectionRecord): boolean;
  },
): Promise<ConnectionRow> {
  const { key, grant, isWanted } = options;
  const { app, authScheme } = row.connection;
  const fields = await sealGrant(context, { key, app, authScheme, params: payload.params, grant });
  const stored = await changeRowDurably(context, key, (current) => {
    if (!isWanted(current)) return null;
    return {
      ...fields,
      status: nextStatus(current.status, "connected") ?? "ACTIVE",
      statusReason: null,
      attempt: { id: record.attemptId, status: "ACTIVE", reason: null, expiresAt: record.expiresAt },
    };
  });
  context.opened.forget(key.id);
  return stored;
}
