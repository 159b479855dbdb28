import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { oauth2 } from "../../../src/schemes/oauth2.js";
import type { SentRequest } from "./support.js";
import { contextOf, errorOf, sentRequest } from "./support.js";

const REVOCATION_URL = "https://id.acme.example/revoke";
const ACCESS = { access_token: "at", token_type: "bearer" } as const;
const CREDENTIALS = { ...ACCESS, refresh_token: "rt" } as const;

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

/** Answers any request to the host, and records it. */
function record(resolver: () => Response = () => new HttpResponse(null, { status: 200 })) {
  const requests: SentRequest[] = [];
  server.use(
    http.all("https://id.acme.example/*", async ({ request }) => {
      requests.push(await sentRequest(request));
      return resolver();
    }),
  );
  return requests;
}
const revoke = (settings: Readonly<Record<string, unknown>>, credentials = CREDENTIALS) =>
  Promise.resolve(oauth2().revoke?.(contextOf({ settings }), credentials));
const standard = { revocationUrl: REVOCATION_URL };

describe("revoke by RFC 7009", () => {
  it("revokes the refresh token, which ends the grant", async () => {
    const requests = record();
    await revoke(standard);
    expect(requests).toMatchObject([
      {
        method: "POST",
        url: REVOCATION_URL,
        body: "token_type_hint=refresh_token&token=rt&client_id=client-1&client_secret=s3cret%2Fwith%3Aodd+chars",
      },
    ]);
  });

  it("revokes the access token when there is no refresh token", async () => {
    const requests = record();
    await oauth2().revoke?.(contextOf({ settings: standard }), ACCESS);
    expect(requests[0]?.body).toMatch(/^token_type_hint=access_token&token=at&/);
  });

  describe("where the app says who the server is, but not where it revokes", () => {
    const ISSUER = "https://id.acme.example";
    const answering = (answer: () => Response) => {
      const revoked: string[] = [];
      server.use(
        http.get(`${ISSUER}/.well-known/*`, answer),
        http.post(REVOCATION_URL, async ({ request }) => {
          revoked.push(await request.text());
          return new HttpResponse(null, { status: 200 });
        }),
      );
      return revoked;
    };
    const metadata = (more: object) =>
      HttpResponse.json({
        issuer: ISSUER,
        authorization_endpoint: `${ISSUER}/a`,
        token_endpoint: `${ISSUER}/t`,
        ...more,
      });

    it("asks the server", async () => {
      const revoked = answering(() => metadata({ revocation_endpoint: REVOCATION_URL }));
      await revoke({ issuer: ISSUER });
      expect(revoked).toEqual([expect.stringContaining("token=rt")]);
    });

    it.each([
      ["has no such endpoint", () => metadata({})],
      ["has no metadata", () => new HttpResponse(null, { status: 404 })],
    ])("sends nothing to one that %s", async (_what, answer) => {
      const revoked = answering(answer);
      await revoke({ issuer: ISSUER });
      expect(revoked).toEqual([]);
    });

    it("does not say that it is done when the server is away", async () => {
      answering(() => new HttpResponse(null, { status: 503 }));
      await expect(errorOf(revoke({ issuer: ISSUER }))).resolves.toMatchObject({
        code: "TOKEN_REVOKE_FAILED",
        retryable: true,
      });
    });
  });

  it("tries every token, and then tells the first failure", async () => {
    const requests = record(() => new HttpResponse(null, { status: 400 }));
    const furtherTokens = { bot: { urls: ["https://bot.acme.example"], answer: { accessToken: "bot" } } };
    const credentials = { ...CREDENTIALS, further: { bot: { access_token: "bot-at" } } };
    const error = await errorOf(revoke({ ...standard, furtherTokens }, credentials));
    expect(error).toMatchObject({ code: "TOKEN_REVOKE_FAILED" });
    expect(requests.map(({ body }) => new URLSearchParams(body).get("token"))).toEqual(["rt", "bot-at"]);
  });

  it("sends nothing where there is no way to revoke", async () => {
    await expect(revoke({})).resolves.toBeUndefined();
  });

  it.each([
    ["204", 204, null],
    ["400 invalid_token (Google)", 400, '{"error":"invalid_token"}'],
    ["400 invalid_grant", 400, '{"error":"invalid_grant"}'],
  ])("takes %s for done", async (_name, status, body) => {
    record(() => new HttpResponse(body, { status }));
    await expect(revoke(standard)).resolves.toBeUndefined();
  });

  it.each([
    ["401 invalid_client", 401, '{"error":"invalid_client"}', false],
    ["400 unsupported_token_type", 400, '{"error":"unsupported_token_type"}', false],
    ["404", 404, "<p>nothing here</p>", false],
    ["503", 503, "", true],
    ["500 that claims invalid_token", 500, '{"error":"invalid_token"}', true],
    ["a redirect", 302, "", false],
  ])("fails on %s", async (_name, status, body, retryable) => {
    record(() => new HttpResponse(body, { status, headers: { location: "https://evil.example" } }));
    await expect(errorOf(revoke(standard))).resolves.toMatchObject({
      name: "TokenError",
      code: "TOKEN_REVOKE_FAILED",
      status,
      retryable,
    });
  });

  it("fails when the server cannot be reached", async () => {
    record(() => HttpResponse.error());
    await expect(errorOf(revoke(standard))).resolves.toMatchObject({
      code: "TOKEN_REVOKE_FAILED",
      retryable: true,
    });
  });
});

