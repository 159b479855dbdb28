import { inspect } from "node:util";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { MooringError, TokenError } from "../../../src/errors.js";
import { oauth2 } from "../../../src/schemes/oauth2.js";
import { CLIENT_SECRET, callbackOf, contextOf, errorOf, NOW, TOKEN_URL } from "./support.js";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const CREDENTIALS = {
  access_token: "old-access-token",
  token_type: "bearer",
  refresh_token: "old-refresh-token",
} as const;
const answer = (resolver: () => Response | Promise<Response>) => server.use(http.post(TOKEN_URL, resolver));
const refresh = (options: Parameters<typeof contextOf>[0] = {}) =>
  oauth2().refresh?.(contextOf(options), CREDENTIALS);
const refreshError = (options: Parameters<typeof contextOf>[0] = {}) =>
  errorOf(Promise.resolve(refresh(options)));
const exchangeError = () => errorOf(Promise.resolve(oauth2().complete?.(contextOf(), callbackOf())));

describe("refresh", () => {
  it("renews the access token and counts its life from when it was asked for", async () => {
    answer(() =>
      HttpResponse.json({
        access_token: "new",
        token_type: "Bearer",
        expires_in: 60,
        refresh_token: "rotated",
      }),
    );
    await expect(refresh()).resolves.toMatchObject({
      credentials: { access_token: "new", refresh_token: "rotated", expires_at: NOW + 60_000 },
    });
  });

  it("keeps the refresh token the answer leaves out, and forgets the old expiry", async () => {
    answer(() => HttpResponse.json({ access_token: "new" }));
    const grant = await oauth2().refresh?.(contextOf(), { ...CREDENTIALS, scope: "read", expires_at: NOW });
    expect(grant?.credentials).toMatchObject({
      access_token: "new",
      refresh_token: "old-refresh-token",
      scope: "read",
    });
    expect(grant?.credentials.expires_at).toBeUndefined();
    expect(grant?.scopes).toBeUndefined();
  });

  it("reports scopes that were narrowed", async () => {
    answer(() => HttpResponse.json({ access_token: "new", scope: "read" }));
    await expect(
      oauth2().refresh?.(contextOf(), { ...CREDENTIALS, scope: "read write" }),
    ).resolves.toMatchObject({
      scopes: ["read"],
      credentials: { scope: "read" },
    });
  });

  it.each([{ scope: "" }, { scope: [] }])(
    "takes a scope of $scope for nothing said: what was granted before stays",
    async ({ scope }) => {
      answer(() => HttpResponse.json({ access_token: "new", scope }));
      const grant = await oauth2().refresh?.(contextOf(), { ...CREDENTIALS, scope: "read write" });
      expect(grant).toMatchObject({ credentials: { access_token: "new", scope: "read write" } });
      expect(grant?.scopes).toBeUndefined();
    },
  );

  it("drops an ID token, however broken: a rotated refresh token must not be lost over it", async () => {
    answer(() => HttpResponse.json({ access_token: "new", refresh_token: "rotated", id_token: "broken" }));
    const grant = await refresh({ settings: { issuer: "https://id.acme.example" } });
    expect(grant?.credentials).toMatchObject({ refresh_token: "rotated" });
    expect(grant?.credentials.id_token).toBeUndefined();
  });

  it("resolves to null without a refresh token, and asks nobody", async () => {
    await expect(
      oauth2().refresh?.(contextOf(), { access_token: "at", token_type: "bearer" }),
    ).resolves.toBeNull();
  });

  it.each([
    ["400 invalid_grant", 400, '{"error":"invalid_grant"}'],
    ["401 invalid_grant", 401, '{"error":"invalid_grant"}'],
    ["403 invalid_grant", 403, '{"error":"invalid_grant"}'],
    ["200 with GitHub's error inside", 200, '{"error":"bad_refresh_token"}'],
    ["400 without a body", 400, ""],
  ])("takes %s for the end of the grant", async (_name, status, body) => {
    answer(() => new HttpResponse(body, { status }));
    const error = await refreshError();
    expect(error).toBeInstanceOf(TokenError);
    expect(error).toMatchObject({ code: "REAUTHORIZATION_REQUIRED", retryable: false, status });
  });

  it.each([
    ["401 invalid_client", 401, '{"error":"invalid_client"}'],
    ["400 unauthorized_client", 400, '{"error":"unauthorized_client"}'],
    ["401 without a word", 401, ""],
    ["200 with GitHub's error inside", 200, '{"error":"incorrect_client_credentials"}'],
  ])("takes %s for a wrong client, not for the end of the grant", async (_name, status, body) => {
    answer(() => new HttpResponse(body, { status, headers: { "www-authenticate": "Basic" } }));
    const error = await refreshError();
    expect(error).toMatchObject({ code: "TOKEN_REFRESH_FAILED", retryable: false, status });
    expect(error).toHaveProperty("hint", expect.stringContaining("client_secret"));
  });

  it.each([
    ["500 with HTML", 500, "<html>", {}, null],
    ["500 that claims invalid_grant", 500, '{"error":"invalid_grant"}', {}, null],
    ["429 with seconds", 429, "", { "retry-after": "7" }, 7000],
    ["503 with a date", 503, "", { "retry-after": new Date(NOW + 9000).toUTCString() }, 9000],
    ["400 temporarily_unavailable", 400, '{"error":"temporarily_unavailable"}', {}, null],
  ])("takes %s for passing", async (_name, status, body, headers, retryAfterMs) => {
    answer(() => new HttpResponse(body, { status, headers }));
    await expect(refreshError()).resolves.toMatchObject({
      code: "TOKEN_REFRESH_FAILED",
      retryable: true,
      status,
      retryAfterMs,
    });
  });

  it("takes a broken connection for passing, with a cause that holds no request", async () => {
    answer(() => HttpResponse.error());
    const error = await refreshError();
    expect(error).toMatchObject({ code: "TOKEN_REFRESH_FAILED", retryable: true, status: null });
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain("old-refresh-token");
  });

  it.each([
    ["HTML", 200, "<!doctype html><p>Sign in</p>", "`body`"],
    ["truncated JSON", 200, '{"access_token":"new', "`body`"],
    ["no access token", 200, '{"token_type":"bearer"}', "`access_token`"],
    ["a refresh token of the wrong type", 200, '{"access_token":"new","refresh_token":1}', "`refresh_token`"],
    ["HTML with status 400", 400, "<p>no</p>", "`body`"],
  ])("takes %s for malformed and names the field", async (_name, status, body, field) => {
    answer(() => new HttpResponse(body, { status }));
    const error = await refreshError();
    expect(error).toMatchObject({ code: "TOKEN_RESPONSE_INVALID", retryable: false, status });
    expect(error).toHaveProperty("message", expect.stringContaining(field));
  });

  it("refuses an answer of more than 1 MB", async () => {
    answer(() => HttpResponse.json({ access_token: "x".repeat(1_000_001) }));
    await expect(refreshError()).resolves.toMatchObject({ code: "TOKEN_RESPONSE_INVALID" });
  });

  it("does not follow a redirect", async () => {
    answer(() => HttpResponse.redirect("https://elsewhere.example/token", 307));
    await expect(refreshError()).resolves.toMatchObject({ code: "TOKEN_RESPONSE_INVALID", status: 307 });
  });

  it("stops when the caller does", async () => {
    const controller = new AbortController();
    answer(async () => {
      controller.abort();
      return new Promise<Response>(() => undefined);
    });
    await expect(refreshError({ signal: controller.signal })).resolves.toMatchObject({
      code: "TOKEN_REFRESH_FAILED",
      retryable: true,
    });
  });
});

