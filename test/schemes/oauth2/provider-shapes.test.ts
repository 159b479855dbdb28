import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { oauth2 } from "../../../src/schemes/oauth2.js";
import type { SentRequest } from "./support.js";
import { CALLBACK_URL, callbackOf, contextOf, NOW, STATE, sentRequest, startContextOf } from "./support.js";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

type Settings = Readonly<Record<string, unknown>>;

/** Answers one URL, and records what was sent there. */
function record(url: string, resolver: () => Response) {
  const requests: SentRequest[] = [];
  server.use(
    http.post(url, async ({ request }) => {
      requests.push(await sentRequest(request));
      return resolver();
    }),
  );
  return requests;
}

const config = { client_id: "client_1", client_secret: "s3cr.et-1" };
const FORM_HEADERS = {
  accept: "application/json",
  "content-type": "application/x-www-form-urlencoded;charset=UTF-8",
  "user-agent": "mooring",
};
const REDIRECT = encodeURIComponent(CALLBACK_URL);

async function authorizationUrl(settings: Settings, scopes: readonly string[]) {
  const result = await oauth2().start(startContextOf({ settings, config, scopes }));
  return result.kind === "redirect"
    ? result.redirectUrl.replace(/code_challenge=[\w-]{43}/, "code_challenge=CHALLENGE")
    : null;
}
const exchange = (settings: Settings, verifier: string | null = "verifier-1") =>
  oauth2().complete?.(
    contextOf({ settings, config }),
    callbackOf({ code: "code-1", state: STATE }, { code_verifier: verifier, nonce: null, scopes: [] }),
  );
const refresh = (settings: Settings) =>
  oauth2().refresh?.(contextOf({ settings, config }), {
    access_token: "at",
    token_type: "bearer",
    refresh_token: "rt",
  });

describe("GitHub: form or JSON, comma lists, no expiry, errors with status 200", () => {
  const settings = {
    authorizationUrl: "https://github.com/login/oauth/authorize",
    tokenUrl: "https://github.com/login/oauth/access_token",
  };

  it("authorizes", async () => {
    await expect(authorizationUrl(settings, ["repo", "read:user"])).resolves.toBe(
      `https://github.com/login/oauth/authorize?response_type=code&redirect_uri=${REDIRECT}&state=state-1&scope=repo+read%3Auser&code_challenge=CHALLENGE&code_challenge_method=S256&client_id=client_1`,
    );
  });

  it("exchanges", async () => {
    const requests = record(settings.tokenUrl, () =>
      HttpResponse.text("access_token=gho_1&scope=repo%2Cread%3Auser&token_type=bearer", {
        headers: { "content-type": "application/x-www-form-urlencoded" },
      }),
    );
    await expect(exchange(settings)).resolves.toMatchObject({
      credentials: { access_token: "gho_1", expires_at: undefined, refresh_token: undefined },
      scopes: ["repo", "read:user"],
    });
    expect(requests).toStrictEqual([
      {
        method: "POST",
        url: settings.tokenUrl,
        headers: FORM_HEADERS,
        body: `redirect_uri=${REDIRECT}&code=code-1&code_verifier=verifier-1&grant_type=authorization_code&client_id=client_1&client_secret=s3cr.et-1`,
      },
    ]);
  });
});

