import * as z from "zod";
import { TokenError } from "../../errors.js";
import { lazy } from "../../internal/lazy.js";
import type { SchemeContext } from "../../ports/auth-scheme.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import { malformedError } from "../internal/token-errors.js";
import type { AuthorizationServer } from "./authorization-server.js";
import { clientSecrets, configureClient } from "./client.js";
import { protocolFetch } from "./protocol-fetch.js";
import { refusedClient } from "./refused-params.js";

const answerSchema = lazy(() =>
  z.object({ request_uri: z.string().min(1).max(2_000), expires_in: z.coerce.number().positive() }),
);

const MANNER = {
  wish: "take the authorization request",
  refusedHint: "Check `client_id`, the redirect URI and the scopes, and the app's `clientAuthentication`.",
  malformedHint: "Check the app's `pushedAuthorizationUrl`.",
  isGone: () => false,
} as const;

/**
 * Hands an authorization request to the server (RFC 9126 §2): the URL that refers to it.
 *
 * @throws TokenError `CREDENTIALS_REFUSED` when the user's own client is refused; `TOKEN_EXCHANGE_FAILED` or `TOKEN_RESPONSE_INVALID`
 */
export async function pushAuthorization(
  context: SchemeContext<OAuth2Settings>,
  server: AuthorizationServer,
  parameters: URLSearchParams,
): Promise<URL> {
  const secrets = [...clientSecrets(context), parameters.get("code_challenge") ?? ""].filter(Boolean);
  const { name: appName } = context.app;
  const refusedOf = refusedClient(context);
  const call = { operation: "exchange", appName, secrets, manner: MANNER, refusedOf } as const;
  const fetch = protocolFetch(context, call, (body, status) => {
    const parsed = answerSchema().safeParse(body);
    // RFC 9126 §2.2 says 201; some say 200.
    if (parsed.success) return { status: 201, body: parsed.data };
    throw malformedError({ field: "request_uri", expected: "what RFC 9126 §2.2 says" }, call, status);
  });
  const { client, configuration } = await configureClient(context, server, fetch);
  try {
    return await client.buildAuthorizationUrlWithPAR(configuration, parameters);
  } catch (error) {
    throw error instanceof Error && error.cause instanceof TokenError ? error.cause : error;
  }
}
