import { randomToken } from "../../internal/hash.js";
import type { HmacSettings } from "../../ports/scheme-settings/hmac.js";

let last = 0;

const MAKERS: Readonly<Record<HmacSettings["nonce"], (now: number) => string>> = {
  hex: () =>
    Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join(
      "",
    ),
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