describe("Google: extra parameters, ID tokens, refresh without rotation", () => {
  const settings = {
    issuer: "https://accounts.google.com",
    authorizationUrl: "https://accounts.google.com/o/oauth2/v2/auth",
    tokenUrl: "https://oauth2.googleapis.com/token",
    authorizationParams: { access_type: "offline", prompt: "consent" },
  };
  const idToken = (claims: Readonly<Record<string, unknown>>) =>
    [
      { alg: "RS256", kid: "1" },
      { iss: settings.issuer, aud: config.client_id, iat: NOW / 1000, exp: NOW / 1000 + 3600, ...claims },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
      .concat("c2ln")
      .join(".");

  it("authorizes", async () => {
    const url = await authorizationUrl(settings, ["https://www.googleapis.com/auth/gmail.modify"]);
    expect(url).toBe(
      `https://accounts.google.com/o/oauth2/v2/auth?access_type=offline&prompt=consent&response_type=code&redirect_uri=${REDIRECT}&state=state-1&scope=https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fgmail.modify&code_challenge=CHALLENGE&code_challenge_method=S256&client_id=client_1`,
    );
  });

  it("exchanges, and says whose account it is", async () => {
    const requests = record(settings.tokenUrl, () =>
      HttpResponse.json({
        access_token: "ya29.1",
        expires_in: 3599,
        refresh_token: "1//1",
        scope: "openid https://www.googleapis.com/auth/gmail.modify",
        token_type: "Bearer",
        id_token: idToken({ sub: "1077", email: "ada@example.com", name: "Ada" }),
      }),
    );
    await expect(exchange(settings)).resolves.toMatchObject({
      credentials: {
        access_token: "ya29.1",
        refresh_token: "1//1",
        expires_at: NOW + 3_599_000,
        id_token: expect.any(String),
      },
      scopes: ["openid", "https://www.googleapis.com/auth/gmail.modify"],
      account: { id: "1077", email: "ada@example.com", label: "Ada" },
    });
    expect(requests).toHaveLength(1);
  });

  it.each([
    ["another audience", { aud: "someone-else" }, "aud"],
    ["another issuer", { iss: "https://evil.example" }, "iss"],
    ["an expired one", { exp: NOW / 1000 - 3600 }, "exp"],
    ["a nonce nobody asked for", { nonce: "n" }, "nonce"],
  ])("refuses an ID token for %s", async (_name, claims, claim) => {
    record(settings.tokenUrl, () =>
      HttpResponse.json({ access_token: "at", id_token: idToken({ sub: "1", ...claims }) }),
    );
    await expect(exchange(settings)).rejects.toMatchObject({
      code: "TOKEN_RESPONSE_INVALID",
      message: expect.stringContaining(`claim \`${claim}\``),
    });
  });

  it.each(["x", "a.b", "a.b.c", "a.b.c.d.e"])("refuses the broken ID token %j", async (broken) => {
    record(settings.tokenUrl, () => HttpResponse.json({ access_token: "at", id_token: broken }));
    await expect(exchange(settings)).rejects.toMatchObject({ code: "TOKEN_RESPONSE_INVALID" });
  });

  it("refreshes, keeping the refresh token", async () => {
    const requests = record(settings.tokenUrl, () =>
      HttpResponse.json({ access_token: "ya29.2", expires_in: 3599 }),
    );
    await expect(refresh(settings)).resolves.toMatchObject({
      credentials: { access_token: "ya29.2", refresh_token: "rt" },
    });
    expect(requests).toStrictEqual([
      {
        method: "POST",
        url: settings.tokenUrl,
        headers: FORM_HEADERS,
        body: "refresh_token=rt&grant_type=refresh_token&client_id=client_1&client_secret=s3cr.et-1",
      },
    ]);
  });
});

describe("Slack: user scopes, nested tokens, ok:false", () => {
  const settings = {
    authorizationUrl: "https://slack.com/oauth/v2/authorize",
    tokenUrl: "https://slack.com/api/oauth.v2.access",
    scopeSeparator: ",",
    pkce: false,
    tokenResponse: {
      accessToken: "authed_user.access_token",
      scope: "authed_user.scope",
      failure: { path: "ok", equals: false },
      metadata: { team_id: "team.id" },
    },
  };

  it("authorizes", async () => {
    await expect(authorizationUrl(settings, ["chat:write", "users:read"])).resolves.toBe(
      `https://slack.com/oauth/v2/authorize?response_type=code&redirect_uri=${REDIRECT}&state=state-1&scope=chat%3Awrite%2Cusers%3Aread&client_id=client_1`,
    );
  });

  it("exchanges", async () => {
    const requests = record(settings.tokenUrl, () =>
      HttpResponse.json({
        ok: true,
        team: { id: "T1" },
        authed_user: { id: "U1", scope: "chat:write,users:read", access_token: "xoxp-1", token_type: "user" },
      }),
    );
    await expect(exchange(settings, null)).resolves.toMatchObject({
      credentials: { access_token: "xoxp-1" },
      scopes: ["chat:write", "users:read"],
      params: { team_id: "T1" },
    });
    expect(requests[0]?.body).toBe(
      `redirect_uri=${REDIRECT}&code=code-1&grant_type=authorization_code&client_id=client_1&client_secret=s3cr.et-1`,
    );
  });

  it("tells a refusal with status 200", async () => {
    record(settings.tokenUrl, () => HttpResponse.json({ ok: false, error: "invalid_code" }));
    await expect(exchange(settings, null)).rejects.toMatchObject({
      code: "TOKEN_EXCHANGE_FAILED",
      providerError: "invalid_code",
      status: 200,
    });
  });
});

describe("Notion: Basic without percent-encoding, JSON bodies, a version header", () => {
  const settings = {
    authorizationUrl: "https://api.notion.com/v1/oauth/authorize",
    tokenUrl: "https://api.notion.com/v1/oauth/token",
    clientAuthentication: "client_secret_basic_raw",
    authorizationParams: { owner: "user" },
    tokenRequestFormat: "json",
    tokenRequestHeaders: { "Notion-Version": "2022-06-28" },
    tokenResponse: { metadata: { workspace_id: "workspace_id" } },
    pkce: false,
  };

  it("exchanges", async () => {
    const requests = record(settings.tokenUrl, () =>
      HttpResponse.json({
        access_token: "ntn_1",
        token_type: "bearer",
        workspace_id: "w1",
        refresh_token: null,
      }),
    );
    await expect(exchange(settings, null)).resolves.toMatchObject({
      credentials: { access_token: "ntn_1", refresh_token: undefined },
      params: { workspace_id: "w1" },
    });
    expect(requests).toStrictEqual([
      {
        method: "POST",
        url: settings.tokenUrl,
        headers: {
          accept: "application/json",
          authorization: `Basic ${Buffer.from("client_1:s3cr.et-1").toString("base64")}`,
          "content-type": "application/json",
          "notion-version": "2022-06-28",
          "user-agent": "mooring",
        },
        body: `{"redirect_uri":"${CALLBACK_URL}","code":"code-1","grant_type":"authorization_code"}`,
      },
    ]);
  });

  it("percent-encodes where asked to (RFC 6749 §2.3.1), but nothing that servers without decoding would trip over", async () => {
    const basic = { ...settings, clientAuthentication: "client_secret_basic" };
    const requests = record(settings.tokenUrl, () => HttpResponse.json({ access_token: "at" }));
    await exchange(basic, null);
    const odd = { client_id: "a:b", client_secret: "p%ss w/rd-é" };
    await oauth2().complete?.(contextOf({ settings: basic, config: odd }), callbackOf());
    expect(
      requests.map(({ headers }) =>
        Buffer.from(headers["authorization"]?.slice(6) ?? "", "base64").toString(),
      ),
    ).toStrictEqual(["client_1:s3cr.et-1", "a%3Ab:p%25ss+w%2Frd-%C3%A9"]);
  });
});

describe("Linear: comma-separated scopes, extra refresh parameters, a public client", () => {
  const settings = {
    authorizationUrl: "https://linear.app/oauth/authorize",
    tokenUrl: "https://api.linear.app/oauth/token",
    scopeSeparator: ",",
    refreshParams: { audience: "api" },
    tokenParams: { audience: "api" },
    clientAuthentication: "none",
  };

  it("exchanges, and reads scopes from a list", async () => {
    const requests = record(settings.tokenUrl, () =>
      HttpResponse.json(
        { access_token: "lin_1", expires_in: "86399", scope: ["read", "write"], refresh_token: "lin_r" },
        { status: 201 },
      ),
    );
    await expect(exchange(settings)).resolves.toMatchObject({
      credentials: { access_token: "lin_1", refresh_token: "lin_r", expires_at: NOW + 86_399_000 },
      scopes: ["read", "write"],
    });
    expect(requests[0]?.body).toBe(
      `audience=api&redirect_uri=${REDIRECT}&code=code-1&code_verifier=verifier-1&grant_type=authorization_code&client_id=client_1`,
    );
  });

  it("refreshes", async () => {
    const requests = record(settings.tokenUrl, () =>
      HttpResponse.json({ access_token: "lin_2", refresh_token: "" }),
    );
    await expect(refresh(settings)).resolves.toMatchObject({ credentials: { refresh_token: "rt" } });
    expect(requests[0]?.body).toBe(
      "audience=api&refresh_token=rt&grant_type=refresh_token&client_id=client_1",
    );
  });
});

describe("a callback behind a proxy", () => {
  it("sends the redirect URI that was authorized, query and all, not the one the host saw", async () => {
    const requests = record("https://id.acme.example/token", () => HttpResponse.json({ access_token: "at" }));
    const callback = callbackOf();
    const callbackUrl = `${CALLBACK_URL}?tenant=7`;
    const seen = new URL(callback.url.href.replace("https://app.example.com", "http://10.0.0.1:3000"));
    await oauth2().complete?.(contextOf(), { ...callback, url: seen, callbackUrl });
    expect(new URLSearchParams(requests[0]?.body).get("redirect_uri")).toBe(callbackUrl);
  });
});
