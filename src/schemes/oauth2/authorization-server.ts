import type { ServerMetadata } from "openid-client";
import { ConfigurationError, RequestError } from "../../errors.js";
import type { SchemeContext } from "../../ports/auth-scheme.js";
import { ASYMMETRIC_ALGORITHMS } from "../../ports/jwt-algorithms.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import { placeholdersOf } from "../../ports/url-template.js";
import { endpointUrl } from "../internal/endpoint-url.js";
import type { Discovery } from "./discovery.js";

/** The server of one connection: where it is, and whether its identity is known. */
export interface AuthorizationServer {
  readonly metadata: ServerMetadata;
  /** Null when neither the app definition nor discovery says who the server is: nothing can be checked against it. */
  readonly issuer: string | null;
}

/** Metadata by the field of the app definition that says it instead (RFC 8414 §2, RFC 7009, RFC 8628 §4). */
const ENDPOINTS = {
  token_endpoint: "tokenUrl",
  authorization_endpoint: "authorizationUrl",
  device_authorization_endpoint: "deviceAuthorizationUrl",
  pushed_authorization_request_endpoint: "pushedAuthorizationUrl",
  revocation_endpoint: "revocationUrl",
  jwks_uri: "jwksUrl",
} as const;
type EndpointField = (typeof ENDPOINTS)[keyof typeof ENDPOINTS];

/** How far a grant has got. */
type Stage = "start" | "tokens" | "end";
/** Endpoints that may be where only the callback says, or the answer with the tokens: not known before. */
const LATER: Readonly<Record<Stage, readonly EndpointField[]>> = {
  start: ["tokenUrl", "jwksUrl", "revocationUrl"],
  tokens: ["revocationUrl"],
  end: [],
};

/** What a grant cannot do without. */
const NEEDED: Readonly<Record<OAuth2Settings["grantType"], readonly EndpointField[]>> = {
  authorization_code: ["tokenUrl", "authorizationUrl"],
  device_code: ["tokenUrl", "deviceAuthorizationUrl"],
  client_credentials: ["tokenUrl"],
};

/** What an ID token may be signed with when the server does not say: anything asymmetric (RFC 7518 §3.1, RFC 8037). */
const ASYMMETRIC = [...ASYMMETRIC_ALGORITHMS, "Ed25519"];

/** Which server is asked for. */
export interface ServerOptions {
  readonly stage: Stage;
  /** What is discovered as well, where the app does not say it and the server has it. */
  readonly wanted?: readonly ("revocation_endpoint" | "registration_endpoint")[];
}

/** Endpoints for clients with certificates (RFC 8705 §5) take the place of others, but not of what the app says. */
function aliasesBeside(
  discovered: ServerMetadata | null,
  own: readonly string[],
): Pick<ServerMetadata, "mtls_endpoint_aliases"> {
  const aliases = Object.entries(discovered?.mtls_endpoint_aliases ?? {});
  if (aliases.length === 0) return {};
  return { mtls_endpoint_aliases: Object.fromEntries(aliases.filter(([name]) => !own.includes(name))) };
}

/**
 * The server's metadata, as far as it is known at this stage: what the app definition says, and what discovery adds where an endpoint is missing.
 *
 * @throws RequestError when discovery fails
 * @throws ConfigurationError `CONFIG_INVALID` when a URL cannot be filled in, or the server has no such endpoint
 */
export async function authorizationServer(
  context: SchemeContext<OAuth2Settings>,
  discovery: Discovery,
  { stage, wanted = [] }: ServerOptions,
): Promise<AuthorizationServer> {
  const { settings, params } = context;
  const fill = (field: EndpointField | "issuer") => {
    const template = settings[field];
    return template === null ? null : endpointUrl(field, template, params);
  };
  const isLater = (field: EndpointField) =>
    LATER[stage].includes(field) &&
    placeholdersOf(settings[field] ?? "").some((name) => !Object.hasOwn(params, name));
  const issuer = fill("issuer");
  const given = Object.entries(ENDPOINTS)
    .filter(([, field]) => !isLater(field))
    .map(([name, field]) => [name, field, fill(field)] as const);
  const pushes = settings.pushedAuthorization && settings.grantType === "authorization_code";
  const needed: readonly EndpointField[] = [
    ...(settings.code === "given" ? (["tokenUrl"] as const) : NEEDED[settings.grantType]),
    ...(pushes ? (["pushedAuthorizationUrl"] as const) : []),
  ];
  const isComplete = given.every(([, field, url]) => url !== null || !needed.includes(field));
  const isWanting = wanted.some((name) => given.every(([known, , url]) => known !== name || url === null));
  const discovered =
    issuer === null || (isComplete && !isWanting)
      ? null
      : await discovery.discover(issuer, context).catch((error: unknown) => {
          // A server that has no metadata has no endpoint but those that are given.
          if (isComplete && error instanceof RequestError && !error.retryable) return null;
          throw error;
        });
  const metadata = { ...discovered };
  const own = given.flatMap(([name, , url]) => (url === null ? [] : [name]));
  Object.assign(metadata, aliasesBeside(discovered, own));
  for (const [name, field, url] of given) {
    if (url !== null) metadata[name] = url;
    if (needed.includes(field) && metadata[name] === undefined) throw unknownEndpoint(field, context);
  }
  return {
    issuer: discovered?.issuer ?? issuer,
    metadata: {
      id_token_signing_alg_values_supported: ASYMMETRIC,
      ...metadata,
      // A server without an issuer is told apart by its origin; nothing is ever checked against it.
      issuer: discovered?.issuer ?? issuer ?? originOf(metadata),
    },
  };
}

const originOf = ({ token_endpoint, authorization_endpoint }: Readonly<Record<string, unknown>>): string =>
  new URL(String(token_endpoint ?? authorization_endpoint)).origin;

function unknownEndpoint(field: EndpointField, { app }: SchemeContext<OAuth2Settings>): ConfigurationError {
  return new ConfigurationError(
    "CONFIG_INVALID",
    `\`${field}\` of ${app.name} is neither given nor discovered.`,
    {
      issues: [{ path: field, message: "expected a URL, or metadata of the issuer that has it" }],
      hint: `Add \`${field}\` to the app definition.`,
    },
  );
}
