import type { Configuration } from "openid-client";
import * as client from "openid-client";
import type { AuthorizationServer } from "../../../examples/support/authorization-server.js";
import type { UserDecision } from "../../../examples/support/browser.js";
import { createBrowser } from "../../../examples/support/browser.js";

const REDIRECT_URI = "https://app.example.com/connect/callback";

/** A client of the server as openid-client sees it, without Mooring. */
export function discover(server: AuthorizationServer): Promise<Configuration> {
  const { client_id, client_secret } = server.client;
  return client.discovery(new URL(server.issuer), client_id, client_secret, undefined, {
    execute: [client.allowInsecureRequests],
  });
}

/** Sends a scripted user through the server's pages; gives the callback URL and what the exchange needs. */
export async function authorize(server: AuthorizationServer, config: Configuration, decision: UserDecision) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const expectedState = client.randomState();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT_URI,
    scope: server.scopes.join(" "),
    state: expectedState,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
  });
  const callbackUrl = await createBrowser().authorize(url, decision);
  return { callbackUrl, checks: { pkceCodeVerifier, expectedState } };
}

/** Tokens for a user who signs in and consents. */
export async function obtainTokens(
  server: AuthorizationServer,
  decision: UserDecision,
): Promise<{ config: Configuration; accessToken: string; refreshToken: string; scope: string }> {
  const config = await discover(server);
  const { callbackUrl, checks } = await authorize(server, config, decision);
  const tokens = await client.authorizationCodeGrant(config, callbackUrl, checks);
  const { access_token: accessToken, refresh_token: refreshToken = "", scope = "" } = tokens;
  return { config, accessToken, refreshToken, scope };
}
