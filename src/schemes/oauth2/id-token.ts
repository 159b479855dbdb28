import { JwtError, TokenError } from "../../errors.js";
import type { SchemeContext } from "../../ports/auth-scheme.js";
import { JWT_ALGORITHMS } from "../../ports/jwt-algorithms.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import { isSymmetric } from "../internal/jwt/algorithms.js";
import type { JsonWebKey } from "../internal/jwt/jwk-set.js";
import type { KeySets } from "../internal/jwt/key-sets.js";
import type { TokenHeader } from "../internal/jwt/verify.js";
import { readHeader, verifySignature } from "../internal/jwt/verify.js";
import type { TokenCall } from "../internal/token-errors.js";
import { failureCode, malformedError } from "../internal/token-errors.js";
import type { AuthorizationServer } from "./authorization-server.js";

/** Which of them the server may use was checked with the claims; `Ed25519` is EdDSA by its newer name (RFC 9864). */
const ALGORITHMS = [...JWT_ALGORITHMS, "Ed25519"];

/** What an ID token is checked against. */
export interface IdTokenCheck {
  readonly server: AuthorizationServer;
  readonly keySets: KeySets;
  readonly call: TokenCall;
}

/** OpenID Connect Core 1.0 §10.1: HS algorithms use the client's secret, all others a key the server publishes. */
async function keysFor(
  { config, runtime }: SchemeContext<OAuth2Settings>,
  header: TokenHeader,
  { jwksUrl, keySets }: { readonly jwksUrl: string; readonly keySets: KeySets },
): Promise<readonly (JsonWebKey | Uint8Array)[]> {
  if (!isSymmetric(header.algorithm)) return keySets(jwksUrl, runtime).candidates(header);
  const { client_secret = "" } = config;
  return client_secret === "" ? [] : [new TextEncoder().encode(client_secret)];
}

function invalid(error: JwtError, call: TokenCall): TokenError {
  if (error.code !== "JWKS_UNAVAILABLE") {
    const expected = "a valid ID token: its signature is not that of the server's keys";
    return malformedError({ field: "id_token", expected }, call, 200);
  }
  return new TokenError(
    failureCode(call.operation),
    `\`id_token\` of ${call.appName} cannot be verified: the server's keys cannot be had.`,
    // The code is spent, whatever becomes of the keys.
    { hint: "Check `jwksUrl`, or what discovery says of it, and start the connection again.", cause: error },
  );
}

/**
 * Checks the signature of an ID token (OpenID Connect Core 1.0 §3.1.3.7), where the server's keys are known: discovered,
 * or at the app's `jwksUrl`. Else TLS stands for who sent it, which the same section allows of an answer of the token
 * endpoint itself.
 *
 * @throws TokenError `TOKEN_RESPONSE_INVALID`, or that of the operation when the keys cannot be had
 */
export async function checkIdToken(
  context: SchemeContext<OAuth2Settings>,
  idToken: string,
  { server, keySets, call }: IdTokenCheck,
): Promise<void> {
  const { jwks_uri: jwksUrl } = server.metadata;
  if (typeof jwksUrl !== "string") return;
  try {
    const header = readHeader(idToken, ALGORITHMS);
    await verifySignature(idToken, header, await keysFor(context, header, { jwksUrl, keySets }));
  } catch (error) {
    throw error instanceof JwtError ? invalid(error, call) : error;
  }
}
