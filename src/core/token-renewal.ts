import { TokenError } from "../errors.js";
import type { AnyAuthScheme, Grant } from "../ports/auth-scheme.js";
import type { ConnectionRecord } from "../ports/storage.js";
import type { ConnectionRow } from "./connection-rows.js";
import { changeRow } from "./connection-rows.js";
import { nextStatus } from "./connection-state.js";
import type { CoreContext } from "./context.js";
import { changeRowDurably, sealGrant } from "./grants.js";
import type { OpenedRow } from "./opened-row.js";
import { keyOf, openRow } from "./opened-row.js";
import { backoff } from "./refresh-policy.js";
import { schemeContext } from "./scheme-context.js";

/** What came of asking for new tokens. */
export type Renewal =
  | { readonly outcome: "renewed"; readonly opened: OpenedRow }
  | { readonly outcome: "not renewable" }
  /** The provider failed for now: ask again after the pause, in milliseconds. */
  | { readonly outcome: "failed"; readonly error: TokenError; readonly pauseMs: number };

/** Two token requests at the most: a refresh token may have been spent by an answer that never arrived. */
const MAX_ATTEMPTS = 2;
/** A provider that asks for more patience than this is told of in the error instead. */
const MAX_PAUSE_MS = 5_000;

/** The grant is gone for good: say so in the row, unless someone stored a newer one meanwhile (R4, R5, R10). */
export async function expireRow(
  context: CoreContext,
  opened: OpenedRow,
  reason: string,
): Promise<ConnectionRow> {
  return changeRow(context, keyOf(opened), (current) => {
    const status = nextStatus(current.status, "expired");
    if (status === null || current.credentials !== opened.row.connection.credentials) return null;
    return { status, statusReason: reason };
  });
}

/** Stores new tokens, merged into whatever else has changed in the row meanwhile (R3, R9). */
async function storeTokens(
  context: CoreContext,
  opened: OpenedRow,
  grant: Grant<unknown>,
): Promise<OpenedRow> {
  const key = keyOf(opened);
  const { app, authScheme, params, credentials } = opened.row.connection;
  const fields = await sealGrant(context, { key, app, authScheme, params, grant });
  await changeRowDurably(context, key, (current): Partial<ConnectionRecord> | null => {
    if (current.credentials !== credentials) return null;
    // Someone judged the grant dead while this answer was on its way: it is not.
    return current.status === "EXPIRED" ? { ...fields, status: "ACTIVE", statusReason: null } : fields;
  });
  return openRow(context, key);
}

/** A refusal is final, unless someone stored newer tokens meanwhile: then those are the answer (R4). */
async function afterRefusal(
  context: CoreContext,
  opened: OpenedRow,
  refusal: { readonly error: TokenError; readonly answerLost: boolean },
): Promise<Renewal> {
  const { error, answerLost } = refusal;
  const reason = error.providerError ?? "refused by the provider";
  const lost = ": the refresh token was spent by an answer that never arrived";
  const { connection } = await expireRow(context, opened, answerLost ? `${reason}${lost}` : reason);
  if (connection.credentials === opened.row.connection.credentials) throw error;
  return { outcome: "renewed", opened: await openRow(context, keyOf(opened)) };
}

/**
 * Asks the provider for new tokens and stores them. To be called by the holder of the connection's lease only.
 *
 * @throws TokenError `REAUTHORIZATION_REQUIRED` when the grant is gone: the connection is EXPIRED then
 */
export async function renewTokens(
  context: CoreContext,
  opened: OpenedRow,
  scheme: AnyAuthScheme,
): Promise<Renewal> {
  if (scheme.refresh === undefined) return { outcome: "not renewable" };
  let answerLost = false;
  for (let attempt = 1; ; attempt += 1) {
    const known = await schemeContext(context, opened.row, undefined);
    let failure: TokenError;
    try {
      const grant = await scheme.refresh(known, opened.grant.credentials);
      if (grant === null) return { outcome: "not renewable" };
      return { outcome: "renewed", opened: await storeTokens(context, opened, grant) };
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      failure = error;
    }
    if (failure.code === "REAUTHORIZATION_REQUIRED") {
      return afterRefusal(context, opened, { error: failure, answerLost });
    }
    const pauseMs = backoff(attempt, failure.retryAfterMs, Math.random());
    if (!failure.retryable || attempt === MAX_ATTEMPTS || pauseMs > MAX_PAUSE_MS) {
      return { outcome: "failed", error: failure, pauseMs };
    }
    answerLost ||= failure.status === null;
    await context.runtime.clock.sleep(pauseMs);
  }
}
