import * as z from "zod";
import { AuthorizationError, TokenError } from "../../../errors.js";
import type { JsonObject } from "../../../internal/json.js";
import { lazy } from "../../../internal/lazy.js";
import { setQueryParameter } from "../../../internal/set-query-parameter.js";
import type { StartContext, StartResult } from "../../../ports/auth-scheme.js";
import type { OAuth1Settings } from "../../../ports/scheme-settings/oauth1.js";
import { consumerOf } from "./consumer.js";
import type { OAuth1Credentials } from "./credentials.js";
import { flowUrl } from "./flow-url.js";
import type { Consumer } from "./signer.js";
import type { Signers } from "./signers.js";
import { requestToken, tokenIn } from "./token-request.js";

type Context = StartContext<OAuth1Settings>;

const flowSchema = lazy(() =>
  z.strictObject({
    token: z.string(),
    token_secret: z.string(),
    consumer: z.strictObject({ key: z.string(), secret: z.string() }).nullable(),
    /** What was asked for: OAuth 1.0 does not say what is granted. */
    scopes: z.array(z.string()),
  }),
);
/** What is put aside between the two halves of a flow. */
export type OAuth1Flow = z.output<ReturnType<typeof flowSchema>>;

/** @throws AuthorizationError `AUTHORIZATION_FAILED` when it is not what {@link authorizationRequest} put aside */
export function parseFlow(flow: JsonObject): OAuth1Flow {
  const parsed = flowSchema().safeParse(flow);
  if (parsed.success) return parsed.data;
  throw new AuthorizationError("AUTHORIZATION_FAILED", "What was stored for this flow is not of OAuth 1.0.", {
    hint: "Start the connection again.",
  });
}

/** Null where the developer's is used. */
function ownConsumer({ settings, values, app }: Context): Consumer | null {
  if (settings.consumer === "integration") return null;
  return consumerOf(settings, values, { appName: app.name, path: "connectionParams" });
}

function scopeParams({ settings, scopes }: Context, place: "requestToken" | "authorization") {
  const { scopeParam } = settings;
  if (scopeParam?.in !== place || scopes.length === 0) return {};
  return { [scopeParam.name]: scopes.join(scopeParam.separator) };
}

/** A URL in whose query these parameters stand once. */
function withParameters(url: string, parameters: Readonly<Record<string, string>>): string {
  const changed = new URL(url);
  changed.search = Object.entries(parameters).reduce(
    (query, [name, value]) => setQueryParameter(query, name, value),
    changed.search.slice(1),
  );
  return changed.href;
}

/** RFC 5849 §2.1: without it, the token may be another's, whose consent the user would be asked for. */
function assertConfirmed({ settings, app }: Context, confirmed: unknown): void {
  const isSaid = settings.callback === "requestToken";
  if (!isSaid || String(confirmed) === "true") return;
  if (!settings.callbackConfirmed && confirmed === undefined) return;
  throw new TokenError("TOKEN_RESPONSE_INVALID", `${app.name} did not confirm the callback URL.`, {
    hint: "Register it with the provider exactly as it is; a provider that never says `oauth_callback_confirmed` needs the scheme OAUTH1.",
  });
}

/**
 * Gets temporary credentials, and makes the URL the user's browser goes to (RFC 5849 §2.1, §2.2).
 *
 * @throws ConfigurationError `CONFIG_INVALID` when a consumer key or a param is missing
 * @throws TokenError when the provider gives no temporary credentials
 */
export async function authorizationRequest(
  signers: Signers,
  context: Context,
): Promise<Extract<StartResult<OAuth1Credentials>, { readonly kind: "redirect" }>> {
  const { settings, state, scopes, config, app } = context;
  const own = ownConsumer(context);
  const isByState = settings.callbackKey === "state";
  const back = isByState ? withParameters(context.callbackUrl, { state }) : context.callbackUrl;
  const early = settings.callback === "requestToken";
  const authorizationUrl = flowUrl(context, "authorizationUrl");
  const answer = await requestToken(
    signers,
    context,
    {
      method: settings.requestTokenMethod,
      url: flowUrl(context, "requestTokenUrl"),
      params: { ...settings.requestTokenParams, ...scopeParams(context, "requestToken") },
      extra: early ? { oauth_callback: back } : {},
      consumer: own ?? consumerOf(settings, config, { appName: app.name, path: "authConfig" }),
      token: null,
    },
    { operation: "exchange", wish: "give temporary credentials" },
  );
  assertConfirmed(context, answer["oauth_callback_confirmed"]);
  const token = tokenIn(answer);
  return {
    kind: "redirect",
    redirectUrl: withParameters(authorizationUrl, {
      ...settings.authorizationParams,
      ...scopeParams(context, "authorization"),
      ...(early ? {} : { oauth_callback: back }),
      oauth_token: token.key,
    }),
    flow: {
      token: token.key,
      token_secret: token.secret,
      consumer: own === null ? null : { ...own },
      scopes: [...scopes],
    },
    ...(isByState ? {} : { callbackKey: { parameter: "oauth_token", value: token.key } }),
  };
}
