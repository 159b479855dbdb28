import { decodeBase64 } from "../../../internal/base64.js";
import { isObject } from "../../../internal/json.js";
import type { KeyKind } from "./algorithms.js";
import { isSymmetric } from "./algorithms.js";

/** A JSON Web Key (RFC 7517 §4), members unchecked. */
export type JsonWebKey = Readonly<Record<string, unknown>>;

/** Keys of a set beyond this are refused: nobody needs them, and each may be tried. */
const MAX_KEYS = 100;

/** 0, 1 and 2 in base64url. */
const WEAK_EXPONENTS = new Set(["AA", "AQ", "Ag"]);

const CURVES: ReadonlyMap<string, KeyKind> = new Map([
  ["ES256", "P-256"],
  ["ES384", "P-384"],
  ["ES512", "P-521"],
  ["EdDSA", "Ed25519"],
  ["Ed25519", "Ed25519"],
]);

/** The keys of a JWK Set (RFC 7517 §5), or of a list; null when it is none, or one no key can be chosen from safely. */
export function readJwkSet(value: unknown): readonly JsonWebKey[] | null {
  const keys = isObject(value) ? value["keys"] : value;
  if (!Array.isArray(keys) || keys.length > MAX_KEYS || !keys.every(isObject)) return null;
  const kinds = new Set(keys.map(({ kty }) => kty === "oct"));
  // Secrets beside public keys: a public key could be taken for a secret, or the set be published.
  return kinds.size > 1 ? null : keys;
}

function fitsAlgorithm(key: JsonWebKey, algorithm: string): boolean {
  const { kty, crv } = key;
  if (isSymmetric(algorithm)) return kty === "oct";
  const curve = CURVES.get(algorithm);
  if (curve === undefined) return kty === "RSA";
  return kty === (curve === "Ed25519" ? "OKP" : "EC") && crv === curve;
}

/** RFC 7518 §3.2: a secret is as long as the hash. Also: with the exponent 1 anyone can sign. */
function isStrong({ kty, k, e }: JsonWebKey, algorithm: string): boolean {
  if (kty === "RSA") return typeof e !== "string" || !WEAK_EXPONENTS.has(e);
  return (
    kty !== "oct" || (typeof k === "string" && (decodeBase64(k)?.length ?? 0) >= minSecretBytes(algorithm))
  );
}

/** The least bytes a secret of an HS algorithm may have (RFC 7518 §3.2). */
export const minSecretBytes = (algorithm: string): number => Number(algorithm.slice(2)) / 8;

function isForVerifying({ use, key_ops: operations }: JsonWebKey): boolean {
  const allowed = !Array.isArray(operations) || operations.includes("verify");
  return allowed && (use === undefined || use === "sig");
}

/**
 * The keys that may have signed a token: of the algorithm's kind, meant for signatures and that algorithm, and of the
 * token's `kid` where it has one. Two of one `kid` are none: which is meant cannot be known.
 */
export function candidateKeys(
  keys: readonly JsonWebKey[],
  { algorithm, kid }: { readonly algorithm: string; readonly kid: string | null },
): readonly JsonWebKey[] {
  const named = kid === null ? keys : keys.filter((key) => key["kid"] === kid);
  if (kid !== null && named.length > 1) return [];
  return named.filter(
    (key) =>
      isForVerifying(key) &&
      isStrong(key, algorithm) &&
      fitsAlgorithm(key, algorithm) &&
      (key["alg"] === undefined || key["alg"] === algorithm),
  );
}
