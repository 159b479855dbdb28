import type { Clock } from "../ports/runtime.js";

/** What came of work with a deadline. */
export type DeadlineOutcome<Value> =
  | { readonly ended: "done"; readonly value: Value }
  | { readonly ended: "timeout" }
  | { readonly ended: "aborted" };

/**
 * Runs work until it is done, its time is over or the caller's signal is aborted, whichever comes first. Work that
 * ignores its signal is left behind, and what it throws later is dropped.
 */
export async function withDeadline<Value>(options: {
  readonly clock: Clock;
  /** Milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly work: (signal: AbortSignal) => Promise<Value>;
}): Promise<DeadlineOutcome<Value>> {
  const { clock, timeoutMs, signal, work } = options;
  if (signal?.aborted === true) return { ended: "aborted" };

  const stop = new AbortController();
  const finished = new AbortController();
  const stopped = new Promise<DeadlineOutcome<Value>>((resolve) => {
    const end = (ended: "timeout" | "aborted") => {
      resolve({ ended });
      stop.abort(
        new DOMException(
          `The action's ${ended === "timeout" ? "time is over" : "caller gave up"}.`,
          "AbortError",
        ),
      );
    };
    signal?.addEventListener("abort", () => end("aborted"), { once: true, signal: finished.signal });
    clock.sleep(timeoutMs, finished.signal).then(
      () => end("timeout"),
      () => {},
    );
  });
  try {
    const done = work(stop.signal).then((value) => ({ ended: "done" as const, value }));
    return await Promise.race([done, stopped]);
  } finally {
    finished.abort();
  }
}
