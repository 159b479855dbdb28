import { ConfigurationError, JwtError } from "../../../errors.js";
import { safeCause } from "../../../internal/redact.js";
import type { Clock, Fetch } from "../../../ports/runtime.js";
import { isSafeEndpoint } from "../../../ports/url-template.js";
import { send, USER_AGENT } from "../transport.js";
import type { JsonWebKey } from "./jwk-set.js";
import { candidateKeys, readJwkSet } from "./jwk-set.js";

/** What `createJwks` takes. */
export interface JwksOptions {
  /** Where the key set is: https, or http on this machine. */
  readonly url: string;
  /** Default: the platform's. */
  readonly fetch?: Fetch | undefined;
  /** Default: the system's. */
  readonly clock?: Pick<Clock, "now"> | undefined;
  /** How long a set is used before it is asked for again, in milliseconds. Default: 600,000. */
  readonly cacheMaxAgeMs?: number | undefined;
  /** How soon after a request another may follow, for an unknown `kid` or after a failure. Default: 30,000. */
  readonly cooldownMs?: number | undefined;
  /** How much longer a set is used while its server cannot be reached, in milliseconds. Default: 3,600,000. */
  readonly staleMs?: number | undefined;
  /** How long one request may take, in milliseconds. Default: 5,000. */
  readonly timeoutMs?: number | undefined;
}

/** A provider's public keys, fetched when needed. */
export interface Jwks {
  /**
   * The keys that may have signed a token with this header. A `kid` that is not known is looked for once more at the
   * server, unless that was asked just now: keys are rotated.
   *
   * @throws JwtError `JWKS_UNAVAILABLE` (retryable) when there is no set to choose from
   */
  candidates(header: {
    readonly algorithm: string;
    readonly kid: string | null;
  }): Promise<readonly JsonWebKey[]>;
}

interface Loaded {
  readonly keys: readonly JsonWebKey[];
  readonly at: number;
}

function unavailable(reason: string, cause?: unknown): JwtError {
  return new JwtError("JWKS_UNAVAILABLE", `The key set cannot be had: ${reason}.`, {
    retryable: true,
    hint: "Check `jwksUrl`; nothing is verified without the issuer's keys.",
    ...(cause === undefined ? {} : { cause: safeCause(cause) }),
  });
}

async function load(options: JwksOptions): Promise<readonly JsonWebKey[]> {
  const { url, timeoutMs = 5_000 } = options;
  const fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const headers = { accept: "application/jwk-set+json, application/json", "user-agent": USER_AGENT };
  const answer = await send({ method: "GET", url, headers }, { fetch, signal: undefined, timeoutMs });
  if (answer.kind !== "answer") {
    const cause = "cause" in answer ? answer.cause : undefined;
    throw unavailable(`its server ${FAILURES[answer.kind]}`, cause);
  }
  if (!answer.response.ok) throw unavailable(`its server answered with status ${answer.response.status}`);
  const keys = parse(answer.text);
  if (keys !== null) return keys;
  throw unavailable("what its server answered is not a set of public keys (RFC 7517 §5)");
}

const FAILURES = {
  redirect: "answered with a redirect, which is not followed",
  "too-large": "answered with more than 1 MB",
  timeout: "did not answer in time",
  cancelled: "was not waited for",
  network: "could not be reached",
} as const;

function parse(text: string): readonly JsonWebKey[] | null {
  try {
    const keys = readJwkSet(JSON.parse(text));
    return keys?.some(({ kty }) => kty === "oct") === true ? null : keys;
  } catch {
    return null;
  }
}

/**
 * Public keys at a URL (RFC 7517 §5), fetched on first use and kept for ten minutes. At most one request is under way, and
 * at most one is made in thirty seconds beyond that: tokens with made-up key ids cannot make this process a flood.
 *
 * @throws ConfigurationError `CONFIG_INVALID` when `url` is not https, nor http on this machine
 * @example
 * ```ts
 * const jwks = createJwks({ url: "https://www.googleapis.com/oauth2/v3/certs" });
 * await verifyJwt(token, { jwks, algorithms: ["RS256"], issuer: "https://accounts.google.com", audience: clientId });
 * ```
 */
export function createJwks(options: JwksOptions): Jwks {
  const { cacheMaxAgeMs = 600_000, cooldownMs = 30_000, staleMs = 3_600_000 } = options;
  const now = (): number => options.clock?.now() ?? Date.now();
  if (!isSafeEndpoint(options.url)) {
    throw new ConfigurationError("CONFIG_INVALID", "`url` of a key set is wrong.", {
      issues: [
        {
          path: "url",
          message: "expected an https URL (http only on loopback) without credentials or fragment",
        },
      ],
    });
  }
  let loaded: Loaded | null = null;
  let loading: Promise<Loaded> | null = null;
  let askedAt = Number.NEGATIVE_INFINITY;
  let failure: unknown = null;

  const reload = (): Promise<Loaded> => {
    loading ??= (async () => {
      askedAt = now();
      try {
        loaded = { keys: await load(options), at: now() };
        failure = null;
        return loaded;
      } catch (error) {
        failure = error;
        throw error;
      } finally {
        loading = null;
      }
    })();
    return loading;
  };
  /** Whether a moment lies less than that long back; one ahead does not, since the clock was set back then. */
  const within = (at: number, period: number): boolean => now() >= at && now() - at < period;

  const current = async (): Promise<Loaded> => {
    if (loaded !== null && within(loaded.at, cacheMaxAgeMs)) return loaded;
    const stale = loaded !== null && within(loaded.at, cacheMaxAgeMs + staleMs) ? loaded : null;
    if (failure !== null && within(askedAt, cooldownMs)) {
      if (stale !== null) return stale;
      throw failure;
    }
    return reload().catch((error: unknown) => {
      if (stale !== null) return stale;
      throw error;
    });
  };

  return {
    async candidates(header) {
      const set = await current();
      const found = candidateKeys(set.keys, header);
      if (found.length > 0 || header.kid === null || within(askedAt, cooldownMs)) return found;
      const renewed = await reload().catch(() => set);
      return candidateKeys(renewed.keys, header);
    },
  };
}
