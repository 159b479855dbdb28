import type { KeyObject } from "node:crypto";
import { createPrivateKey } from "node:crypto";
import { decodeBase64 } from "../../internal/base64.js";
import type { HmacSettings } from "../../ports/scheme-settings/hmac.js";
import { readKeyText } from "../internal/jwt/key-text.js";

type Encoding = HmacSettings["key"]["encoding"];

/** What stands before the seed in the PKCS#8 of an Ed25519 key (RFC 8410 §7). */
const BEFORE_SEED = Buffer.from("302e020100300506032b657004220420", "hex");
const SEED_LENGTH = 32;

/** What a key must be, in words. */
const WANTED = { utf8: "text", hex: "hexadecimal digits", base64: "base64" } as const;
export const wantedKey = ({ construction, key: { encoding } }: HmacSettings): string => {
  if (construction !== "ed25519") return `expected ${WANTED[encoding]}`;
  return encoding === "utf8"
    ? "expected an Ed25519 private key as PEM or JWK"
    : `expected the ${SEED_LENGTH} bytes of an Ed25519 private key in ${WANTED[encoding]}`;
};

/** The bytes of a secret; null when it is not written as it should be. */
export function secretBytes(secret: string, encoding: Encoding): Uint8Array | null {
  if (encoding === "base64") return decodeBase64(secret);
  if (encoding === "utf8") return new TextEncoder().encode(secret);
  const isHex = /^(?:[0-9a-f]{2})+$/i.test(secret);
  return isHex ? Uint8Array.from(secret.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)) : null;
}

function pastedKey(text: string): KeyObject | null {
  const read = readKeyText(text);
  if (read.form === "unreadable") return null;
  return read.form === "jwk"
    ? createPrivateKey({ key: read.jwk, format: "jwk" })
    : createPrivateKey(read.pem);
}

function keyOfSeed(seed: Uint8Array | null): KeyObject | null {
  if (seed?.length !== SEED_LENGTH) return null;
  return createPrivateKey({ key: Buffer.concat([BEFORE_SEED, seed]), format: "der", type: "pkcs8" });
}

/** The private key of a text; null when it is none of Ed25519 (RFC 8032). */
export function ed25519Key(secret: string, encoding: Encoding): KeyObject | null {
  try {
    const key = encoding === "utf8" ? pastedKey(secret) : keyOfSeed(secretBytes(secret, encoding));
    return key?.asymmetricKeyType === "ed25519" ? key : null;
  } catch {
    // What the platform says of a key it does not take may quote it.
    return null;
  }
}

/** Whether a secret is one the settings can sign with. */
export function isUsable(secret: string, { construction, key: { encoding } }: HmacSettings): boolean {
  const read = construction === "ed25519" ? ed25519Key(secret, encoding) : secretBytes(secret, encoding);
  return read !== null;
}
