import { MooringError } from "../../errors.js";
import { retryAfterMs } from "../../http/retry-after.js";
import type { SchemeContext } from "../../ports/auth-scheme.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import { guardedCall } from "../internal/sent-secrets.js";
import type { TokenCall } from "../internal/token-errors.js";
import { refusalError, transportError } from "../internal/token-errors.js";
import type { ProtocolRequest } from "../internal/transport.js";
import { send, USER_AGENT } from "../internal/transport.js";
import { clientSecrets, configureClient } from "./client.js";
import type { OAuth2Credentials } from "./credentials.js";
import { secretsOf } from "./credentials.js";
import type { Discovery } from "./discovery.js";
import { dialectRequest } from "./revocation-dialect.js";
import { serverFor } from "./server-for.js";
import { parseBody, refusalIn } from "./token-response.js";

type Context = SchemeContext<OAuth2Settings>;

/** The token is gone already, which is what was wanted: RFC 6750 §3.1, RFC 6749 §5.2, Slack. */
const ALREADY_DONE = new Set([
  "invalid_token",
  "invalid_grant",
  "token_revoked",
  "token_expired",
  "invalid_auth",
]);

async function sendRevocation(
  request: ProtocolRequest,
  context: Context,
  options: { readonly call: TokenCall; readonly goneStatuses: readonly number[] },
): Promise<void> {
  const { runtime, signal, settings } = context;
  const call = guardedCall(options.call, request);
  const answer = await send(request, { fetch: runtime.fetch, signal });
  if (answer.kind !== "answer") throw transportError(answer, call);
  const { text } = answer;
  const { status } = answer.response;
  const refusal = refusalIn(parseBody(text) ?? {}, settings.tokenResponse.failure);
  if (status >= 200 && status < 300 && refusal === null) return;
  if (status < 500 && ALREADY_DONE.has(refusal?.error ?? "")) return;
  if (options.goneStatuses.includes(status)) return;
  const silent = { kind: "refusal", error: null, description: null, empty: text === "" } as const;
  const wait = retryAfterMs(answer.response, runtime.clock.now());
  throw refusalError(refusal ?? silent, call, { status, retryAfterMs: wait });
}

/** RFC 7009 §2.1: the refresh token, since its end is the end of the grant; else the access token. */
async function revokeByRfc7009(
  context: Context,
  credentials: OAuth2Credentials,
  options: { readonly discovery: Discovery; readonly call: TokenCall },
): Promise<void> {
  const { call } = options;
  const server = await serverFor(context, options.discovery, call, { wanted: ["revocation_endpoint"] });
  if (server.metadata.revocation_endpoint === undefined) return;
  const { client, configuration } = await configureClient(context, server, async (url, init) => {
    const headers = { ...init.headers, "user-agent": USER_AGENT, accept: "application/json" };
    const request = { url, method: init.method, headers, body: String(init.body) };
    await sendRevocation(request, context, { call, goneStatuses: [] });
    return new Response();
  });
  const { refresh_token, access_token } = credentials;
  try {
    await client.tokenRevocation(configuration, refresh_token ?? access_token, {
      token_type_hint: refresh_token === undefined ? "access_token" : "refresh_token",
    });
  } catch (error) {
    if (error instanceof Error && MooringError.is(error.cause)) throw error.cause;
    throw error;
  }
}

/**
 * Ends a grant at the provider: in the app's own dialect, else by RFC 7009. A token that is invalid already counts as
 * revoked. Where the provider has no way to revoke, nothing is sent. All tokens are tried before the first failure is told.
 *
 * @throws TokenError `TOKEN_REVOKE_FAILED`
 */
export async function revokeGrant(
  context: Context,
  credentials: OAuth2Credentials,
  discovery: Discovery,
): Promise<void> {
  const secrets = [...clientSecrets(context), ...secretsOf(credentials)];
  const call = { operation: "revoke", appName: context.app.name, secrets } as const;
  const dialect = context.settings.revocationRequest;
  const end = async (token: OAuth2Credentials): Promise<void> => {
    if (dialect === null) return revokeByRfc7009(context, token, { discovery, call });
    const request = dialectRequest(dialect, context, token);
    // A dialect addresses the grant itself: not found means gone. RFC 7009 answers 200 even then.
    if (request !== null) await sendRevocation(request, context, { call, goneStatuses: [404, 410] });
  };
  const failures: unknown[] = [];
  // One that cannot be ended keeps none of the others alive.
  for (const token of [credentials, ...furtherOf(context, credentials)]) {
    await end(token).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}

/** Tokens that have lives of their own; those got with the connection's refresh token end with it. */
const furtherOf = ({ settings }: Context, credentials: OAuth2Credentials): readonly OAuth2Credentials[] =>
  Object.entries(credentials.further ?? {}).flatMap(([name, { access_token, refresh_token }]) =>
    settings.furtherTokens[name]?.answer ? [{ ...credentials, access_token, refresh_token }] : [],
  );
