import type { KeyObject } from "node:crypto";
import { constants, createHmac, generateKeyPairSync, verify } from "node:crypto";

/** A private key in each form people paste, and its public half. */
export interface TestKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly pkcs8: string;
}

const made = ({ privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject }): TestKey => ({
  privateKey,
  publicKey,
  pkcs8: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
});

export const rsaKey = (bits = 2048): TestKey => made(generateKeyPairSync("rsa", { modulusLength: bits }));
export const ecKey = (namedCurve = "P-256"): TestKey => made(generateKeyPairSync("ec", { namedCurve }));
export const ed25519Key = (): TestKey => made(generateKeyPairSync("ed25519"));

const decode = (part: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(part, "base64url").toString());

/** A JWT's header and claims, unverified. */
export function decodeJwt(token: string): {
  readonly header: Record<string, unknown>;
  readonly claims: Record<string, unknown>;
} {
  const [header = "", claims = ""] = token.split(".");
  return { header: decode(header), claims: decode(claims) };
}

/** Whether a JWT's signature is right, in the eyes of another implementation than the one that made it. */
export function isSignedBy(token: string, key: KeyObject | Uint8Array): boolean {
  const { header } = decodeJwt(token);
  const alg = String(header["alg"]);
  const at = token.lastIndexOf(".");
  const data = Buffer.from(token.slice(0, at));
  const signature = Buffer.from(token.slice(at + 1), "base64url");
  const hash = `sha${alg.slice(2)}`;
  if (key instanceof Uint8Array) {
    return alg.startsWith("HS") && createHmac(hash, key).update(data).digest().equals(signature);
  }
  if (alg === "EdDSA") return verify(null, data, key, signature);
  if (alg.startsWith("ES")) return verify(hash, data, { key, dsaEncoding: "ieee-p1363" }, signature);
  if (alg.startsWith("RS")) return verify(hash, data, key, signature);
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  return verify(hash, data, { key, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }, signature);
}
