import { AuthorizationError, MooringError } from "../errors.js";
import type { CallbackKey } from "../ports/auth-scheme.js";
import type { FlowRecord } from "../ports/storage.js";
import type { TelemetrySpan } from "../ports/telemetry.js";
import { isBoundBy } from "./binding-cookie.js";
import type { CallbackInput } from "./callback-input.js";
import { readCallback } from "./callback-input.js";
import type { ConnectionRow } from "./connection-rows.js";
import type { CoreContext } from "./context.js";
import { activate, openFlow, recordFailure } from "./finish-flow.js";
import { flowId } from "./flow-id.js";
import { connectionAttributes } from "./observation.js";

/** A finished flow: the connection, and where the host wanted the user to land. */
export interface FinishedFlow {
  readonly row: ConnectionRow;
  readonly redirectUrl: string | null;
}

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

async function complete(
  context: CoreContext,
  { flow, callback, span }: { flow: FlowRecord; callback: CallbackInput; span: TelemetrySpan },
): Promise<FinishedFlow> {
  const opened = await openFlow(context, flow);
  const { row, payload } = opened;
  span.set(connectionAttributes(row.connection));
  const { scheme } = context.apps.scheme(row.connection.app, row.connection.authScheme);
  const { flow: sealedFlow, callbackUrl, redirectUrl, state } = payload;
  const answer = { url: callback.url, flow: sealedFlow, callbackUrl, state };
  const grant = await scheme.complete?.(opened.schemeContext, answer).catch((error: unknown) => {
    throw located(error, { connectionId: flow.connectionId, redirectUrl });
  });
  if (grant === undefined) {
    throw new AuthorizationError(
      "STATE_INVALID",
      `${scheme.name} connections are not finished in the browser.`,
    );
  }
  return { row: await activate(context, opened, grant), redirectUrl };
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
    const { callbackUrl, apps } = context;
    const callback = await readCallback(input, { callbackUrl, parameters: apps.callbackParameters });
    return spendFlow(context, { callback, entityId, span });
  });
}

/** The flow the callback tells of: a parameter that tells of none may be there for another reason. */
async function consumeFlow(context: CoreContext, keys: readonly CallbackKey[]): Promise<FlowRecord | null> {
  for (const key of keys) {
    const flow = await context.storage.flows.consume(await flowId(key));
    if (flow !== null) return flow;
  }
  return null;
}

async function spendFlow(
  context: CoreContext,
  arrival: { callback: CallbackInput; entityId: string | null; span: TelemetrySpan },
): Promise<FinishedFlow> {
  const { callback, entityId, span } = arrival;
  const flow = await consumeFlow(context, callback.keys);
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
