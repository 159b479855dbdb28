import * as z from "zod";
import { ConfigurationError, TokenError } from "../../errors.js";
import { retryAfterMs } from "../../http/retry-after.js";
import { lazy } from "../../internal/lazy.js";
import type { ParamValues, RegistrationContext } from "../../ports/auth-scheme.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import { endpointUrl } from "../internal/endpoint-url.js";
import { malformedError, refusalError, transportError } from "../internal/token-errors.js";
import { send, USER_AGENT } from "../internal/transport.js";
import type { Discovery } from "./discovery.js";
import { serverFor } from "./server-for.js";
import { parseBody, refusalIn } from "./token-response.js";

/** More digits than a moment has would be another unit. */
const MAX_SECONDS = 99_999_999_999;

/** RFC 7591 §3.2.1. */
const answerSchema = lazy(() =>
  z.object({
    client_id: z.string().min(1),
    client_secret: z.string().min(1).optional(),
    /** Seconds since the epoch; 0 for never. */
    client_secret_expires_at: z.number().int().nonnegative().max(MAX_SECONDS).optional(),
    token_endpoint_auth_method: z.string().optional(),
  }),
);

const MANNER = {
  wish: "register a client",
  refusedHint:
    "Check the callback URL, `initial_access_token` of the integration and `clientRegistration` of the app definition; or give a `client_id`.",
  malformedHint: "Check `clientRegistration.url` of the app definition, or give a `client_id`.",
  isGone: () => false,
} as const;

/** What a client says of itself (RFC 7591 §2). */
function metadataOf(context: RegistrationContext<OAuth2Settings>) {
  const { settings, config, app } = context;
  const { grantType, clientAuthentication, clientRegistration } = settings;
  const client_name = config["client_name"] ?? "";
  const isPublic = clientAuthentication === "none";
  const isPosted = clientAuthentication === "client_secret_post";
  return {
    ...(grantType === "authorization_code"
      ? {
          redirect_uris: [redirectUriOf(context)],
          response_types: ["code"],
          grant_types: ["authorization_code", "refresh_token"],
        }
      : { grant_types: [GRANT_TYPES[grantType]] }),
    token_endpoint_auth_method: isPublic ? "none" : isPosted ? "client_secret_post" : "client_secret_basic",
    client_name: client_name === "" ? `Mooring for ${app.name}` : client_name,
    ...clientRegistration?.metadata,
  };
}

/** A client is registered for the URLs browsers are sent back to, and refused at any other. */
function redirectUriOf({ config, callbackUrl, app }: RegistrationContext<OAuth2Settings>): string {
  const url = config["oauth_redirect_uri"] ?? callbackUrl;
  if (url !== null) return url;
  throw new ConfigurationError(
    "CONFIG_INVALID",
    `A client can be registered with ${app.name} only for the URL browsers are sent back to.`,
    {
      issues: [{ path: "callbackUrl", message: "required for schemes that go through the browser" }],
      hint: "Pass `callbackUrl` to MooringToolSet, or `oauth_redirect_uri` in `authConfig`.",
    },
  );
}

const GRANT_TYPES = {
  client_credentials: "client_credentials",
  device_code: "urn:ietf:params:oauth:grant-type:device_code",
} as const;

/**
 * Registers a client with the authorization server (RFC 7591 §3): its id and, unless it is a public one, its secret.
 *
 * @throws TokenError `TOKEN_EXCHANGE_FAILED` or `TOKEN_RESPONSE_INVALID`
 * @throws ConfigurationError `CONFIG_INVALID` when the server has no registration endpoint
 */
export async function registerClient(
  context: RegistrationContext<OAuth2Settings>,
  discovery: Discovery,
): Promise<ParamValues> {
  const { app, settings, config, runtime, signal } = context;
  const { initial_access_token = "" } = config;
  const secrets = initial_access_token === "" ? [] : [initial_access_token];
  const call = { operation: "exchange", appName: app.name, secrets, manner: MANNER } as const;
  const given = settings.clientRegistration?.url ?? null;
  const url =
    given === null
      ? (await serverFor(context, discovery, call, { wanted: ["registration_endpoint"] })).metadata
          .registration_endpoint
      : endpointUrl("clientRegistration.url", given, {});
  if (url === undefined) {
    throw new TokenError(
      "TOKEN_RESPONSE_INVALID",
      `The authorization server of ${app.name} names no \`registration_endpoint\`: clients do not register there.`,
      { hint: "Give a `client_id`, or `clientRegistration.url` in the app definition." },
    );
  }
  const metadata = metadataOf(context);
  const request = {
    method: "POST",
    url,
    headers: {
      accept: "application/json",
      "content-type": "application/json",
      "user-agent": USER_AGENT,
      // RFC 7591 §3.
      ...(initial_access_token === "" ? {} : { authorization: `Bearer ${initial_access_token}` }),
    },
    body: JSON.stringify(metadata),
  };
  const answer = await send(request, { fetch: runtime.fetch, signal });
  if (answer.kind !== "answer") throw transportError(answer, call);
  const { status } = answer.response;
  const body = parseBody(answer.text);
  if (status < 200 || status > 299) {
    const silent = { error: null, description: null, empty: answer.text === "" };
    const wait = retryAfterMs(answer.response, runtime.clock.now());
    throw refusalError(refusalIn(body ?? {}, null) ?? silent, call, { status, retryAfterMs: wait });
  }
  const parsed = answerSchema().safeParse(body);
  const isPublic = settings.clientAuthentication === "none";
  if (!parsed.success) {
    const field = String(parsed.error.issues[0]?.path[0] ?? "client_id");
    throw malformedError({ field, expected: "what RFC 7591 §3.2.1 says" }, call, status);
  }
  const { client_id, client_secret, client_secret_expires_at: end = 0 } = parsed.data;
  const { token_endpoint_auth_method: method } = parsed.data;
  // A server may register something else than was asked for (RFC 7591 §3.2.1).
  if (method !== undefined && method !== metadata.token_endpoint_auth_method) {
    const expected = `\`${metadata.token_endpoint_auth_method}\`, as the app's \`clientAuthentication\` has it`;
    throw malformedError({ field: "token_endpoint_auth_method", expected }, call, status);
  }
  if (client_secret === undefined && !isPublic) {
    throw malformedError({ field: "client_secret", expected: "a text" }, call, status);
  }
  if (client_secret === undefined) return { client_id };
  const expiry = end === 0 ? {} : { client_secret_expires_at: String(end) };
  return { client_id, client_secret, ...expiry };
}
