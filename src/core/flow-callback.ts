import * as z from "zod";
import { AuthorizationError, CipherError, MooringError } from "../errors.js";
import { sha256Base64Url } from "../internal/hash.js";
import type { JsonObject } from "../internal/json.js";
import type { AttemptRecord, ConnectionRecord, FlowRecord } from "../ports/storage.js";
import type { TelemetrySpan } from "../ports/telemetry.js";
import { isBoundBy } from "./binding-cookie.js";
import type { CallbackInput } from "./callback-input.js";
import { readCallback } from "./callback-input.js";
import type { ConnectionRow } from "./connection-rows.js";
import { assertIntegrationEnabled, changeRow, readRow } from "./connection-rows.js";
import { nextStatus } from "./connection-state.js";
import type { CoreContext } from "./context.js";
import { changeRowDurably, sealGrant } from "./grants.js";
import { connectionAttributes } from "./observation.js";
import { schemeContext } from "./scheme-context.js";

/** A finished flow: the connection, and where the host wanted the user to land. */
export interface FinishedFlow {
  readonly row: ConnectionRow;
  readonly redirectUrl: string | null;
}

const payloadSchema = z.strictObject({
  connectionId: z.string(),
  integrationId: z.string(),
  flow: z.custom<JsonObject>((value) => typeof value === "object" && value !== null),
  params: z.record(z.string(), z.string()),
  callbackUrl: z.string(),
  redirectUrl: z.string().nullable(),
});

/** Who must have come back: the entity the host names, or the browser that carries the flow's cookie. */
async function assertBound(
  context: CoreContext,
  flow: FlowRecord,
  callback: CallbackInput,
  entityId: string | null,
): Promise<void> {
  if (entityId !== null) {
    if (entityId === flow.entityId) return;
    throw new AuthorizationError(
      "ENTITY_MISMATCH",
      "This flow was started by another entity: nothing was activated.",
      {
        hint: "Each user must open the link that was made for them; start a new connection for this one.",
      },
    );
  }
  if (context.flowBinding === "state-only") return;
  if (await isBoundBy(callback.cookieHeader, flow)) return;
  throw new AuthorizationError(
    "ENTITY_REQUIRED",
    "Nothing says that the user who came back is the one who started.",
    {
      hint: "Pass `entityId` (your session's user) to handleCallback, or set the request's `bindingCookie` when the flow starts.",
    },
  );
}

/** An attempt that failed: a connection that never worked fails with it, one that works is left alone. */
async function recordFailure(
  context: CoreContext,
  flow: FlowRecord,
  outcome: { readonly status: "FAILED" | "EXPIRED"; readonly reason: string },
): Promise<void> {
  await changeRow(context, { id: flow.connectionId, entityId: flow.entityId }, (current) => {
    if (current.attempt?.id !== flow.attemptId) return null;
    const attempt: AttemptRecord = { ...current.attempt, ...outcome };
    const status = nextStatus(current.status, outcome.status === "FAILED" ? "failed" : "expired");
    const failed = current.status === "INITIATED" && status !== null;
    return failed ? { attempt, status, statusReason: outcome.reason } : { attempt };
  });
}

/**
 * A connection may have changed while the user was away: what belongs to another integration now, or was revoked or
 * disabled since, is not brought back by a link that was made before.
 */
function assertStillWanted(current: ConnectionRecord, flow: FlowRecord, integrationId: string): void {
  const stopped = current.status === "REVOKED" || current.status === "INACTIVE";
  const isOpen = current.attempt?.id === flow.attemptId && current.attempt.status === "INITIATED";
  if (current.integrationId === integrationId && (!stopped || isOpen)) return;
  throw new AuthorizationError(
    "STATE_INVALID",
    `Connection ${current.id} was changed while the user was away: nothing was activated.`,
    { hint: "It was revoked, disabled or set up in another way since this flow started. Start again." },
  );
}

