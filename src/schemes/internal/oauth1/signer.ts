import { createHmac, sign as signWith } from "node:crypto";
import type { OAuth1Settings } from "../../../ports/scheme-settings/oauth1.js";
import type { Parameter } from "./rfc5849.js";
import { Rfc5849 } from "./rfc5849.js";
import { rsaKey } from "./rsa-key.js";

/** A client, as the provider knows it. */
export interface Consumer {
  readonly key: string;
  /** Shared secret; for RSA-SHA1 the private key instead. */
  readonly secret: string;
}

/** Temporary credentials or token credentials. */
export interface Token {
  readonly key: string;
  readonly secret: string;
}

/** What is signed. */
export interface Signable {
  readonly method: string;
  readonly url: string;
  /** Parameters of a form-encoded body. */
  readonly form: readonly Parameter[];
  /** Null before there is one. */
  readonly token: Token | null;
  /** Further parameters of the protocol: `oauth_callback`, `oauth_verifier`. */
  readonly extra?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Said in the header, not signed; null for none. */
  readonly realm: string | null;
}

/** The parameters of the protocol with their signature, and the header that carries them. */
export interface Signed {
  readonly parameters: readonly Parameter[];
  readonly authorization: string;
}

/** 122 random bits, of which the platform keeps a stock. */
const randomNonce = (): string => crypto.randomUUID().replaceAll("-", "");
const HASHES = { "HMAC-SHA1": "sha1", "HMAC-SHA256": "sha256" } as const;

type Hash = (base: string, key: string) => string;

function hashFor(method: OAuth1Settings["signatureMethod"], consumer: Consumer): Hash {
  switch (method) {
    case "PLAINTEXT":
      return (_base, key) => key;
    case "RSA-SHA1": {
      const key = rsaKey(consumer.secret, "authConfig.private_key");
      return (base) => signWith("sha1", Buffer.from(base), key).toString("base64");
    }
    default: {
      const hash = HASHES[method];
      return (base, key) => createHmac(hash, key).update(base).digest("base64");
    }
  }
}

/**
 * Signs requests of one client (RFC 5849 §3.4): a new nonce and the present time for each.
 *
 * @throws ConfigurationError `CONFIG_INVALID` for a private key that is none
 */
export function createSigner(
  method: OAuth1Settings["signatureMethod"],
  consumer: Consumer,
  nonce: () => string = randomNonce,
): (request: Signable) => Signed {
  // The private key is no shared secret: with RSA-SHA1 there is none in the signing key (RFC 5849 §3.4.3).
  const options = { consumer, signature_method: method, hash_function: hashFor(method, consumer) };
  const oauth = new Rfc5849(options);
  return ({ method: verb, url, form, token, extra = {}, now, realm }) => {
    const protocol = {
      oauth_consumer_key: consumer.key,
      oauth_nonce: nonce(),
      oauth_signature_method: method,
      oauth_timestamp: Math.floor(now / 1000),
      oauth_version: "1.0",
      ...(token === null ? {} : { oauth_token: token.key }),
      ...extra,
    };
    const request = { method: verb, url, data: form };
    const signature = oauth.getSignature(request, token?.secret, protocol);
    const parameters = Object.entries({ ...protocol, oauth_signature: signature }).map(
      ([name, value]) => [name, String(value)] as const,
    );
    return { parameters, authorization: header(oauth, parameters, realm) };
  };
}

/** RFC 5849 §3.5.1. */
function header(oauth: Rfc5849, parameters: readonly Parameter[], realm: string | null): string {
  const fields = parameters.map(
    ([name, value]) => `${oauth.percentEncode(name)}="${oauth.percentEncode(value)}"`,
  );
  return `OAuth ${[...(realm === null ? [] : [`realm="${realm}"`]), ...fields].join(", ")}`;
}
