import type { ServerMetadata } from "openid-client";
import { raceSignal } from "../../internal/race-signal.js";
import type { SchemeContext } from "../../ports/auth-scheme.js";
import type { KeySets } from "../internal/jwt/key-sets.js";
import { discoveryRequest } from "./discovery-request.js";
import type { Nonces } from "./nonces.js";

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

/** What a scheme remembers of the servers it talks to. */
export interface Memory extends Discovery {
  readonly nonces: Nonces;
  /** Keys ID tokens are verified with. */
  readonly keySets: KeySets;
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
      if (cached !== undefined && now < cached.expiresAt) return raceSignal(cached.metadata, context.signal);
      const metadata = discoveryRequest(issuer, context.runtime);
      const entry = { metadata, expiresAt: now + MAX_AGE_MS };
      entries.delete(issuer);
      entries.set(issuer, entry);
      const [oldest] = entries.keys();
      if (entries.size > MAX_ENTRIES && oldest !== undefined) entries.delete(oldest);
      metadata.catch(() => {
        if (entries.get(issuer) === entry) entries.delete(issuer);
      });
      return raceSignal(metadata, context.signal);
    },
  };
}
