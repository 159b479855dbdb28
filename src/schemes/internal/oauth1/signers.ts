import { createBoundedCache } from "../../../internal/bounded-cache.js";
import type { OAuth1Settings } from "../../../ports/scheme-settings/oauth1.js";
import type { Consumer, Signable, Signed } from "./signer.js";
import { createSigner } from "./signer.js";

/** Signs requests of one client. */
export type Sign = (request: Signable) => Signed;
/** The signer of a client. @throws ConfigurationError `CONFIG_INVALID` for a private key that is none */
export type Signers = (method: OAuth1Settings["signatureMethod"], consumer: Consumer) => Sign;

const MAX_SIGNERS = 1_000;

/** Makes signers, and keeps them: a private key takes longer to read than to sign with. */
export function createSigners(): Signers {
  const kept = createBoundedCache<Sign>({
    maxEntries: MAX_SIGNERS,
    // A secret that is used no more does not stay in memory.
    maxAgeMs: 300_000,
    now: () => Date.now(),
  });
  return (method, consumer) => {
    const id = JSON.stringify([method, consumer.key, consumer.secret]);
    const known = kept.get(id);
    if (known !== undefined) return known;
    const sign = createSigner(method, consumer);
    kept.set(id, sign);
    return sign;
  };
}
