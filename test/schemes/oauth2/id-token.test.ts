import { createHmac, createPublicKey, generateKeyPairSync } from "node:crypto";
import { SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { oauth2Settings } from "../../../src/ports/scheme-settings/oauth2.js";
import { oauth2 } from "../../../src/schemes/oauth2.js";
import { callbackOf, contextOf, errorOf, STATE } from "./support.js";

const ISSUER = "https://id.acme.example";
const SECRET = "a secret of at least thirty-two bytes";
const NONCE = "nonce-1";
const KEY = generateKeyPairSync("rsa", { modulusLength: 2048 });
const OTHER = generateKeyPairSync("rsa", { modulusLength: 2048 });

const published = (key: typeof KEY, kid: string) => ({ ...key.publicKey.export({ format: "jwk" }), kid });

/** An ID token of Acme's, whose claims hold. */
const idToken = (options: { kid?: string; key?: typeof KEY; algorithm?: string } = {}) =>
  new SignJWT({ nonce: NONCE, email: "ada@acme.example" })
    .setProtectedHeader({ alg: options.algorithm ?? "RS256", kid: options.kid ?? "key-1" })
    .setIssuer(ISSUER)
    .setAudience("client-1")
    .setSubject("ada")
    .setIssuedAt(Date.now() / 1000)
    .setExpirationTime("10m")
    .sign((options.key ?? KEY).privateKey);

/** The same claims under a secret. */
async function symmetric(secret: string): Promise<string> {
  const [, claims = ""] = (await idToken()).split(".");
  const header = Buffer.from(JSON.stringify({ alg: "HS256" })).toString("base64url");
  const signature = createHmac("sha256", secret).update(`${header}.${claims}`).digest("base64url");
  return `${header}.${claims}.${signature}`;
}

/** A provider that answers with this token, and publishes keys; `asked` counts the requests for them. */
function provider(settings: Readonly<Record<string, unknown>> = {}) {
  const state = {
    token: "",
    keys: [published(KEY, "key-1")],
    isDown: false,
    asked: 0,
    algorithms: ["RS256"],
  };
  const scheme = oauth2();
  const context = contextOf({
    now: Date.now,
    config: { client_id: "client-1", client_secret: SECRET },
    settings: { issuer: ISSUER, authorizationUrl: null, tokenUrl: null, ...settings },
    fetch: async (input) => {
      const { pathname } = new URL(new Request(input).url);
      if (pathname === "/token") {
        return Response.json({ access_token: "token-1", token_type: "bearer", id_token: state.token });
      }
      if (pathname === "/keys") {
        state.asked += 1;
        return state.isDown ? new Response("", { status: 503 }) : Response.json({ keys: state.keys });
      }
      return Response.json({
        issuer: ISSUER,
        authorization_endpoint: `${ISSUER}/authorize`,
        token_endpoint: `${ISSUER}/token`,
        jwks_uri: `${ISSUER}/keys`,
        id_token_signing_alg_values_supported: state.algorithms,
      });
    },
  });
  const flow = { code_verifier: "verifier-1", nonce: NONCE, scopes: ["openid"] };
  const connect = async (token: string) => {
    state.token = token;
    return scheme.complete?.(context, callbackOf({ code: "code-1", state: STATE }, flow));
  };
  return { state, connect };
}

const WRONG = {
  name: "TokenError",
  code: "TOKEN_RESPONSE_INVALID",
  message: expect.stringContaining("its signature is not that of the server's keys"),
};

describe("the signature of an ID token", () => {
  it("is checked with the keys the server publishes, which are fetched once", async () => {
    const { state, connect } = provider();
    for (let time = 0; time < 3; time += 1) {
      await expect(connect(await idToken())).resolves.toMatchObject({ account: { id: "ada" } });
    }
    expect(state.asked).toBe(1);
  });

  it("is refused when it is another key's, be it under a known name or not", async () => {
    const { connect } = provider();
    expect(await errorOf(connect(await idToken({ key: OTHER })))).toMatchObject(WRONG);
    expect(await errorOf(connect(await idToken({ key: OTHER, kid: "key-9" })))).toMatchObject(WRONG);
  });

  it("holds with keys that were rotated a moment ago", async () => {
    const { state, connect } = provider();
    await connect(await idToken());
    state.keys = [published(OTHER, "key-2")];
    await expect(connect(await idToken({ key: OTHER, kid: "key-2" }))).resolves.toMatchObject({
      account: { id: "ada" },
    });
    expect(await errorOf(connect(await idToken()))).toMatchObject(WRONG);
  });

  it("is checked with the client's secret for HS256, never with a public key as one", async () => {
    const { state, connect } = provider();
    state.algorithms = ["RS256", "HS256"];
    const pem = createPublicKey({ key: published(KEY, "key-1"), format: "jwk" }).export({
      type: "spki",
      format: "pem",
    });
    await expect(connect(await symmetric(SECRET))).resolves.toMatchObject({ account: { id: "ada" } });
    expect(await errorOf(connect(await symmetric(String(pem))))).toMatchObject(WRONG);
  });

  it("ends the attempt while the keys cannot be had: the code is spent, and another may be made", async () => {
    const { state, connect } = provider();
    state.isDown = true;
    expect(await errorOf(connect(await idToken()))).toMatchObject({
      code: "TOKEN_EXCHANGE_FAILED",
      retryable: false,
      cause: { code: "JWKS_UNAVAILABLE" },
    });
    state.isDown = false;
    await expect(connect(await idToken())).resolves.toMatchObject({ account: { id: "ada" } });
  });

  const given = { authorizationUrl: `${ISSUER}/authorize`, tokenUrl: `${ISSUER}/token` };

  it("is checked at the app's `jwksUrl` where nothing is discovered", async () => {
    const { connect } = provider({ ...given, jwksUrl: `${ISSUER}/keys` });
    await expect(connect(await idToken())).resolves.toMatchObject({ account: { id: "ada" } });
    expect(await errorOf(connect(await idToken({ key: OTHER })))).toMatchObject(WRONG);
  });

  it("needs to know whose: `jwksUrl` without `issuer` is refused", () => {
    const parsed = oauth2Settings().safeParse({ scheme: "OAUTH2", ...given, jwksUrl: `${ISSUER}/keys` });
    expect(parsed.error?.issues).toMatchObject([{ path: ["jwksUrl"] }]);
  });

  it("is left to TLS where no keys are known", async () => {
    const { state, connect } = provider(given);
    await expect(connect(await idToken({ key: OTHER }))).resolves.toMatchObject({ account: { id: "ada" } });
    expect(state.asked).toBe(0);
  });
});
