import { randomToken } from "../../internal/hash.js";
import { encodeHex } from "../../internal/hex.js";
import type { HmacSettings } from "../../ports/scheme-settings/hmac.js";

let last = 0;

const MAKERS: Readonly<Record<HmacSettings["nonce"], (now: number) => string>> = {
  hex: () => encodeHex(crypto.getRandomValues(new Uint8Array(16))),
  uuid: () => crypto.randomUUID(),
  base64url: () => randomToken(16),
  increasing(now) {
    last = Math.max(last + 1, Math.floor(now));
    return String(last);
  },
};

/**
 * A number used once.
 *
 * @param now milliseconds since the epoch
 */
export const makeNonce = (kind: HmacSettings["nonce"], now: number): string => MAKERS[kind](now);