async function complete(
  context: CoreContext,
  { flow, callback, span }: { flow: FlowRecord; callback: CallbackInput; span: TelemetrySpan },
): Promise<FinishedFlow> {
  const key = { id: flow.connectionId, entityId: flow.entityId };
  const row = await readRow(context, key);
  span.set(connectionAttributes(row.connection));
  assertIntegrationEnabled(row);
  const opened = await context.vault.open(flow.payload, {
    table: "flows",
    id: flow.id,
    entityId: flow.entityId,
  });
  const { data: payload } = payloadSchema.safeParse(opened);
  if (payload?.connectionId !== flow.connectionId) {
    throw new CipherError("DECRYPT_FAILED", `Flow ${flow.id} opened, but is not what was sealed there.`, {
      keyId: context.vault.keyIdOf(flow.payload),
    });
  }
  assertStillWanted(row.connection, flow, payload.integrationId);
  const { scheme } = context.apps.scheme(row.connection.app, row.connection.authScheme);
  const known = { ...(await schemeContext(context, row, undefined)), params: payload.params };
  const { flow: sealedFlow, callbackUrl, redirectUrl } = payload;
  const answer = { url: callback.url, flow: sealedFlow, callbackUrl, state: callback.state };
  const grant = await scheme.complete?.(known, answer).catch((error: unknown) => {
    throw located(error, { connectionId: flow.connectionId, redirectUrl });
  });
  if (grant === undefined) {
    throw new AuthorizationError(
      "STATE_INVALID",
      `${scheme.name} connections are not finished in the browser.`,
    );
  }
  const { app, authScheme } = row.connection;
  const fields = await sealGrant(context, { key, app, authScheme, params: payload.params, grant });
  const stored = await changeRowDurably(context, key, (current) => {
    assertStillWanted(current, flow, payload.integrationId);
    return {
      ...fields,
      status: nextStatus(current.status, "connected") ?? "ACTIVE",
      statusReason: null,
      attempt: {
        id: flow.attemptId,
        status: "ACTIVE",
        reason: null,
        expiresAt: flow.expiresAt,
      },
    };
  });
  context.opened.forget(key.id);
  return { row: stored, redirectUrl };
}

/** A refusal, with what the host needs to bring its user back: the user has been recognised by now. */
function located(
  error: unknown,
  place: { readonly connectionId: string; readonly redirectUrl: string | null },
): unknown {
  if (!(error instanceof AuthorizationError)) return error;
  const { code, message, hint, providerError, cause } = error;
  const bare = hint === null ? message : message.slice(0, -hint.length - 1);
  return new AuthorizationError(code, bare, { hint: hint ?? undefined, providerError, cause, ...place });
}

/**
 * Finishes the flow a callback belongs to. The state is spent by the attempt, whatever comes of it; a connection that
 * works already is untouched until the new grant is stored.
 *
 * @throws AuthorizationError when the state is forged, replayed or expired, the user is another, or the provider said no
 * @throws TokenError when the token endpoint failed
 */
export function finishFlow(
  context: CoreContext,
  input: Request | URL | string,
  entityId: string | null,
): Promise<FinishedFlow> {
  const operation = { name: "mooring.flow.complete", kind: "internal", attributes: {} } as const;
  return context.telemetry.span(operation, async (span) => {
    const callback = await readCallback(input, context.callbackUrl);
    return spendFlow(context, { callback, entityId, span });
  });
}

async function spendFlow(
  context: CoreContext,
  arrival: { callback: CallbackInput; entityId: string | null; span: TelemetrySpan },
): Promise<FinishedFlow> {
  const { callback, entityId, span } = arrival;
  const id = await sha256Base64Url(callback.state);
  const flow = await context.storage.flows.consume(id);
  if (flow === null) {
    throw new AuthorizationError(
      "STATE_INVALID",
      "The callback's `state` was never issued here, or has been used.",
      {
        hint: "Start again with `entity.initiateConnection()`.",
      },
    );
  }
  span.set({ "mooring.connection.id": flow.connectionId });
  try {
    if (context.runtime.clock.now() >= flow.expiresAt) {
      throw new AuthorizationError("STATE_EXPIRED", "The user took too long: the flow has expired.", {
        hint: "Start again with `entity.initiateConnection()`.",
      });
    }
    await assertBound(context, flow, callback, entityId);
    return await complete(context, { flow, callback, span });
  } catch (error) {
    const expired = MooringError.is(error) && error.code === "STATE_EXPIRED";
    const reason = MooringError.is(error) ? `${error.code}${providerErrorOf(error)}` : "INTERNAL_ERROR";
    await recordFailure(context, flow, { status: expired ? "EXPIRED" : "FAILED", reason }).catch(
      (failure: unknown) => {
        // The failure itself matters more than its record.
        context.runtime.logger.warn("recording a failed flow failed", {
          connectionId: flow.connectionId,
          error: failure instanceof Error ? failure.name : typeof failure,
        });
      },
    );
    throw error;
  }
}

function providerErrorOf(error: MooringError): string {
  return "providerError" in error && typeof error.providerError === "string"
    ? `: ${error.providerError}`
    : "";
}
