import type { ServerMetadata } from "openid-client";
import { ConfigurationError } from "../../errors.js";
import type { SchemeContext } from "../../ports/auth-scheme.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import { endpointUrl } from "../internal/endpoint-url.js";
import type { Discovery } from "./discovery.js";

/** The server of one connection: where it is, and whether its identity is known. */
export interface AuthorizationServer {
  readonly metadata: ServerMetadata;
  /** Null when neither the app definition nor discovery says who the server is: nothing can be checked against it. */
  readonly issuer: string | null;
}

/** What an ID token may be signed with when the server does not say: anything asymmetric (RFC 7518 §3.1, RFC 8037). */
const ASYMMETRIC = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
];

/**
 * The server's metadata: what the app definition says, and what discovery adds where an endpoint is missing.
 *
 * @throws RequestError when discovery fails
 * @throws ConfigurationError `CONFIG_INVALID` when a URL cannot be filled in, or the server has no such endpoint
 */
export async function authorizationServer(
  context: SchemeContext<OAuth2Settings>,
  discovery: Discovery,
): Promise<AuthorizationServer> {
  const { settings, params } = context;
  const fill = (field: "issuer" | "authorizationUrl" | "tokenUrl" | "revocationUrl") => {
    const template = settings[field];
    return template === null ? null : endpointUrl(field, template, params);
  };
  const issuer = fill("issuer");
  const authorizationUrl = fill("authorizationUrl");
  const tokenUrl = fill("tokenUrl");
  const revocationUrl = fill("revocationUrl");
  const isComplete = authorizationUrl !== null && tokenUrl !== null;
  const discovered = issuer === null || isComplete ? null : await discovery.discover(issuer, context);
  const authorization_endpoint = authorizationUrl ?? discovered?.authorization_endpoint;
  const token_endpoint = tokenUrl ?? discovered?.token_endpoint;
  const revocation_endpoint = revocationUrl ?? discovered?.revocation_endpoint;
  if (authorization_endpoint === undefined || token_endpoint === undefined) {
    const field = token_endpoint === undefined ? "tokenUrl" : "authorizationUrl";
    throw new ConfigurationError(
      "CONFIG_INVALID",
      `\`${field}\` of ${context.app.name} is neither given nor discovered.`,
      {
        issues: [{ path: field, message: "expected a URL, or metadata of the issuer that has it" }],
        hint: `Add \`${field}\` to the app definition.`,
      },
    );
  }
  return {
    issuer: discovered?.issuer ?? issuer,
    metadata: {
      id_token_signing_alg_values_supported: ASYMMETRIC,
      ...discovered,
      // A server without an issuer is told apart by its origin; nothing is ever checked against it.
      issuer: discovered?.issuer ?? issuer ?? new URL(token_endpoint).origin,
      authorization_endpoint,
      token_endpoint,
      ...(revocation_endpoint === undefined ? {} : { revocation_endpoint }),
    },
  };
}
