import * as client from "openid-client";
import { describe, expect, it, onTestFinished } from "vitest";
import type { AuthorizationServerOptions } from "../../../examples/support/authorization-server.js";
import { startAuthorizationServer } from "../../../examples/support/authorization-server.js";
import { authorize, discover, obtainTokens } from "./tokens.js";

async function start(options: AuthorizationServerOptions = {}) {
  const server = await startAuthorizationServer(options);
  onTestFinished(server.close);
  return server;
}

describe("the authorization server of the examples", () => {
  it("publishes the endpoints it names", async () => {
    const server = await start();
    const metadata = (await discover(server)).serverMetadata();
    expect(metadata).toMatchObject({
      issuer: server.issuer,
      authorization_endpoint: server.authorizationUrl,
      token_endpoint: server.tokenUrl,
      revocation_endpoint: server.revocationUrl,
      userinfo_endpoint: server.userinfoUrl,
      authorization_response_iss_parameter_supported: true,
    });
  });

  it("grants tokens to a user who signs in and consents, and says who that is", async () => {
    const server = await start({ accessTokenTtlSeconds: 5 });
    const { config, accessToken } = await obtainTokens(server, { login: "ada" });
    const userinfo = await client.fetchUserInfo(config, accessToken, "ada");
    expect(userinfo).toMatchObject({ sub: "ada", email: "ada@acme.example", name: "Ada" });
    expect(await server.introspect(accessToken)).toMatchObject({ active: true, sub: "ada" });
    expect(server.tokenRequests).toMatchObject([{ grantType: "authorization_code", status: 200 }]);
  });

  it.each(["client_secret_post", "client_secret_basic", "none"] as const)(
    "lets the client authenticate with %s",
    async (clientAuthentication) => {
      const server = await start({ clientAuthentication });
      const { client_id, client_secret } = server.client;
      const authentication = {
        client_secret_post: client.ClientSecretPost(client_secret),
        client_secret_basic: client.ClientSecretBasic(client_secret),
        none: client.None(),
      }[clientAuthentication];
      const config = await client.discovery(new URL(server.issuer), client_id, {}, authentication, {
        execute: [client.allowInsecureRequests],
      });
      const { callbackUrl, checks } = await authorize(server, config, { login: "ada" });
      await expect(client.authorizationCodeGrant(config, callbackUrl, checks)).resolves.toHaveProperty(
        "access_token",
      );
    },
  );

  it("sends a user who says no back with access_denied and iss", async () => {
    const server = await start();
    const config = await discover(server);
    const { callbackUrl } = await authorize(server, config, { login: "ada", consent: false });
    expect(Object.fromEntries(callbackUrl.searchParams)).toMatchObject({
      error: "access_denied",
      iss: server.issuer,
    });
  });

  it("grants only the scopes the user left ticked", async () => {
    const server = await start();
    const { scope } = await obtainTokens(server, { login: "ada", consent: ["openid", "issues:read"] });
    expect(scope).toBe("openid issues:read");
  });

  it("rotates refresh tokens, and revokes the grant when a spent one comes back", async () => {
    const server = await start();
    const { config, refreshToken } = await obtainTokens(server, { login: "ada" });
    const second = await client.refreshTokenGrant(config, refreshToken);
    expect(second.refresh_token).not.toBe(refreshToken);

    await expect(client.refreshTokenGrant(config, refreshToken)).rejects.toMatchObject({
      error: "invalid_grant",
    });
    expect(await server.introspect(second.access_token)).toEqual({ active: false });
    await expect(client.refreshTokenGrant(config, second.refresh_token ?? "")).rejects.toMatchObject({
      error: "invalid_grant",
    });
    expect(server.tokenRequests.map(({ grantType, status }) => `${grantType} ${status}`)).toEqual([
      "authorization_code 200",
      "refresh_token 200",
      "refresh_token 400",
      "refresh_token 400",
    ]);
  });

  it("lets a refresh token be used again when rotation is off", async () => {
    const server = await start({ rotateRefreshToken: false });
    const { config, refreshToken } = await obtainTokens(server, { login: "ada" });
    await client.refreshTokenGrant(config, refreshToken);
    await expect(client.refreshTokenGrant(config, refreshToken)).resolves.toHaveProperty("access_token");
  });

  it("expires access tokens on demand, and leaves the refresh token alone", async () => {
    const server = await start();
    const { config, accessToken, refreshToken } = await obtainTokens(server, { login: "ada" });
    expect(server.expireAccessTokens()).toBe(1);
    expect(await server.introspect(accessToken)).toEqual({ active: false });
    const { access_token } = await client.refreshTokenGrant(config, refreshToken);
    expect(await server.introspect(access_token)).toMatchObject({ active: true });
  });

  it("remembers every secret it handed out", async () => {
    const server = await start();
    const { config, accessToken, refreshToken } = await obtainTokens(server, { login: "ada" });
    const second = await client.refreshTokenGrant(config, refreshToken);
    expect(server.secrets()).toEqual(
      expect.arrayContaining([
        accessToken,
        refreshToken,
        second.access_token,
        second.refresh_token,
        server.client.client_secret,
      ]),
    );
  });

  it("revokes the grant at the revocation endpoint", async () => {
    const server = await start();
    const { config, accessToken, refreshToken } = await obtainTokens(server, { login: "ada" });
    await client.tokenRevocation(config, refreshToken);
    expect(await server.introspect(accessToken)).toEqual({ active: false });
  });
});

describe("faults of the token endpoint", () => {
  it("answers with what the test says, as often as it says, and then works again", async () => {
    const server = await start();
    const { config, refreshToken } = await obtainTokens(server, { login: "ada" });
    server.injectTokenFault({ kind: "answer", status: 503, headers: { "retry-after": "7" }, times: 2 });
    for (const _ of [1, 2]) {
      await expect(client.refreshTokenGrant(config, refreshToken)).rejects.toHaveProperty(
        "cause.status",
        503,
      );
    }
    await expect(client.refreshTokenGrant(config, refreshToken)).resolves.toHaveProperty("access_token");
    expect(server.tokenRequests.map(({ status }) => status)).toEqual([200, 503, 503, 200]);
  });

  it("hangs up without having done anything", async () => {
    const server = await start();
    const { config, refreshToken } = await obtainTokens(server, { login: "ada" });
    server.injectTokenFault({ kind: "drop" });
    await expect(client.refreshTokenGrant(config, refreshToken)).rejects.toThrow("fetch failed");
    await expect(client.refreshTokenGrant(config, refreshToken)).resolves.toHaveProperty("access_token");
    expect(server.tokenRequests.at(1)).toMatchObject({ grantType: "refresh_token", status: null });
  });

  it("loses the answer after the refresh token was spent", async () => {
    const server = await start();
    const { config, refreshToken } = await obtainTokens(server, { login: "ada" });
    server.injectTokenFault({ kind: "lose-answer" });
    await expect(client.refreshTokenGrant(config, refreshToken)).rejects.toThrow("fetch failed");
    await expect(client.refreshTokenGrant(config, refreshToken)).rejects.toMatchObject({
      error: "invalid_grant",
    });
  });

  it("answers late, from the start when asked", async () => {
    const server = await start({ faults: [{ kind: "delay", milliseconds: 30 }] });
    const { accessToken } = await obtainTokens(server, { login: "ada" });
    expect(await server.introspect(accessToken)).toMatchObject({ active: true });
  });
});
