import { TokenError } from "../errors.js";
import type { AnyAuthScheme, Grant } from "../ports/auth-scheme.js";
import { nextStatus } from "./connection-state.js";
import type { CoreContext } from "./context.js";
import { durably } from "./durably.js";
import { sealGrant } from "./grants.js";
import type { HeldLease } from "./lease.js";
import type { OpenedRow } from "./opened-row.js";
import { keyOf, openRow } from "./opened-row.js";
import { guardRefresh } from "./refresh-guard.js";
import { backoff } from "./refresh-policy.js";
import { changeSameGrant } from "./same-grant.js";
import { schemeContext } from "./scheme-context.js";

/** What came of asking for new tokens. */
export type Renewal =
  | { readonly outcome: "renewed"; readonly opened: OpenedRow }
  | { readonly outcome: "not renewable" }
  /** Nothing was sent: another process may be at it by now. */
  | { readonly outcome: "lease lost" }
  /** The provider failed for now: ask again after the pause, in milliseconds. */
  | {
      readonly outcome: "failed";
      readonly error: TokenError;
      readonly pauseMs: number;
      /** Whether a refresh token went out and nobody knows what became of it. */
      readonly unanswered: boolean;
    };

/** Two token requests at the most: a refresh token may have been spent by an answer that never arrived. */
const MAX_ATTEMPTS = 2;
/** A provider that asks for more patience than this is told of in the error instead. */
const MAX_PAUSE_MS = 5_000;
/** Who has waited longer than this for nothing is not made to wait as long again. */
const SECOND_TRY_WITHIN_MS = 15_000;
/** New tokens are the only ones that work: a storage that is away is waited for that long. */
const STORING_PATIENCE_MS = 300_000;

const UNANSWERED = "the refresh token was spent by an answer that never arrived";
const TAKEN_OVER =
  "the refresh token may have been spent by a process that ended before it could store the answer";

/** The grant is gone for good: say so in the row, unless someone stored a newer one meanwhile (R4, R5, R10). */
export async function expireRow(
  context: CoreContext,
  opened: OpenedRow,
  reason: string,
): Promise<{ readonly replaced: boolean }> {
  return changeSameGrant(context, opened, ({ status: current }) => {
    const status = nextStatus(current, "expired");
    return status === null ? null : { status, statusReason: reason };
  });
}

/** Stores new tokens, merged into whatever else has changed in the row meanwhile (R3, R9). */
async function storeTokens(
  context: CoreContext,
  opened: OpenedRow,
  grant: Grant<unknown>,
): Promise<OpenedRow> {
  const key = keyOf(opened);
  const { app, authScheme, params } = opened.row.connection;
  const patience = { patienceMs: STORING_PATIENCE_MS };
  const sealing = { ...patience, connectionId: key.id, what: "sealing renewed tokens" };
  const fields = await durably(context, sealing, () =>
    sealGrant(context, { key, app, authScheme, params, grant }),
  );
  await changeSameGrant(
    context,
    opened,
    // Someone judged the grant dead while this answer was on its way: it is not.
    ({ status }) => (status === "EXPIRED" ? { ...fields, status: "ACTIVE", statusReason: null } : fields),
    { ...patience, ...(grant.incomplete === undefined ? { cause: "refresh" } : {}) },
  );
  return durably(context, { ...patience, connectionId: key.id, what: "reading renewed tokens" }, () =>
    openRow(context, key),
  );
}

/** A refusal is final, unless someone stored newer tokens meanwhile: then those are the answer (R4). */
async function afterRefusal(
  context: CoreContext,
  opened: OpenedRow,
  refusal: { readonly error: TokenError; readonly suspicion: string | null },
): Promise<Renewal> {
  const { error, suspicion } = refusal;
  const reason = error.providerError ?? "refused by the provider";
  const { replaced } = await expireRow(
    context,
    opened,
    suspicion === null ? reason : `${reason}: ${suspicion}`,
  );
  if (!replaced) throw error;
  return { outcome: "renewed", opened: await openRow(context, keyOf(opened)) };
}

