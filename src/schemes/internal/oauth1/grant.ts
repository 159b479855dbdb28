import { readSource } from "../../../internal/read-source.js";
import type { Grant, SchemeCallback, SchemeContext } from "../../../ports/auth-scheme.js";
import type { OAuth1Settings } from "../../../ports/scheme-settings/oauth1.js";
import { consumerFor } from "./apply.js";
import { parseFlow } from "./authorization-request.js";
import { readAuthorizationResponse } from "./authorization-response.js";
import { consumerOf } from "./consumer.js";
import type { OAuth1Credentials } from "./credentials.js";
import { tokenOf } from "./credentials.js";
import { flowUrl } from "./flow-url.js";
import type { Consumer } from "./signer.js";
import type { Signers } from "./signers.js";
import type { TokenAnswer } from "./token-request.js";
import { requestToken, tokenIn } from "./token-request.js";

type Context = SchemeContext<OAuth1Settings>;

/** Longer lives would not fit a date; nobody will notice. */
const MAX_LIFETIME_SECONDS = 100 * 365 * 86_400;

/** The token as it is kept. `oauth_expires_in` and the handle are the OAuth Session extension's. */
function credentialsIn(answer: TokenAnswer, now: number, own: Consumer | undefined): OAuth1Credentials {
  const { key, secret } = tokenIn(answer);
  const handle = readSource(answer, "oauth_session_handle");
  const seconds = Number(readSource(answer, "oauth_expires_in") ?? 0);
  return {
    oauth_token: key,
    oauth_token_secret: secret,
    ...(own === undefined ? {} : { consumer: own }),
    ...(handle === null || handle === "" ? {} : { oauth_session_handle: handle }),
    // Zero is how a token that does not expire is spelled.
    ...(Number.isInteger(seconds) && seconds > 0
      ? { expires_at: now + Math.min(seconds, MAX_LIFETIME_SECONDS) * 1000 }
      : {}),
  };
}

function grantOf(context: Context, answer: TokenAnswer, own: Consumer | undefined): Grant<OAuth1Credentials> {
  const { metadata, account } = context.settings;
  const told = Object.entries(metadata).flatMap(([name, source]) => {
    const value = readSource(answer, source);
    return value === null ? [] : [[name, value] as const];
  });
  const id = account === null ? null : readSource(answer, account.id);
  const label = account?.label == null ? null : readSource(answer, account.label);
  return {
    credentials: credentialsIn(answer, context.runtime.clock.now(), own),
    params: Object.fromEntries(told),
    ...(id === null ? {} : { account: { id, email: null, label } }),
  };
}

/**
 * Exchanges temporary credentials for a token (RFC 5849 §2.3): signed with the secret of the former.
 *
 * @throws AuthorizationError when the user said no, or the callback is another flow's
 * @throws TokenError when the provider gives no token
 */
export async function exchange(
  signers: Signers,
  context: Context,
  callback: SchemeCallback,
): Promise<Grant<OAuth1Credentials>> {
  const { settings, config, app } = context;
  const flow = parseFlow(callback.flow);
  const verifier = readAuthorizationResponse(callback, flow, context);
  const own = flow.consumer ?? undefined;
  const answer = await requestToken(
    signers,
    context,
    {
      method: settings.accessTokenMethod,
      url: flowUrl(context, "accessTokenUrl"),
      params: {},
      extra: verifier === null ? {} : { oauth_verifier: verifier },
      consumer: own ?? consumerOf(settings, config, { appName: app.name, path: "authConfig" }),
      token: { key: flow.token, secret: flow.token_secret },
    },
    { operation: "exchange", wish: "exchange the temporary credentials" },
  );
  const grant = grantOf(context, answer, own);
  return settings.scopeParam === null ? grant : { ...grant, scopes: flow.scopes };
}

/**
 * Renews a token with its session handle (OAuth Session extension §3); null when it has none.
 *
 * @throws TokenError `REAUTHORIZATION_REQUIRED` when the grant is gone
 */
export async function renew(
  signers: Signers,
  context: Context,
  credentials: OAuth1Credentials,
): Promise<Grant<OAuth1Credentials> | null> {
  const { oauth_session_handle } = credentials;
  if (oauth_session_handle === undefined) return null;
  const answer = await requestToken(
    signers,
    context,
    {
      method: context.settings.accessTokenMethod,
      url: flowUrl(context, "accessTokenUrl"),
      params: {},
      extra: { oauth_session_handle },
      consumer: consumerFor(context, credentials),
      token: tokenOf(credentials),
    },
    { operation: "refresh", wish: "renew the token" },
  );
  const { credentials: newer, params } = grantOf(context, answer, credentials.consumer);
  return { credentials: { oauth_session_handle, ...newer }, params };
}
