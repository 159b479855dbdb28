import { AuthorizationError, MooringError } from "../errors.js";
import { raceSignal } from "../internal/race-signal.js";
import type { AttemptRecord, ConnectionKey, ConnectionRecord, DeviceFlowRecord } from "../ports/storage.js";
import { changeRow } from "./connection-rows.js";
import type { CoreContext } from "./context.js";
import type { StoredFlow } from "./finish-flow.js";
import { activate, deviceFlowOf, openFlow, recordFailure } from "./finish-flow.js";

/** RFC 8628 §3.5: a connection that timed out asks the client to slow down; the next poll comes after twice the time. */
const BACKOFF = 2;

/** How much later than it is counted a poll may go out: others wait as much longer for the next. */
const SLACK_MS = 1_000;

/** Asks whether the user of a device flow is done, never more often than the server wants. */
export interface DevicePoll {
  /** Milliseconds until the server may be asked again. */
  waitMs(): number;
  /** Is told what is stored: another process that has asked meanwhile was first. */
  observe(attempt: AttemptRecord | null): void;
  /**
   * Asks, and makes the connection ACTIVE when the user has agreed. Callers at once ask once; of several processes, one
   * does.
   *
   * @throws AuthorizationError when the user said no or the code expired; TokenError when the server refuses
   */
  ask(signal: AbortSignal | undefined): Promise<void>;
}

/** The attempt of a connection that a device flow is for. */
interface DeviceAttemptKey extends ConnectionKey {
  readonly attemptId: string;
}

/** Changes what is stored of a device flow that is under way; null when it is not, or `change` says so. */
async function changeFlow(
  context: CoreContext,
  { attemptId, ...key }: DeviceAttemptKey,
  change: (flow: DeviceFlowRecord) => DeviceFlowRecord | null,
): Promise<ConnectionRecord | null> {
  let isChanged = false;
  const { connection } = await changeRow(context, key, ({ attempt }) => {
    const isOpen = attempt?.id === attemptId && attempt.status === "INITIATED";
    const device = isOpen && attempt.device !== undefined ? change(attempt.device) : null;
    isChanged = device !== null;
    return attempt === null || device === null ? null : { attempt: { ...attempt, device } };
  });
  return isChanged ? connection : null;
}

/**
 * A poll counts itself in the connection before it asks, and only where the count has not moved for a whole interval, by
 * the clock of whoever wants to ask: so there is one per interval in all processes together, whatever their clocks say,
 * and a process that dies is followed by the next that waits.
 *
 * @param flow what was stored of the flow when this process saw it first
 */
export function createDevicePoll(
  context: CoreContext,
  key: DeviceAttemptKey,
  flow: DeviceFlowRecord,
): DevicePoll {
  const { clock } = context.runtime;
  let { intervalMs, polls } = flow;
  let nextAt = clock.now() + intervalMs;
  let asking: Promise<void> | null = null;

  const claim = async (): Promise<StoredFlow | null> => {
    const seen = polls;
    const claimed = await changeFlow(context, key, (stored) =>
      stored.polls === seen ? { ...stored, polls: seen + 1 } : null,
    );
    if (claimed === null) return null;
    polls = seen + 1;
    return deviceFlowOf(claimed);
  };
  const slowDown = async (wanted: number): Promise<void> => {
    intervalMs = wanted;
    // Whoever asks next without knowing is told by the server once more.
    await changeFlow(context, key, (stored) => ({ ...stored, intervalMs: wanted })).catch(() => null);
  };
  const ask = async (): Promise<void> => {
    /** What a server that cannot answer now has asked for. */
    let wanted = 0;
    try {
      const claimed = await claim();
      const byMs = claimed === null ? 0 : await pollOnce(context, claimed);
      if (byMs > 0) await slowDown(intervalMs + byMs);
    } catch (error) {
      if (!MooringError.is(error) || !error.retryable) throw error;
      await slowDown(intervalMs * BACKOFF);
      wanted = "retryAfterMs" in error ? (error.retryAfterMs ?? 0) : 0;
    } finally {
      nextAt = clock.now() + Math.max(intervalMs, wanted);
    }
  };
  return {
    waitMs: () => Math.max(0, nextAt - clock.now()),
    observe(attempt) {
      const stored = attempt?.id === key.attemptId ? attempt.device : undefined;
      if (stored === undefined || (stored.polls === polls && stored.intervalMs === intervalMs)) return;
      ({ polls, intervalMs } = stored);
      nextAt = clock.now() + intervalMs + SLACK_MS;
    },
    ask(signal) {
      signal?.throwIfAborted();
      asking ??= ask().finally(() => {
        asking = null;
      });
      // What the server says is stored even when this caller waits no longer.
      return raceSignal(asking, signal);
    },
  };
}

/** Milliseconds the server wants between polls in addition. */
async function pollOnce(context: CoreContext, flow: StoredFlow): Promise<number> {
  const opened = await openFlow(context, flow);
  const { scheme } = context.apps.scheme(opened.row.connection.app, opened.row.connection.authScheme);
  try {
    const answer = await scheme.poll?.(opened.schemeContext, opened.payload.flow);
    if (answer === undefined) {
      throw new AuthorizationError("STATE_INVALID", `${scheme.name} connections are not polled for.`);
    }
    if (answer.kind === "pending") return 0;
    if (answer.kind === "slow_down") return answer.byMs;
    await activate(context, opened, answer.grant);
    return 0;
  } catch (error) {
    if (MooringError.is(error) && !error.retryable) {
      const status = error.code === "STATE_EXPIRED" ? "EXPIRED" : "FAILED";
      await recordFailure(context, flow, { status, reason: error.code }).catch(() => undefined);
    }
    throw error;
  }
}
