/**
 * What all Google APIs share: one authorization server, whose refresh tokens are only given for `access_type=offline`,
 * and again only when the user is asked to consent.
 *
 * Source: https://developers.google.com/identity/protocols/oauth2/web-server
 */
export const googleOAuth2 = {
  scheme: "OAUTH2",
  issuer: "https://accounts.google.com",
  // Source: https://accounts.google.com/.well-known/openid-configuration
  jwksUrl: "https://www.googleapis.com/oauth2/v3/certs",
  authorizationUrl: "https://accounts.google.com/o/oauth2/v2/auth",
  tokenUrl: "https://oauth2.googleapis.com/token",
  revocationUrl: "https://oauth2.googleapis.com/revoke",
  clientAuthentication: "client_secret_post",
  authorizationParams: { access_type: "offline", prompt: "consent" },
} as const;
