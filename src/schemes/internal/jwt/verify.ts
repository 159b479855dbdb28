import type { CompactVerifyResult, CryptoKey } from "jose";
import { JwtError } from "../../../errors.js";
import { decodeBase64, encodeBase64Url } from "../../../internal/base64.js";
import { isObject } from "../../../internal/json.js";
import { loadOnce } from "../../../internal/load-once.js";
import { isSymmetric } from "./algorithms.js";
import type { JsonWebKey } from "./jwk-set.js";

const jose = loadOnce(() => import("jose"));

/** A token's header, as far as it says which key it was signed with. */
export interface TokenHeader {
  readonly algorithm: string;
  readonly kid: string | null;
  /** All of it: nothing in it has been verified before the signature has. */
  readonly all: Readonly<Record<string, unknown>>;
}

const MAX_TOKEN_LENGTH = 65_536;
/** Without a `kid`, no more keys than this are tried. */
const MAX_TRIED = 10;
const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*$/;

const malformed = (reason: string): JwtError =>
  new JwtError("JWT_MALFORMED", `This is not a JWT in compact form (RFC 7515 §3.1): ${reason}.`);

/** The JSON object in a part of a token; null when there is none. */
export function decodePart(part: string): Readonly<Record<string, unknown>> | null {
  const bytes = decodeBase64(part);
  if (bytes === null) return null;
  try {
    const parsed: unknown = JSON.parse(
      new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes),
    );
    return isObject(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

/** Whether a part is the one way to write its bytes: otherwise a token would have others with the same signature. */
function isCanonical(part: string): boolean {
  const bytes = decodeBase64(part);
  return bytes !== null && encodeBase64Url(bytes) === part;
}

/**
 * The header of a token that may be verified with one of these algorithms. Whatever keys it brings along or points at
 * (`jwk`, `jku`, `x5c`, `x5u`) count for nothing.
 *
 * @throws JwtError `JWT_MALFORMED`, `JWT_ALGORITHM_FORBIDDEN`
 */
export function readHeader(token: string, algorithms: readonly string[]): TokenHeader {
  if (typeof token !== "string" || token.length > MAX_TOKEN_LENGTH)
    throw malformed("it is no text, or too long");
  if (!COMPACT.test(token)) throw malformed("expected three parts of base64url with dots between them");
  if (!token.split(".").every(isCanonical)) throw malformed("its base64url has bits that mean nothing");
  const all = decodePart(token.slice(0, token.indexOf(".")));
  if (all === null) throw malformed("its header is not a JSON object");
  const { alg, kid, crit } = all;
  if (crit !== undefined) {
    throw malformed("its header names extensions that must be understood (`crit`), and none is");
  }
  if (typeof alg !== "string" || !algorithms.includes(alg)) {
    throw new JwtError("JWT_ALGORITHM_FORBIDDEN", "The token's `alg` is not one of `algorithms`.", {
      hint: `Allowed here: ${algorithms.join(", ")}.`,
    });
  }
  if (kid !== undefined && typeof kid !== "string") throw malformed("its `kid` is not text");
  return { algorithm: alg, kid: kid ?? null, all };
}

async function importPublic(key: JsonWebKey, algorithm: string): Promise<CryptoKey | Uint8Array | null> {
  const { importJWK } = await jose();
  const { kty, d: _private, ...members } = key;
  const imported = typeof kty === "string" ? importJWK({ ...members, kty }, algorithm) : null;
  // A key that cannot be imported is not the one it was signed with.
  return imported === null ? null : imported.catch(() => null);
}

/**
 * Checks a signature (RFC 7515 §5.2) with the first of the keys that fits. Resolves with the payload's bytes.
 *
 * @throws JwtError `JWT_KEY_UNKNOWN` without keys, else `JWT_SIGNATURE_INVALID`
 */
export async function verifySignature(
  token: string,
  header: TokenHeader,
  keys: readonly (JsonWebKey | Uint8Array)[],
): Promise<Uint8Array> {
  if (keys.length === 0) {
    throw new JwtError("JWT_KEY_UNKNOWN", "None of the keys is the one the token says it was signed with.", {
      hint: "Keys are chosen by `kid`, `kty`, `use` and `alg`; a token signed with a key of another issuer ends here too.",
    });
  }
  const { compactVerify } = await jose();
  for (const given of keys.slice(0, MAX_TRIED)) {
    const key = given instanceof Uint8Array ? given : await importPublic(given, header.algorithm);
    if (key === null || key instanceof Uint8Array !== isSymmetric(header.algorithm)) continue;
    const verified: CompactVerifyResult | null = await compactVerify(token, key, {
      algorithms: [header.algorithm],
    }).catch(() => null);
    if (verified !== null) return verified.payload;
  }
  throw new JwtError("JWT_SIGNATURE_INVALID", "The token's signature is not that of the key.");
}