describe("complete", () => {
  it("exchanges the code and reports what was granted", async () => {
    answer(() =>
      HttpResponse.json({ access_token: "new", refresh_token: "rt", expires_in: 60, scope: "read,write" }),
    );
    await expect(oauth2().complete?.(contextOf(), callbackOf())).resolves.toStrictEqual({
      credentials: {
        access_token: "new",
        token_type: "bearer",
        refresh_token: "rt",
        scope: "read write",
        id_token: undefined,
        expires_at: NOW + 60_000,
      },
      scopes: ["read", "write"],
      params: {},
      account: undefined,
    });
  });

  it("takes the requested scopes for granted when the answer has none (RFC 6749 §5.1)", async () => {
    answer(() => HttpResponse.json({ access_token: "new" }));
    await expect(oauth2().complete?.(contextOf(), callbackOf())).resolves.toMatchObject({ scopes: ["read"] });
  });

  it("says that the code did not work, which no repetition will mend", async () => {
    answer(() => HttpResponse.json({ error: "invalid_grant" }, { status: 400 }));
    await expect(exchangeError()).resolves.toMatchObject({
      code: "TOKEN_EXCHANGE_FAILED",
      retryable: false,
      providerError: "invalid_grant",
    });
  });

  it("says that the server is down, which may pass", async () => {
    answer(() => new HttpResponse("down", { status: 502 }));
    await expect(exchangeError()).resolves.toMatchObject({
      code: "TOKEN_EXCHANGE_FAILED",
      retryable: true,
      status: 502,
    });
  });
});

describe("errors", () => {
  it("show no secret, even when the server repeats all it was sent", async () => {
    server.use(
      http.post(TOKEN_URL, async ({ request }) =>
        HttpResponse.json(
          {
            error: "invalid_request",
            error_description: `${await request.text()}\u0000\n${"x".repeat(5000)}`,
          },
          { status: 400 },
        ),
      ),
    );
    const errors = [await refreshError(), await exchangeError()];
    for (const error of errors) {
      expect(MooringError.is(error)).toBe(true);
      const shown = `${inspect(error, { depth: null, showHidden: true })} ${JSON.stringify(error)}`;
      for (const secret of [
        CLIENT_SECRET,
        encodeURIComponent(CLIENT_SECRET),
        "old-refresh-token",
        "code-1",
        "verifier-1",
      ]) {
        expect(shown).not.toContain(secret);
      }
      expect(shown).not.toContain("\u0000");
      expect(shown.length).toBeLessThan(5000);
    }
  });
});
