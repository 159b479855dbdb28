import { ValidationError } from "../errors.js";

/** Where one request of a chain goes, and what changed on the way there. */
export interface Hop {
  readonly url: URL;
  readonly method: string;
  /** The caller's headers, less what a redirect took away. */
  readonly headers: Headers;
  readonly sendsBody: boolean;
}

/** A request as the caller meant it, from which any number of requests without credentials can be built. */
export interface Outgoing {
  /** Where the caller wants it to go. */
  readonly target: string | URL;
  readonly method: string;
  readonly headers: Headers;
  readonly hasBody: boolean;
  /** False for a stream that can be read only once. */
  readonly replayable: boolean;
  readonly redirect: RequestRedirect;
  readonly signal: AbortSignal | undefined;
  /** A request of its own for each call. */
  build(hop: Hop): Request;
  /** Lets go of a body kept for another request. */
  dispose(): void;
}

/** RequestInit with the member all servers' fetch know and the DOM's types do not. */
interface StreamInit extends RequestInit {
  readonly duplex?: "half";
}

function invalid(path: string, message: string): ValidationError {
  return new ValidationError(`The request is wrong: ${path}: ${message}.`, { issues: [{ path, message }] });
}

// What the platform says about a wrong header or body quotes the value, which may be a secret: it is not passed on.
function attempt<Value>(make: () => Value): Value | null {
  try {
    return make();
  } catch {
    return null;
  }
}

function guarded<Value>(path: string, message: string, make: () => Value): Value {
  const value = attempt(make);
  if (value === null) throw invalid(path, message);
  return value;
}

const UNBUILDABLE =
  "no request can be made of these; GET and HEAD take no body, and a body can be used only once";

function readHeaders(headers: HeadersInit | undefined): Headers {
  return guarded("headers", "names must be HTTP tokens, and values hold no line breaks", () => {
    return new Headers(headers);
  });
}

function isOneShot(body: unknown): boolean {
  return typeof body === "object" && body !== null && Symbol.asyncIterator in body;
}

function readSignal(signal: unknown): AbortSignal | undefined {
  if (signal === undefined || signal === null) return undefined;
  if (signal instanceof AbortSignal) return signal;
  throw invalid("signal", "expected an AbortSignal");
}

function readMethod(method: unknown = "GET"): string {
  if (typeof method === "string") return method.toUpperCase();
  throw invalid("method", "expected an HTTP method such as `GET` or `POST`");
}

function fromInit(target: string | URL, init: RequestInit | undefined): Outgoing {
  const body = init?.body ?? null;
  // Read now: the caller may change its object before the credentials are open.
  const headers = readHeaders(init?.headers);
  const oneShot = isOneShot(body);
  const common: StreamInit = oneShot ? { ...init, duplex: "half" } : { ...init };
  return {
    target,
    method: readMethod(init?.method),
    headers,
    hasBody: body !== null,
    replayable: !oneShot,
    redirect: init?.redirect ?? "follow",
    signal: readSignal(init?.signal),
    build: (hop) =>
      guarded("init", UNBUILDABLE, () => {
        return new Request(hop.url, {
          ...common,
          method: hop.method,
          headers: hop.headers,
          body: hop.sendsBody ? body : null,
          redirect: "manual",
        });
      }),
    dispose() {},
  };
}

function fromRequest(input: Request, init: RequestInit | undefined): Outgoing {
  const own = guarded("input", UNBUILDABLE, () => new Request(input, init));
  const streamed = isOneShot(init?.body);
  let spare: Request | null = own.body === null ? null : own;

  const buildWithBody = (hop: Hop, source: Request): Request => {
    // A clone keeps the length of a body that is not a stream, which some providers insist on.
    spare = streamed ? null : source.clone();
    const moved = hop.url.href === own.url ? source : new Request(hop.url, source);
    return new Request(moved, { method: hop.method, headers: hop.headers, redirect: "manual" });
  };
  return {
    target: new URL(own.url),
    method: own.method,
    headers: own.headers,
    hasBody: own.body !== null,
    replayable: !streamed,
    redirect: own.redirect,
    signal: own.signal,
    build(hop) {
      return guarded("input", UNBUILDABLE, () => {
        if (hop.sendsBody && spare !== null) return buildWithBody(hop, spare);
        const { integrity, signal } = own;
        return new Request(hop.url, {
          method: hop.method,
          headers: hop.headers,
          redirect: "manual",
          integrity,
          signal,
        });
      });
    },
    dispose() {
      // Reading one half of a divided stream keeps all of it in memory for the other half.
      if (spare?.body?.locked === false) spare.body.cancel().catch(() => undefined);
    },
  };
}

/** Whether it is of a kind `fetch` takes: a Request may come from another copy of the platform's. */
function isTarget(input: unknown): boolean {
  return typeof input === "string" || (typeof input === "object" && input !== null);
}

/**
 * What `fetch` takes, read at once.
 *
 * @throws ValidationError naming the argument no request can be made of
 */
export function readOutgoing(input: Request | URL | string, init: RequestInit | undefined): Outgoing {
  if (!isTarget(input)) throw invalid("input", "expected a path, a URL or a Request");
  return typeof input === "string" || input instanceof URL ? fromInit(input, init) : fromRequest(input, init);
}
