import type { CustomFetch, ServerMetadata } from "openid-client";
import { RequestError } from "../../errors.js";
import { safeCause } from "../../internal/redact.js";
import type { SchemeContext } from "../../ports/auth-scheme.js";
import { isSafeEndpoint } from "../../ports/url-template.js";
import { retryAfterMs } from "./retry-after.js";
import { send } from "./transport.js";

/** Metadata hardly ever changes; an hour bounds how long a change goes unseen. */
const MAX_AGE_MS = 3_600_000;
/** One entry per tenant of each app that is discovered. */
const MAX_ENTRIES = 100;

/** What a scheme knows in a call, as far as discovery needs it. */
type DiscoveryContext = Pick<SchemeContext<unknown>, "runtime" | "signal">;

/** Finds authorization servers' metadata, and remembers it. */
export interface Discovery {
  /**
   * Metadata of an issuer (OpenID Connect Discovery 1.0 §4, RFC 8414 §3).
   *
   * @throws RequestError `REQUEST_FAILED`, `REQUEST_TIMEOUT` or `RESPONSE_INVALID`
   */
  discover(issuer: string, context: DiscoveryContext): Promise<ServerMetadata>;
}

const ENDPOINTS = ["authorization_endpoint", "token_endpoint", "revocation_endpoint"] as const;

const describe = (issuer: string) => {
  const { origin, pathname } = new URL(issuer);
  return { method: "GET", url: `${origin}${pathname}` };
};

/** A fetch for openid-client that never leaves an answer of any size or place unexamined. */
function discoveryFetch(issuer: string, { runtime }: DiscoveryContext): CustomFetch {
  return async (url, { method, headers }) => {
    // Shared by callers: none of their signals ends it.
    const answer = await send({ method, url, headers }, { fetch: runtime.fetch, signal: undefined });
    const target = describe(issuer);
    switch (answer.kind) {
      case "answer": {
        const { status } = answer;
        if (status === 200 || status === 404)
          return new Response(answer.text, { status, headers: answer.headers });
        throw new RequestError(
          "REQUEST_FAILED",
          `Discovery of ${target.url} was answered with status ${status}.`,
          {
            ...target,
            status,
            retryable: status >= 500 || status === 429,
            retryAfterMs: retryAfterMs(answer.headers, runtime.clock.now()),
          },
        );
      }
      case "timeout":
        throw new RequestError("REQUEST_TIMEOUT", `Discovery of ${target.url} took longer than 15 seconds.`, {
          ...target,
          retryable: true,
        });
      case "network":
      case "cancelled":
        throw new RequestError("REQUEST_FAILED", `Discovery of ${target.url} failed.`, {
          ...target,
          retryable: true,
          cause: safeCause(answer.cause),
        });
      case "redirect":
      case "too-large":
        throw invalid(
          issuer,
          answer.kind === "redirect" ? "it is a redirect" : "it is larger than 1 MB",
          answer.status,
        );
    }
  };
}

function invalid(issuer: string, problem: string, status: number | null = null): RequestError {
  const target = describe(issuer);
  return new RequestError("RESPONSE_INVALID", `The metadata of ${target.url} cannot be used: ${problem}.`, {
    ...target,
    status,
    hint: "Check `issuer`, or give `authorizationUrl` and `tokenUrl` in the app definition.",
  });
}

async function request(issuer: string, context: DiscoveryContext): Promise<ServerMetadata> {
  const client = await import("openid-client");
  const attempt = async (algorithm: "oidc" | "oauth2") => {
    try {
      const configuration = await client.discovery(new URL(issuer), "discovery", undefined, client.None(), {
        algorithm,
        [client.customFetch]: discoveryFetch(issuer, context),
        // What may be http was decided before: loopback only.
        execute: issuer.startsWith("http:") ? [client.allowInsecureRequests] : [],
      });
      return configuration.serverMetadata();
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      if (cause instanceof RequestError) throw cause;
      if (cause instanceof Response && cause.status === 404) return null;
      throw invalid(issuer, "it is not JSON metadata of this issuer");
    }
  };
  const metadata = (await attempt("oidc")) ?? (await attempt("oauth2"));
  if (metadata === null) throw invalid(issuer, "there is none", 404);
  for (const endpoint of ENDPOINTS) {
    const url = metadata[endpoint];
    if (url === undefined) continue;
    const isUsable =
      typeof url === "string" &&
      isSafeEndpoint(url) &&
      (url.startsWith("https:") || issuer.startsWith("http:"));
    if (!isUsable) throw invalid(issuer, `\`${endpoint}\` is not an https URL`);
  }
  return metadata;
}

/** Waits for shared work, or until the caller gives up: the work goes on for the others. */
function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** Makes a cache of discovered metadata: one request at a time per issuer, kept for an hour; failures are not kept. */
export function createDiscovery(): Discovery {
  const entries = new Map<
    string,
    { readonly metadata: Promise<ServerMetadata>; readonly expiresAt: number }
  >();
  return {
    discover(issuer, context) {
      const now = context.runtime.clock.now();
      const cached = entries.get(issuer);
      if (cached !== undefined && now < cached.expiresAt)
        return untilAborted(cached.metadata, context.signal);
      const metadata = request(issuer, context);
      const entry = { metadata, expiresAt: now + MAX_AGE_MS };
      entries.delete(issuer);
      entries.set(issuer, entry);
      const [oldest] = entries.keys();
      if (entries.size > MAX_ENTRIES && oldest !== undefined) entries.delete(oldest);
      metadata.catch(() => {
        if (entries.get(issuer) === entry) entries.delete(issuer);
      });
      return untilAborted(metadata, context.signal);
    },
  };
}
