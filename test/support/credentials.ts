import type { CredentialSource, OpenedCredentials } from "../../src/ports/request.js";
import type { Fetch, Runtime } from "../../src/ports/runtime.js";

/** The secret of these tests, easy to find wherever it turns up. */
export const SECRET = "s3cr3t-of/the user+1";

/** How to open credentials that put `SECRET` into the `authorization` header. */
export interface TestCredentials extends Partial<OpenedCredentials> {
  readonly baseUrl: string;
}

/** Credentials of a connection. */
export function openedCredentials({ baseUrl, ...changes }: TestCredentials): OpenedCredentials {
  return {
    baseUrl,
    origins: [new URL(baseUrl).origin],
    headers: {},
    rateLimit: null,
    redirectHosts: null,
    apply(request) {
      request.headers.set("authorization", `Bearer ${SECRET}`);
      return request;
    },
    isChallenge: () => false,
    accepted() {},
    renew: () => Promise.resolve(null),
    secrets: () => [SECRET],
    ...changes,
  };
}

/** A source that counts how often it is opened. */
export function credentialSource(credentials: TestCredentials) {
  const opened: (AbortSignal | undefined)[] = [];
  const source: CredentialSource = {
    open(signal) {
      opened.push(signal);
      return Promise.resolve(openedCredentials(credentials));
    },
  };
  return { source, opened };
}

/** A runtime on the machine's network, with a clock that stands still. */
export function networkRuntime({
  fetch = globalThis.fetch,
  now = 0,
}: {
  fetch?: Fetch;
  now?: number;
} = {}): Runtime {
  return {
    fetch: (input, init) => fetch(input, init),
    clock: { now: () => now, sleep: () => Promise.reject(new Error("nothing here waits by this clock")) },
    logger: { debug() {}, warn() {} },
  };
}
