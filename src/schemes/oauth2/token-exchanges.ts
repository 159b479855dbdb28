import type { AnyMooringError } from "../../errors.js";
import { MooringError } from "../../errors.js";
import type { Grant, SchemeContext } from "../../ports/auth-scheme.js";
import type { OwnTokenRequest } from "../../ports/scheme-settings/oauth2/further-requests.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import type { CallManner, TokenCall } from "../internal/token-errors.js";
import { WRONG_CLIENT } from "../internal/token-errors.js";
import { clientSecrets } from "./client.js";
import type { OAuth2Credentials } from "./credentials.js";
import { secretsOf } from "./credentials.js";
import type { OwnTokens } from "./own-token-request.js";
import { ownTokenRequest } from "./own-token-request.js";
import { splitScopes } from "./scopes.js";

type Context = SchemeContext<OAuth2Settings>;
type OAuth2Grant = Grant<OAuth2Credentials>;

/** What the provider refuses a token with that works no more: RFC 6749 §5.2, RFC 6750 §3.1, Meta's Graph API. */
const GONE_STATUSES = new Set([400, 401, 403]);

const mannerOf = (field: string): CallManner => ({
  wish: "exchange the token",
  refusedHint: `Check \`${field}\` of the app definition, and what the token was granted.`,
  malformedHint: `Describe the answer in \`${field}.response\` of the app definition.`,
  isGone: () => false,
});

const renewalManner = (gone: readonly string[] | null): CallManner => ({
  ...mannerOf("refreshRequest"),
  wish: "renew the access token",
  isGone: (status, error) =>
    gone === null
      ? !WRONG_CLIENT.has(error ?? "") && (GONE_STATUSES.has(status) || status < 300)
      : error !== null && gone.includes(error),
});

/** The grant with what a request got in place of its access token. */
function replaced(
  { credentials: before, scopes, params, ...rest }: OAuth2Grant,
  { tokens, metadata }: OwnTokens,
  sentAt: number,
): OAuth2Grant {
  const { access_token, refresh_token, expires_in, scope } = tokens;
  const { expires_at: _former, ...kept } = before;
  return {
    ...rest,
    credentials: {
      ...kept,
      access_token,
      ...(refresh_token === undefined ? {} : { refresh_token }),
      ...(scope === undefined ? {} : { scope }),
      ...(expires_in === undefined ? {} : { expires_at: sentAt + expires_in * 1000 }),
    },
    scopes: scope === undefined ? scopes : splitScopes(scope, " "),
    params: { ...params, ...metadata },
  };
}

async function performed(
  context: Context,
  grant: OAuth2Grant,
  step: {
    readonly request: OwnTokenRequest;
    readonly field: string;
    readonly manner: CallManner;
    readonly operation: "exchange" | "refresh";
  },
): Promise<OAuth2Grant> {
  const { credentials } = grant;
  const { request, field, manner, operation } = step;
  const secrets = [...clientSecrets(context), ...secretsOf(credentials)];
  const call: TokenCall & { readonly operation: "exchange" | "refresh" } = {
    operation,
    appName: context.app.name,
    secrets,
    manner,
  };
  const filled = { ...context, params: { ...context.params, ...grant.params } };
  const sentAt = context.runtime.clock.now();
  return replaced(grant, await ownTokenRequest(filled, request, { credentials, field, call }), sentAt);
}

/**
 * Renews a token by the app's own request; null when that needs a refresh token, and there is none.
 *
 * @throws TokenError `REAUTHORIZATION_REQUIRED` when it is refused, `TOKEN_REFRESH_FAILED` or `TOKEN_RESPONSE_INVALID`
 */
export async function renewByOwnRequest(
  context: Context,
  { gone, ...request }: NonNullable<OAuth2Settings["refreshRequest"]>,
  credentials: OAuth2Credentials,
): Promise<OAuth2Grant | null> {
  const templates = Object.values({ ...request.params, ...request.headers });
  const needsRefreshToken = templates.some((template) => template.includes("{refresh_token}"));
  if (needsRefreshToken && credentials.refresh_token === undefined) return null;
  const step = {
    request,
    field: "refreshRequest",
    manner: renewalManner(gone),
    operation: "refresh",
  } as const;
  // Further tokens are not in the answer: they are renewed with what they were renewed with before.
  const { further: _former, ...own } = credentials;
  return performed(context, { credentials: own }, step);
}

/**
 * The grant after every exchange that follows its token.
 *
 * @param before what the connection had; null for a first grant
 * @throws whatever an exchange of a first grant fails with. Of a renewed one, what is new is kept all the same: it may be
 * a refresh token that took the former's place
 */
export async function exchanged(
  context: Context,
  first: OAuth2Grant,
  before: OAuth2Credentials | null,
): Promise<OAuth2Grant> {
  let grant = first;
  for (const [index, { after, ...request }] of context.settings.tokenExchanges.entries()) {
    if (after === "first" && before !== null) continue;
    const field = `tokenExchanges.${index}`;
    const operation = before === null ? "exchange" : "refresh";
    try {
      grant = await performed(context, grant, { request, field, manner: mannerOf(field), operation });
    } catch (error) {
      if (before === null) throw error;
      return { credentials: withRefreshTokenOf(before, grant.credentials), incomplete: failureOf(error) };
    }
  }
  return grant;
}

/** A connection of before may lack what a newer app definition fills in: that, too, must not cost it its refresh token. */
const failureOf = (error: unknown): AnyMooringError => {
  if (MooringError.is(error)) return error;
  throw error;
};

/** What the connection had, with the refresh token that works now. */
const withRefreshTokenOf = (
  before: OAuth2Credentials,
  { refresh_token, further }: OAuth2Credentials,
): OAuth2Credentials => ({
  ...before,
  ...(refresh_token === undefined ? {} : { refresh_token }),
  ...(further === undefined ? {} : { further }),
});
