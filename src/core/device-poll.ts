import { AuthorizationError, MooringError } from "../errors.js";
import { raceSignal } from "../internal/race-signal.js";
import type { FlowRecord } from "../ports/storage.js";
import type { DeviceAttempt } from "./attempt.js";
import type { CoreContext } from "./context.js";
import { activate, openFlow, recordFailure } from "./finish-flow.js";

/** RFC 8628 §3.5: a connection that timed out asks the client to slow down; the next poll comes after twice the time. */
const BACKOFF = 2;

/** Asks whether the user of a device flow is done, never more often than the server wants. */
export interface DevicePoll {
  /** Milliseconds until the server may be asked again. */
  waitMs(): number;
  /**
   * Asks, and makes the connection ACTIVE when the user has agreed. Callers at once ask once.
   *
   * @throws AuthorizationError when the user said no or the code expired; TokenError when the server refuses
   */
  ask(signal: AbortSignal | undefined): Promise<void>;
}

/** @param attempt a device flow this process has started */
export function createDevicePoll(context: CoreContext, attempt: DeviceAttempt): DevicePoll {
  const { clock } = context.runtime;
  let intervalMs = attempt.intervalMs;
  let nextAt = clock.now() + intervalMs;
  let asking: Promise<void> | null = null;
  const ask = async (): Promise<void> => {
    try {
      intervalMs += await pollOnce(context, attempt.flow);
    } catch (error) {
      if (!MooringError.is(error) || !error.retryable) throw error;
      intervalMs *= BACKOFF;
    } finally {
      nextAt = clock.now() + intervalMs;
    }
  };
  return {
    waitMs: () => Math.max(0, nextAt - clock.now()),
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
async function pollOnce(context: CoreContext, flow: FlowRecord): Promise<number> {
  const opened = await openFlow(context, flow);
  const { scheme } = context.apps.scheme(opened.row.connection.app, opened.row.connection.authScheme);
  try {
    const answer = await scheme.poll?.(opened.schemeContext, opened.payload.flow);
    if (answer === undefined) {
      throw new AuthorizationError("STATE_INVALID", `${scheme.name} connections are not polled for.`);
    }
    if (answer.kind === "pending") return 0;
    if (answer.kind === "slow_down") return answer.byMs;
    // Removed by whoever cancelled or swept it; the grant in hand is worth keeping all the same.
    await context.storage.flows.consume(flow.id);
    await activate(context, opened, answer.grant);
    return 0;
  } catch (error) {
    if (MooringError.is(error) && !error.retryable) {
      await context.storage.flows.consume(flow.id).catch(() => null);
      const status = error.code === "STATE_EXPIRED" ? "EXPIRED" : "FAILED";
      await recordFailure(context, flow, { status, reason: error.code }).catch(() => undefined);
    }
    throw error;
  }
}
