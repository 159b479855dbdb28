import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { oauth2 } from "../../../src/schemes/oauth2.js";
import type { SentRequest } from "./support.js";
import { contextOf, NOW, sentRequest, startContextOf, TOKEN_URL } from "./support.js";

const DEVICE_URL = "https://id.acme.example/device";
const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const settings = { grantType: "device_code", deviceAuthorizationUrl: DEVICE_URL, authorizationUrl: null };
const CODES = {
  device_code: "dc-1",
  user_code: "WDJB-MJHT",
  verification_uri: "https://acme.example/device",
  expires_in: 900,
};
const start = () => oauth2().start(startContextOf({ settings, scopes: ["read", "write"] }));
const poll = () =>
  Promise.resolve(
    oauth2().poll?.(contextOf({ settings }), { device_code: "dc-1", scopes: ["read"], client: null }),
  );
const answer = (url: string, response: () => Response | Promise<Response>) => {
  const sent: SentRequest[] = [];
  server.use(
    http.post(url, async ({ request }) => {
      sent.push(await sentRequest(request));
      return response();
    }),
  );
  return sent;
};

describe("device authorization request (RFC 8628 §3.1)", () => {
  it("asks with client and scopes, and assumes five seconds between polls", async () => {
    const sent = answer(DEVICE_URL, () => HttpResponse.json(CODES));
    await expect(start()).resolves.toStrictEqual({
      kind: "device",
      verificationUri: "https://acme.example/device",
      verificationUriComplete: null,
      userCode: "WDJB-MJHT",
      intervalMs: 5_000,
      expiresAt: NOW + 900_000,
      flow: { device_code: "dc-1", scopes: ["read", "write"], client: null },
    });
    expect(Object.fromEntries(new URLSearchParams(sent[0]?.body))).toMatchObject({
      client_id: "client-1",
      scope: "read write",
    });
  });

  it("takes `verification_url` for `verification_uri`, and numbers as texts", async () => {
    const { verification_uri: verification_url, ...codes } = CODES;
    answer(DEVICE_URL, () =>
      HttpResponse.json({ ...codes, verification_url, expires_in: "900", interval: "7" }),
    );
    await expect(start()).resolves.toMatchObject({
      verificationUri: verification_url,
      intervalMs: 7_000,
      expiresAt: NOW + 900_000,
    });
  });

  it.each([
    ["HTML", () => HttpResponse.html("<h1>Welcome</h1>")],
    ["truncated JSON", () => new HttpResponse('{"device_code":"dc-1","user_co')],
    ["no user code", () => HttpResponse.json({ ...CODES, user_code: undefined })],
    [
      "a page that is a script",
      () => HttpResponse.json({ ...CODES, verification_uri: "javascript:alert(1)" }),
    ],
    [
      "a page with what a terminal would obey",
      () => HttpResponse.json({ ...CODES, verification_uri: "https://acme.example/\u001b]0;x\u0007" }),
    ],
    ["a user code that does", () => HttpResponse.json({ ...CODES, user_code: "AB\u001b[2J" })],
    ["no expiry", () => HttpResponse.json({ ...CODES, expires_in: undefined })],
    ["a negative interval", () => HttpResponse.json({ ...CODES, interval: -5 })],
    ["a redirect", () => HttpResponse.redirect("https://evil.example/", 307)],
    ["more than 1 MB", () => new HttpResponse(`{"device_code":"${"a".repeat(1_100_000)}"}`)],
  ])("refuses %s", async (_name, response) => {
    answer(DEVICE_URL, response);
    await expect(start()).rejects.toMatchObject({ code: "TOKEN_RESPONSE_INVALID" });
  });

  it("says that the client may not", async () => {
    answer(DEVICE_URL, () => HttpResponse.json({ error: "unauthorized_client" }, { status: 400 }));
    await expect(start()).rejects.toMatchObject({
      code: "TOKEN_EXCHANGE_FAILED",
      providerError: "unauthorized_client",
      hint: expect.stringContaining("device flow"),
    });
  });
});

describe("device access token request (RFC 8628 §3.4)", () => {
  it("sends the device code with its grant type", async () => {
    const sent = answer(TOKEN_URL, () => HttpResponse.json({ access_token: "at", token_type: "bearer" }));
    await expect(poll()).resolves.toMatchObject({
      kind: "granted",
      grant: { credentials: { access_token: "at" }, scopes: ["read"] },
    });
    expect(Object.fromEntries(new URLSearchParams(sent[0]?.body))).toMatchObject({
      grant_type: "urn:ietf:params:oauth:grant-type:device_code",
      device_code: "dc-1",
    });
  });

  it.each([400, 200, 428])("goes on while the user has not decided, said with status %i", async (status) => {
    answer(TOKEN_URL, () => HttpResponse.json({ error: "authorization_pending" }, { status }));
    await expect(poll()).resolves.toStrictEqual({ kind: "pending" });
  });

  it("asks five seconds less often when told to slow down", async () => {
    answer(TOKEN_URL, () => HttpResponse.json({ error: "slow_down" }, { status: 400 }));
    await expect(poll()).resolves.toStrictEqual({ kind: "slow_down", byMs: 5_000 });
  });

  it.each([
    ["access_denied", "AUTHORIZATION_DENIED"],
    ["expired_token", "STATE_EXPIRED"],
  ])("ends with %s", async (error, code) => {
    answer(TOKEN_URL, () => HttpResponse.json({ error }, { status: 400 }));
    await expect(poll()).rejects.toMatchObject({ code, retryable: false });
  });

  it("may be repeated when the server is down", async () => {
    answer(TOKEN_URL, () => new HttpResponse("oops", { status: 502 }));
    await expect(poll()).rejects.toMatchObject({ retryable: true });
  });

  it("shows no device code in an error", async () => {
    answer(TOKEN_URL, () =>
      HttpResponse.json({ error: "invalid_grant", error_description: "dc-1 is unknown" }, { status: 400 }),
    );
    await expect(poll()).rejects.toMatchObject({ message: expect.not.stringContaining("dc-1") });
  });
});
