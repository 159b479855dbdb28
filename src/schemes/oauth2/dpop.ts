import type { JWK } from "jose";
import { encodeBase64Url } from "../../internal/base64.js";
import { loadOnce } from "../../internal/load-once.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import { createKeyCache } from "../internal/jwt/key-cache.js";

type Algorithm = NonNullable<OAuth2Settings["dpop"]>;

const jose = loadOnce(() => import("jose"));

/** A private key as a JWK (RFC 7517), `alg` included. */
export type DpopKey = Readonly<Record<string, string>>;

/** The members of a key that everyone may know (RFC 7518 §6). */
const PUBLIC = ["kty", "crv", "x", "y", "n", "e"] as const;

const publicHalf = (key: DpopKey): JWK & { readonly kty: string } => ({
  kty: "",
  ...Object.fromEntries(PUBLIC.flatMap((name) => (key[name] === undefined ? [] : [[name, key[name]]]))),
});

const keys = createKeyCache();

const signingKey = (key: DpopKey): Promise<CryptoKey | Uint8Array> =>
  keys(JSON.stringify(key), async () => {
    const { importJWK } = await jose();
    return importJWK({ ...key }, key["alg"]);
  });

/** A key for the tokens of one connection. */
export async function generateDpopKey(algorithm: Algorithm): Promise<Record<string, string>> {
  const { exportJWK, generateKeyPair } = await jose();
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const members = Object.entries(await exportJWK(privateKey)).flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value]] : [],
  );
  return { ...Object.fromEntries(members), alg: algorithm };
}

/** The key as the authorization server knows it (RFC 7638, RFC 9449 §10). */
export async function dpopThumbprint(key: DpopKey): Promise<string> {
  const { calculateJwkThumbprint } = await jose();
  return calculateJwkThumbprint(publicHalf(key));
}

/** A proof for one request (RFC 9449 §4.2). */
export async function dpopProof(options: {
  readonly key: DpopKey;
  readonly method: string;
  readonly url: string;
  /** What the server wants repeated; undefined while it has not said. */
  readonly nonce: string | undefined;
  /** The token that goes with it; undefined at the token endpoint. */
  readonly accessToken?: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}): Promise<string> {
  const { key, method, nonce, accessToken, now } = options;
  const { SignJWT } = await jose();
  const url = new URL(options.url);
  url.search = "";
  url.hash = "";
  const { alg = "" } = key;
  const digest = async (text: string) =>
    encodeBase64Url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
  return new SignJWT({
    jti: crypto.randomUUID(),
    htm: method,
    htu: url.href,
    iat: Math.floor(now / 1000),
    ...(accessToken === undefined ? {} : { ath: await digest(accessToken) }),
    ...(nonce === undefined ? {} : { nonce }),
  })
    .setProtectedHeader({ typ: "dpop+jwt", alg, jwk: publicHalf(key) })
    .sign(await signingKey(key));
}