describe("revoke in a dialect", () => {
  const dialect = (
    request: Readonly<Record<string, unknown>>,
    more: Readonly<Record<string, unknown>> = {},
  ) => ({
    ...more,
    revocationRequest: { method: "POST", url: REVOCATION_URL, authentication: "none", ...request },
  });

  it("deletes GitHub's grant with the app's credentials", async () => {
    const requests = record(() => new HttpResponse(null, { status: 204 }));
    await revoke(
      dialect({
        method: "DELETE",
        url: "https://id.acme.example/applications/{client_id}/grant",
        authentication: "client_secret_basic",
        json: { access_token: "{access_token}" },
        headers: { "x-github-api-version": "2022-11-28" },
      }),
    );
    expect(requests).toMatchObject([
      {
        method: "DELETE",
        url: "https://id.acme.example/applications/client-1/grant",
        headers: {
          authorization: `Basic ${Buffer.from("client-1:s3cret/with:odd chars").toString("base64")}`,
          "content-type": "application/json",
          "x-github-api-version": "2022-11-28",
        },
        body: '{"access_token":"at"}',
      },
    ]);
  });

  it("calls Slack's auth.revoke with the token itself, and reads its kind of refusal", async () => {
    const slack = dialect(
      { authentication: "bearer" },
      { tokenResponse: { failure: { path: "ok", equals: false } } },
    );
    const requests = record(() => HttpResponse.json({ ok: true, revoked: true }));
    await revoke(slack);
    expect(requests).toMatchObject([{ headers: { authorization: "Bearer at" }, body: "" }]);
    record(() => HttpResponse.json({ ok: false, error: "token_revoked" }));
    await expect(revoke(slack)).resolves.toBeUndefined();
    record(() => HttpResponse.json({ ok: false, error: "ratelimited" }));
    await expect(errorOf(revoke(slack))).resolves.toMatchObject({
      code: "TOKEN_REVOKE_FAILED",
      retryable: true,
    });
  });

  it("percent-encodes a token in the URL", async () => {
    const requests = record();
    const settings = dialect({ method: "DELETE", url: "https://id.acme.example/tokens/{refresh_token}" });
    await oauth2().revoke?.(contextOf({ settings }), { ...ACCESS, refresh_token: "../{x}?#" });
    expect(requests[0]?.url).toBe("https://id.acme.example/tokens/..%2F%7Bx%7D%3F%23");
  });

  it("sends a form", async () => {
    const requests = record();
    await revoke(dialect({ form: { token: "{token}", hint: "x" } }));
    expect(requests[0]).toMatchObject({ body: "token=at&hint=x" });
  });

  it.each([404, 410])("takes %d for done: the grant is addressed itself", async (status) => {
    record(() => new HttpResponse(null, { status }));
    await expect(revoke(dialect({}))).resolves.toBeUndefined();
  });

  it("sends nothing when the token it wants is not there", async () => {
    const settings = dialect({ form: { token: "{refresh_token}" } });
    await expect(oauth2().revoke?.(contextOf({ settings }), ACCESS)).resolves.toBeUndefined();
  });

  it("never puts a token into a host", async () => {
    const settings = dialect({ url: "https://{token}.acme.example/" });
    await expect(errorOf(revoke(settings))).resolves.toMatchObject({ code: "CONFIG_INVALID" });
  });

  it("names the URL without the token when it cannot be filled in", async () => {
    const settings = dialect({ url: "https://{tenant}.acme.example/tokens/{token}" });
    const error = await errorOf(
      oauth2().revoke?.(contextOf({ settings }), { ...ACCESS, access_token: "very-secret" }) ??
        Promise.resolve(),
    );
    expect(error).toMatchObject({ code: "CONFIG_INVALID" });
    expect(String(error)).not.toContain("very-secret");
  });
});
