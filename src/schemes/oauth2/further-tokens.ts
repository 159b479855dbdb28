import { MooringError } from "../../errors.js";
import { valueAt } from "../../internal/value-at.js";
import type { Grant, ParamValues, SchemeContext } from "../../ports/auth-scheme.js";
import type { FurtherToken } from "../../ports/scheme-settings/oauth2/further-requests.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import type { FurtherCredentials, OAuth2Credentials } from "./credentials.js";
import { ACCESS_TOKEN } from "./credentials.js";
import { expiresIn as lifetimeOf } from "./expiry.js";
import { fillValues } from "./fill-values.js";

type Context = SchemeContext<OAuth2Settings>;
type OAuth2Grant = Grant<OAuth2Credentials>;

/** Renews with a refresh token, and nothing but the given parameters beside it. */
export type Renew = (refreshToken: string, parameters: ParamValues) => Promise<OAuth2Grant>;

/** Tokens that stand in an answer beside the one asked for. */
export function furtherIn(
  body: unknown,
  settings: Pick<OAuth2Settings, "furtherTokens" | "tokenResponse">,
  now: number,
): Readonly<Record<string, FurtherCredentials>> {
  return Object.fromEntries(
    Object.entries(settings.furtherTokens).flatMap(([name, { answer }]) => {
      const token = answer === null ? null : readToken(body, answer, { settings, now });
      return token === null ? [] : [[name, token]];
    }),
  );
}

function readToken(
  body: unknown,
  paths: NonNullable<FurtherToken["answer"]>,
  options: { readonly settings: Pick<OAuth2Settings, "tokenResponse">; readonly now: number },
): FurtherCredentials | null {
  const { now, settings } = options;
  const at = (path: string | null) => (path === null ? undefined : valueAt(body, path));
  const [access_token, refresh_token, told] = [paths.accessToken, paths.refreshToken, paths.expiresIn].map(
    at,
  );
  if (typeof access_token !== "string" || !ACCESS_TOKEN.test(access_token)) return null;
  const isTold = told !== undefined && told !== null && told !== "";
  const seconds = isTold ? lifetimeOf(told, settings.tokenResponse, now) : undefined;
  return {
    access_token,
    ...(typeof refresh_token === "string" && refresh_token !== "" ? { refresh_token } : {}),
    ...(typeof seconds === "number" ? { expires_at: now + seconds * 1000 } : {}),
  };
}

const asFurther = (
  { access_token, refresh_token, expires_at }: OAuth2Credentials,
  keepsRefresh: boolean,
) => ({
  access_token,
  ...(keepsRefresh && refresh_token !== undefined ? { refresh_token } : {}),
  ...(expires_at === undefined ? {} : { expires_at }),
});

/** A token that is left as it is may have expired: it says so with a 401, not by being due at every request. */
function kept(token: FurtherCredentials | undefined): FurtherCredentials | null {
  if (token === undefined) return null;
  const { expires_at: _past, ...rest } = token;
  return rest;
}

/**
 * The grant with every further token it can have: those of the answer, those got with its refresh token, and those of
 * an earlier answer renewed with refresh tokens of their own. No refresh token is sent twice.
 *
 * @param before what the connection had; null for a first grant, of which a failure is an error
 * @throws whatever a token of a first grant cannot be had for
 */
export async function withFurtherTokens(
  context: Context,
  grant: OAuth2Grant,
  { before, renew }: { readonly before: OAuth2Credentials | null; readonly renew: Renew },
): Promise<OAuth2Grant> {
  const { settings, app, config, params } = context;
  const entries = Object.entries(settings.furtherTokens);
  if (entries.length === 0) return grant;
  let { credentials } = grant;
  const spent = new Set([before?.refresh_token]);
  const further: Record<string, FurtherCredentials> = {};
  const attempt = async (name: string, ask: () => Promise<FurtherCredentials>) => {
    try {
      further[name] = await ask();
    } catch (error) {
      // A renewed refresh token must not be lost with a token beside it.
      if (before === null || !MooringError.is(error)) throw error;
      const former = kept(before.further?.[name]);
      if (former !== null) further[name] = former;
    }
  };
  for (const [name, { refreshParams }] of entries) {
    const told = credentials.further?.[name];
    const former = before?.further?.[name];
    if (refreshParams !== null) {
      const { refresh_token } = credentials;
      if (refresh_token === undefined) continue;
      const values = { ...params, ...grant.params, client_id: config["client_id"] ?? "" };
      const field = `furtherTokens.${name}.refreshParams`;
      await attempt(name, async () => {
        const parameters = fillValues(app.name, refreshParams, { field, values });
        const renewed = (await renew(refresh_token, parameters)).credentials;
        credentials = { ...credentials, refresh_token: renewed.refresh_token ?? refresh_token };
        return asFurther(renewed, false);
      });
    } else if (told !== undefined) {
      further[name] = told;
    } else if (former?.refresh_token !== undefined && !spent.has(former.refresh_token)) {
      const own = former.refresh_token;
      spent.add(own);
      await attempt(name, async () => {
        const renewed = (await renew(own, {})).credentials;
        return asFurther({ ...renewed, refresh_token: renewed.refresh_token ?? own }, true);
      });
    } else if (former !== undefined) {
      further[name] = former;
    }
  }
  return { ...grant, credentials: { ...credentials, further } };
}
