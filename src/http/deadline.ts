/** A time limit that is set anew for each attempt of a call. */
export interface Deadline {
  /** Starts to count; the signal is aborted with the error when time is up. Undefined when there is no limit. */
  start(): AbortSignal | undefined;
  /** Settles as the promise does, or rejects when time is up, even if nothing heeds the signal. */
  race<Value>(promise: Promise<Value>): Promise<Value>;
  /** Stops to count. */
  stop(): void;
}

/** Makes a deadline of that many milliseconds, false for none. */
export function createDeadline(milliseconds: number | false, onExpire: () => Error): Deadline {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let expired: Error | null = null;
  let reject: ((error: Error) => void) | null = null;
  return {
    start() {
      clearTimeout(timer);
      if (milliseconds === false) return undefined;
      const controller = new AbortController();
      expired = null;
      timer = setTimeout(() => {
        expired = onExpire();
        controller.abort(expired);
        reject?.(expired);
      }, milliseconds);
      return controller.signal;
    },
    race(promise) {
      if (milliseconds === false) return promise;
      return new Promise((resolve, fail) => {
        reject = fail;
        promise.then(resolve, fail);
        if (expired !== null) fail(expired);
      });
    },
    stop() {
      clearTimeout(timer);
    },
  };
}
