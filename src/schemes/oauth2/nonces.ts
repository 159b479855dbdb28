import { decodePart } from "../internal/jwt/verify.js";

const HEADER = "dpop-nonce";
/** Servers, not connections: one entry for each origin that hands out nonces. */
const MAX_ENTRIES = 500;
/** RFC 9449 §8.1: the characters of a nonce. */
const NONCE = /^[\x21\x23-\x5B\x5D-\x7E]{1,1024}$/;

/** The nonces servers want in the next proof (RFC 9449 §8), by origin. */
export interface Nonces {
  get(url: string): string | undefined;
  /**
   * Reads what an answer says; true when it is another nonce than that in the proof it answers. Not than the one known:
   * of requests that are under way at once, another's answer may have told it.
   */
  learn(url: string, headers: Headers, proof: string | null): boolean;
}

const nonceIn = (proof: string): unknown => decodePart(proof.split(".")[1] ?? "")?.["nonce"];

/** Makes an empty memory. */
export function createNonces(): Nonces {
  const nonces = new Map<string, string>();
  return {
    get: (url) => nonces.get(new URL(url).origin),
    learn(url, headers, proof) {
      const nonce = headers.get(HEADER);
      if (nonce === null || !NONCE.test(nonce)) return false;
      const { origin } = new URL(url);
      nonces.delete(origin);
      nonces.set(origin, nonce);
      const [oldest] = nonces.keys();
      if (nonces.size > MAX_ENTRIES && oldest !== undefined) nonces.delete(oldest);
      return proof !== null && nonceIn(proof) !== nonce;
    },
  };
}
