import { sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { decodeJwt, ecKey, isSignedBy, rsaKey } from "../support/keys.js";
import { connect } from "./journey.js";
import { FORM, REDIRECT, shown } from "./requests.js";

const ASSERTION =
  "client_assertion=JWT&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";
const SECONDS = Date.UTC(2026, 10, 24, 12) / 1000;
const LIFE = { jti: expect.any(String), iat: SECONDS, nbf: SECONDS, exp: SECONDS + 60 };
const [EC, RSA] = [ecKey(), rsaKey()];

const signed = (claims: object): string => {
  const parts = [{ alg: "RS256", kid: "1" }, claims];
  const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  return `${text}.${sign("sha256", Buffer.from(text), RSA.pkcs8).toString("base64url")}`;
};
const KEYS = { keys: [{ ...RSA.publicKey.export({ format: "jwk" }), kid: "1", alg: "RS256", use: "sig" }] };
const ASKED_FOR_KEYS = ["GET https://appleid.apple.com/auth/keys", null, null, ""];

describe("Apple: a callback that is posted, a client secret that is a JWT", () => {
  const journey = {
    authConfig: {
      client_id: "com.acme.web",
      private_key: EC.pkcs8,
      key_id: "ABC123DEFG",
      issuer_id: "DEF123GHIJ",
    },
    isPosted: true,
    api: { "/auth/keys": KEYS },
    callback: { code: "c", user: `{"name":{"firstName":"Ada"},"email":"ada@example.com"}` },
    tokens: {
      access_token: "at",
      token_type: "Bearer",
      expires_in: 3600,
      refresh_token: "rt",
      id_token: signed({
        iss: "https://appleid.apple.com",
        aud: "com.acme.web",
        iat: SECONDS,
        exp: SECONDS + 600,
        sub: "001.a",
        email: "ada@example.com",
      }),
    },
  };

  it("asks for a form, and exchanges the code that is in it", async () => {
    const { authorize, finish, sent } = await connect("apple", journey);
    expect(authorize).toBe(
      `https://appleid.apple.com/auth/authorize?response_mode=form_post&response_type=code&redirect_uri=${REDIRECT}&state=STATE&scope=name+email&client_id=com.acme.web`,
    );
    const connection = await finish();
    expect(sent.map(shown)).toEqual([
      [
        "POST https://appleid.apple.com/auth/token",
        FORM,
        null,
        `redirect_uri=${REDIRECT}&code=c&grant_type=authorization_code&client_id=com.acme.web&client_secret=JWT`,
      ],
      ASKED_FOR_KEYS,
    ]);
    expect(connection.account).toEqual({
      id: "001.a",
      email: "ada@example.com",
      label: "ada@example.com",
    });
    expect(connection.expiresAt?.toISOString()).toBe("2026-11-24T13:00:00.000Z");
  });

  it("believes nobody else's ID token", async () => {
    const other = rsaKey().publicKey.export({ format: "jwk" });
    const api = { "/auth/keys": { keys: [{ ...other, kid: "1", alg: "RS256", use: "sig" }] } };
    const { finish } = await connect("apple", { ...journey, api });
    await expect(finish()).rejects.toMatchObject({ code: "TOKEN_RESPONSE_INVALID" });
  });

  it("signs as the team, for each request anew", async () => {
    const { finish, sent, time, answers } = await connect("apple", journey);
    const connection = await finish();
    time.now += 1_800_000;
    answers.tokens = { access_token: "at2", token_type: "Bearer", expires_in: 3600 };
    await connection.refresh();
    expect(sent[2]?.body).toBe(
      "refresh_token=rt&grant_type=refresh_token&client_id=com.acme.web&client_secret=JWT",
    );
    const [first = "", second = ""] = sent.flatMap(({ jwts }) => jwts);
    expect(decodeJwt(first)).toEqual({
      header: { alg: "ES256", kid: "ABC123DEFG" },
      claims: { iss: "DEF123GHIJ", sub: "com.acme.web", aud: "https://appleid.apple.com", ...LIFE },
    });
    expect(decodeJwt(second).claims).toMatchObject({ iat: SECONDS + 1800, exp: SECONDS + 1860 });
    expect([first, second].map((jwt) => isSignedBy(jwt, EC.publicKey))).toEqual([true, true]);
  });

  it("revokes the refresh token with such a secret", async () => {
    const { finish, sent } = await connect("apple", journey);
    await (await finish()).revoke();
    expect(sent.slice(2).map(shown)).toEqual([
      [
        "POST https://appleid.apple.com/auth/revoke",
        FORM,
        null,
        "token_type_hint=refresh_token&token=rt&client_id=com.acme.web&client_secret=JWT",
      ],
    ]);
  });
});

describe("Revolut: an assertion for one audience, in the name of the callback's host", () => {
  const authConfig = { client_id: "id", private_key: RSA.pkcs8 };
  const tokens = { access_token: "at", token_type: "bearer", expires_in: 2399, refresh_token: "rt" };

  it.each([
    ["business.revolut.com", "b2b.revolut.com", {}],
    [
      "sandbox-business.revolut.com",
      "sandbox-b2b.revolut.com",
      { login_host: "sandbox-business.revolut.com", api_host: "sandbox-b2b.revolut.com" },
    ],
  ])("is sent to %s and %s", async (login, api, params) => {
    const { authorize, finish, sent } = await connect("revolut", {
      authConfig: { ...authConfig, scopes: "READ,PAY" },
      params,
      tokens,
    });
    expect(authorize).toBe(
      `https://${login}/app-confirm?response_type=code&redirect_uri=${REDIRECT}&state=STATE&scope=READ%2CPAY&client_id=id`,
    );
    const connection = await finish();
    await connection.refresh();
    await connection.request("accounts");
    const tokenUrl = `POST https://${api}/api/1.0/auth/token`;
    expect(sent.map(shown)).toEqual([
      [
        tokenUrl,
        FORM,
        null,
        `redirect_uri=${REDIRECT}&code=c&grant_type=authorization_code&client_id=id&${ASSERTION}`,
      ],
      [tokenUrl, FORM, null, `refresh_token=rt&grant_type=refresh_token&client_id=id&${ASSERTION}`],
      [`GET https://${api}/api/1.0/accounts`, null, "Bearer at", ""],
    ]);
    for (const jwt of sent.flatMap(({ jwts }) => jwts)) {
      expect(decodeJwt(jwt)).toEqual({
        header: { alg: "RS256" },
        claims: { iss: "app.example.com", sub: "id", aud: "https://revolut.com", ...LIFE },
      });
      expect(isSignedBy(jwt, RSA.publicKey)).toBe(true);
    }
  });
});

describe("clients without a user", () => {
  it("at Okta sign for the token endpoint, and revoke the access token", async () => {
    const params = {
      domain: "acme.okta.com",
      client_id: "0oa1",
      private_key: RSA.pkcs8,
      key_id: "k-1",
    };
    const tokens = {
      token_type: "Bearer",
      expires_in: 3600,
      access_token: "at",
      scope: "okta.users.read",
    };
    const { authorize, finish, sent } = await connect("oktaservice", { params, tokens });
    expect(authorize).toBe("");
    const connection = await finish();
    await connection.revoke();
    expect(sent.map(shown)).toEqual([
      [
        "POST https://acme.okta.com/oauth2/v1/token",
        FORM,
        null,
        `scope=okta.users.read&grant_type=client_credentials&client_id=0oa1&${ASSERTION}`,
      ],
      [
        "POST https://acme.okta.com/oauth2/v1/revoke",
        FORM,
        null,
        `token_type_hint=access_token&token=at&client_id=0oa1&${ASSERTION}`,
      ],
    ]);
    const [jwt = ""] = sent[0]?.jwts ?? [];
    expect(decodeJwt(jwt)).toEqual({
      header: { alg: "RS256", kid: "k-1" },
      claims: { iss: "0oa1", sub: "0oa1", aud: "https://acme.okta.com/oauth2/v1/token", ...LIFE },
    });
    expect(isSignedBy(jwt, RSA.publicKey)).toBe(true);
    expect(connection.params).toEqual({ domain: "acme.okta.com", client_id: "0oa1", key_id: "k-1" });
  });

  it.each([
    [
      "zoomserver",
      { account_id: "acc_1" },
      "https://zoom.us/oauth/token",
      "Basic b3duOm93bi1zZWNyZXQ=",
      "grant_type=account_credentials&account_id=acc_1",
    ],
    [
      "auth0",
      { domain: "acme.eu.auth0.com" },
      "https://acme.eu.auth0.com/oauth/token",
      null,
      "audience=https%3A%2F%2Facme.eu.auth0.com%2Fapi%2Fv2%2F&grant_type=client_credentials&client_id=own&client_secret=own-secret",
    ],
    [
      "paypal",
      { host: "api-m.paypal.com" },
      "https://api-m.paypal.com/v1/oauth2/token",
      "Basic b3duOm93bi1zZWNyZXQ=",
      "grant_type=client_credentials",
    ],
    [
      "paypal",
      { host: "api-m.sandbox.paypal.com" },
      "https://api-m.sandbox.paypal.com/v1/oauth2/token",
      "Basic b3duOm93bi1zZWNyZXQ=",
      "grant_type=client_credentials",
    ],
  ])("at %s %j get a token, and another before it ends", async (slug, own, tokenUrl, basic, body) => {
    const params = { ...own, client_id: "own", client_secret: "own-secret" };
    const tokens = { access_token: "at", token_type: "Bearer", expires_in: 3600 };
    const { finish, sent, answers, time } = await connect(slug, { params, tokens });
    const connection = await finish();
    answers.tokens = { ...tokens, access_token: "at2" };
    time.now += 3_400_000;
    await connection.request("x");
    const request = [`POST ${tokenUrl}`, FORM, basic, body];
    expect(sent.slice(0, 2).map(shown)).toEqual([request, request]);
    expect(sent[2]?.headers.get("authorization")).toBe("Bearer at2");
    expect(sent).toHaveLength(3);
    expect(connection.params).toEqual({ ...own, client_id: "own" });
  });
});

describe("clients without a secret", () => {
  it.each(["us", "eu"])("at PostHog prove themselves with PKCE (%s)", async (region) => {
    const client_id = "https://app.example.com/posthog.json";
    const { authorize, finish, sent } = await connect("posthog", {
      authConfig: { client_id },
      params: { region },
      tokens: { access_token: "pha_1", token_type: "Bearer", expires_in: 3600, refresh_token: "phr_1" },
      api: { "/users/@me/": { uuid: "u-1", email: "ada@example.com", first_name: "Ada" } },
    });
    const id = `client_id=${encodeURIComponent(client_id)}`;
    expect(authorize).toBe(
      `https://${region}.posthog.com/oauth/authorize/?response_type=code&redirect_uri=${REDIRECT}&state=STATE&scope=user%3Aread+insight%3Aread&code_challenge=CHALLENGE&code_challenge_method=S256&${id}`,
    );
    const connection = await finish();
    expect(connection.account).toEqual({ id: "u-1", email: "ada@example.com", label: "Ada" });
    await connection.refresh();
    await connection.revoke();
    const oauth = `https://${region}.posthog.com/oauth`;
    expect(sent.map(shown)).toEqual([
      [
        `POST ${oauth}/token/`,
        FORM,
        null,
        `redirect_uri=${REDIRECT}&code=c&code_verifier=VERIFIER&grant_type=authorization_code&${id}`,
      ],
      [`GET https://${region}.posthog.com/api/users/@me/`, null, "Bearer pha_1", ""],
      [`POST ${oauth}/token/`, FORM, null, `refresh_token=phr_1&grant_type=refresh_token&${id}`],
      [`POST ${oauth}/revoke/`, FORM, null, `token_type_hint=refresh_token&token=phr_1&${id}`],
    ]);
  });
});
