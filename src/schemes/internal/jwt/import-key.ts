import { ConfigurationError, ValidationError } from "../../../errors.js";
import { decodeBase64 } from "../../../internal/base64.js";
import { decodeHex } from "../../../internal/hex.js";
import type { JwtAlgorithm } from "../../../ports/jwt-algorithms.js";
import { isSymmetric, keyKindFor } from "./algorithms.js";
import { readKeyText } from "./key-text.js";

/** How a shared secret is written down. */
export type SecretEncoding = "utf8" | "hex" | "base64";

/** A key as it was given. */
export interface GivenKey {
  readonly text: string;
  readonly algorithm: JwtAlgorithm;
  /** Of a shared secret; without meaning for other keys. */
  readonly encoding: SecretEncoding;
  /** Where it was given: `connectionParams.private_key`, or `authConfig.private_key` by the developer. */
  readonly field: string;
}

const MIN_RSA_BITS = 2048;

/** The error for a key that cannot be used, by who gave it. */
export function keyError(field: string, problem: string): ValidationError | ConfigurationError {
  const issues = [{ path: field, message: problem }];
  const message = `The key in \`${field}\` cannot be used: ${problem}.`;
  const hint = "Paste the whole key as the provider gave it.";
  return field.startsWith("connectionParams.")
    ? new ValidationError(message, { issues, hint })
    : new ConfigurationError("CONFIG_INVALID", message, { issues, hint });
}

function readSecret({ text, encoding, field }: GivenKey): Uint8Array {
  const read = text.trim().startsWith("{") ? readKeyText(text) : null;
  const k = read?.form === "jwk" && read.jwk["kty"] === "oct" ? read.jwk["k"] : undefined;
  if (typeof k === "string") return readSecret({ text: k, encoding: "base64", field, algorithm: "HS256" });
  if (encoding === "utf8") return new TextEncoder().encode(text);
  const trimmed = text.trim();
  const isHex = /^(?:[0-9a-fA-F]{2})+$/.test(trimmed);
  if (encoding === "hex" && !isHex) throw keyError(field, "expected an even number of hexadecimal digits");
  const bytes = encoding === "hex" ? decodeHex(trimmed) : decodeBase64(trimmed);
  if (bytes === null || bytes.length === 0) throw keyError(field, "expected base64");
  return bytes;
}

const KTY = {
  RSA: "RSA",
  "P-256": "EC",
  "P-384": "EC",
  "P-521": "EC",
  Ed25519: "OKP",
  secret: "oct",
} as const;

function jwkProblem(jwk: Readonly<Record<string, unknown>>, algorithm: JwtAlgorithm): string | null {
  const kind = keyKindFor(algorithm);
  const { kty, crv, alg } = jwk;
  const fits = kty === KTY[kind] && (kind === "RSA" || crv === kind);
  if (!fits) return `${algorithm} needs ${needed(algorithm)}, and this JWK is of another kind`;
  if (alg !== undefined && alg !== algorithm) return `this JWK is for another algorithm than ${algorithm}`;
  return typeof jwk["d"] === "string" ? null : "it is a public key; the private one is needed";
}

function needed(algorithm: JwtAlgorithm): string {
  const kind = keyKindFor(algorithm);
  if (kind === "RSA") return "an RSA private key";
  return kind === "Ed25519" ? "an Ed25519 private key" : `an elliptic curve private key on ${kind}`;
}

async function importPrivateKey({ text, algorithm, field }: GivenKey): Promise<CryptoKey> {
  const { importJWK, importPKCS8 } = await import("jose");
  const read = readKeyText(text);
  if (read.form === "unreadable") throw keyError(field, read.problem);
  const problem =
    read.form === "jwk"
      ? jwkProblem(read.jwk, algorithm)
      : read.kind === keyKindFor(algorithm)
        ? null
        : `${algorithm} needs ${needed(algorithm)}, and this key is of another kind`;
  if (problem !== null) throw keyError(field, problem);
  const options = { extractable: true };
  const key = await (read.form === "jwk"
    ? importJWK({ ...read.jwk, kty: KTY[keyKindFor(algorithm)] }, algorithm, options)
    : importPKCS8(read.pem, algorithm, options)
  ).catch(() => null);
  // What the platform says of a key it does not take may quote it.
  if (key === null || key instanceof Uint8Array)
    throw keyError(field, "its numbers are not those of a private key");
  const { modulusLength } = { modulusLength: MIN_RSA_BITS, ...key.algorithm };
  if (modulusLength >= MIN_RSA_BITS) return key;
  throw keyError(
    field,
    `it has ${modulusLength} bits, and ${algorithm} needs at least ${MIN_RSA_BITS} (RFC 7518 §3.3)`,
  );
}

/**
 * The key of a text, ready to sign.
 *
 * @throws ValidationError, or ConfigurationError where the developer gave it, naming the field and what is wrong with the
 * key, never the key
 */
export async function importKey(given: GivenKey): Promise<CryptoKey | Uint8Array> {
  return isSymmetric(given.algorithm) ? readSecret(given) : importPrivateKey(given);
}

/** SHA-256 of the public half of a key as SubjectPublicKeyInfo (RFC 5280 §4.1.2.7). */
export async function publicKeyDigest(key: CryptoKey): Promise<Uint8Array> {
  const { exportJWK, importJWK, exportSPKI } = await import("jose");
  const { kty, n, e, crv, x, y } = await exportJWK(key);
  const members = { n, e, crv, x, y };
  const present = Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
  const alg = kty === "RSA" ? "RS256" : kty === "OKP" ? "EdDSA" : EC_ALGORITHMS.get(crv ?? "");
  const half = await importJWK({ ...present, kty: kty ?? "" }, alg, { extractable: true });
  const spki = half instanceof Uint8Array ? "" : await exportSPKI(half);
  const der = decodeBase64(spki.replace(/-----[A-Z ]+-----/g, "")) ?? new Uint8Array();
  return new Uint8Array(await crypto.subtle.digest("SHA-256", Uint8Array.from(der)));
}

const EC_ALGORITHMS: ReadonlyMap<string, string> = new Map([
  ["P-256", "ES256"],
  ["P-384", "ES384"],
  ["P-521", "ES512"],
]);