interface Failure {
  readonly kind: "failure";
  readonly error: TokenError;
  /** Whether the refresh token went out, and nobody knows what became of it. */
  readonly unanswered: boolean;
}

type Answer =
  | { readonly kind: "grant"; readonly grant: Grant<unknown> }
  | { readonly kind: "not renewable" }
  | { readonly kind: "lease lost" }
  | Failure;

/** One token request, if the lease is surely held when it goes out. */
async function ask(
  context: CoreContext,
  opened: OpenedRow,
  refresh: NonNullable<AnyAuthScheme["refresh"]>,
  lease: HeldLease,
): Promise<Answer> {
  const known = await schemeContext(context, opened.row, undefined);
  const guard = guardRefresh(context.runtime, lease);
  const { timeoutMs } = context.refresh;
  if (!lease.isSurelyHeld()) return { kind: "lease lost" };
  try {
    const grant = await refresh({ ...known, runtime: guard.runtime, timeoutMs }, opened.grant.credentials);
    return grant === null ? { kind: "not renewable" } : { kind: "grant", grant };
  } catch (error) {
    if (guard.wasHeldBack()) return { kind: "lease lost" };
    if (!(error instanceof TokenError)) throw error;
    return { kind: "failure", error, unanswered: guard.mayBeSpent() && error.status === null };
  }
}

/** The same, with what it got stored, also where that is only half of it. */
async function askAndStore(
  context: CoreContext,
  opened: OpenedRow,
  by: { readonly refresh: NonNullable<AnyAuthScheme["refresh"]>; readonly lease: HeldLease },
): Promise<
  { readonly opened: OpenedRow } & (
    | Exclude<Answer, { readonly kind: "grant" }>
    | { readonly kind: "renewed" }
  )
> {
  const answer = await ask(context, opened, by.refresh, by.lease);
  if (answer.kind !== "grant") return { ...answer, opened };
  const stored = await storeTokens(context, opened, answer.grant);
  const { incomplete } = answer.grant;
  if (incomplete === undefined) return { kind: "renewed", opened: stored };
  if (!(incomplete instanceof TokenError)) throw incomplete;
  return { kind: "failure", error: incomplete, unanswered: false, opened: stored };
}

/**
 * Asks the provider for new tokens and stores them, if the lease of the connection's grant is surely held.
 *
 * @throws TokenError `REAUTHORIZATION_REQUIRED` when the grant is gone: the connection is EXPIRED then
 * @throws StorageError when the new tokens could not be stored
 */
export async function renewTokens(
  context: CoreContext,
  before: OpenedRow,
  options: {
    readonly scheme: AnyAuthScheme;
    readonly lease: HeldLease;
    /** Whether a former owner let that lease lapse. */
    readonly takenOver: boolean;
    /** Whether an earlier request with these credentials was never answered. */
    readonly unanswered: boolean;
  },
): Promise<Renewal> {
  const { scheme, lease, takenOver } = options;
  if (scheme.refresh === undefined) return { outcome: "not renewable" };
  const refresh = scheme.refresh.bind(scheme);
  const { clock } = context.runtime;
  const secondTryBy = clock.now() + SECOND_TRY_WITHIN_MS;
  let { unanswered } = options;
  let opened = before;
  for (let attempt = 1; ; attempt += 1) {
    const answer = await askAndStore(context, opened, { refresh, lease });
    opened = answer.opened;
    if (answer.kind === "renewed") return { outcome: "renewed", opened };
    if (answer.kind !== "failure") return { outcome: answer.kind };
    const { error } = answer;
    if (error.code === "REAUTHORIZATION_REQUIRED") {
      const suspicion = unanswered ? UNANSWERED : takenOver ? TAKEN_OVER : null;
      return afterRefusal(context, opened, { error, suspicion });
    }
    unanswered ||= answer.unanswered;
    const pauseMs = backoff(attempt, error.retryAfterMs, Math.random());
    const isLast = attempt === MAX_ATTEMPTS || pauseMs > Math.min(secondTryBy - clock.now(), MAX_PAUSE_MS);
    if (!error.retryable || isLast) {
      return { outcome: "failed", error, pauseMs, unanswered };
    }
    await clock.sleep(pauseMs);
  }
}
