/** Days before expiry at which Meta's long-lived tokens are renewed: they live sixty, and an expired one cannot be. */
const RENEWED_BEFORE_DAYS = 30;

/**
 * Meta's error codes of a token that works no more.
 *
 * Source: https://developers.facebook.com/docs/graph-api/guides/error-handling
 */
export const GONE = ["102", "190"];

/** What Meta's services have in common: no refresh token, and tokens that are renewed with themselves. */
export const metaTokens = {
  pkce: false,
  scopeSeparator: ",",
  refreshMarginSeconds: RENEWED_BEFORE_DAYS * 86_400,
} as const;

/** A token of an hour that is exchanged for one of sixty days, which renews itself once it is a day old. */
export const selfRenewing = (graph: `https://${string}`, prefix: "ig" | "th") => ({
  ...metaTokens,
  tokenExchanges: [
    {
      after: "first" as const,
      method: "GET" as const,
      url: `${graph}/access_token`,
      params: {
        grant_type: `${prefix}_exchange_token`,
        client_secret: "{client_secret}",
        access_token: "{access_token}",
      },
    },
  ],
  refreshRequest: {
    method: "GET" as const,
    url: `${graph}/refresh_access_token`,
    params: { grant_type: `${prefix}_refresh_token`, access_token: "{access_token}" },
    gone: GONE,
  },
});
