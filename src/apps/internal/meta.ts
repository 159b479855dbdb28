/** Days before expiry at which Meta's long-lived tokens are renewed: they live sixty, and an expired one cannot be. */
const RENEWED_BEFORE_DAYS = 30;

/** What Meta's services have in common: no refresh token, and tokens that are renewed with themselves. */
export const metaTokens = {
  pkce: false,
  scopeSeparator: ",",
  refreshMarginSeconds: RENEWED_BEFORE_DAYS * 86_400,
} as const;
