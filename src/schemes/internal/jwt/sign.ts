import type { JsonObject } from "../../../internal/json.js";
import { loadOnce } from "../../../internal/load-once.js";
import type { JwtAlgorithm } from "../../../ports/jwt-algorithms.js";

const jose = loadOnce(() => import("jose"));

/** A JWT in compact form (RFC 7519 §3, RFC 7515 §3.1). `header` goes beside `alg`. */
export async function signJwt(options: {
  readonly algorithm: JwtAlgorithm;
  readonly header: JsonObject;
  readonly claims: JsonObject;
  readonly key: CryptoKey | Uint8Array;
}): Promise<string> {
  const { algorithm, header, claims, key } = options;
  const { SignJWT } = await jose();
  return new SignJWT({ ...claims }).setProtectedHeader({ ...header, alg: algorithm }).sign(key);
}
