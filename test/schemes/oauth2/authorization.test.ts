import { describe, expect, it } from "vitest";
import * as z from "zod";
import { ConfigurationError } from "../../../src/errors.js";
import { oauth2 } from "../../../src/schemes/oauth2.js";
import { CALLBACK_URL, callbackOf, contextOf, errorOf, STATE, startContextOf } from "./support.js";

const noNetwork = () => Promise.reject(new Error("No request was expected."));

async function redirectOf(options: Parameters<typeof startContextOf>[0] = {}) {
  const result = await oauth2().start(startContextOf({ ...options, fetch: noNetwork }));
  if (result.kind !== "redirect") throw new Error("A redirect was expected.");
  return { url: new URL(result.redirectUrl), flow: result.flow };
}
const completeError = (...args: Parameters<typeof callbackOf>) =>
  errorOf(Promise.resolve(oauth2().complete?.(contextOf({ fetch: noNetwork }), callbackOf(...args))));
const withIssuer = (query: Readonly<Record<string, string>>) =>
  errorOf(
    Promise.resolve(
      oauth2().complete?.(
        contextOf({ fetch: noNetwork, settings: { issuer: "https://id.acme.example" } }),
        callbackOf(query),
      ),
    ),
  );

describe("start", () => {
  it("asks for a code with PKCE S256 (RFC 7636 §4.2), and sends nothing itself", async () => {
    const { url, flow } = await redirectOf({ scopes: ["read", "write"] });
    expect(`${url.origin}${url.pathname}`).toBe("https://id.acme.example/authorize");
    expect(Object.fromEntries(url.searchParams)).toStrictEqual({
      response_type: "code",
      client_id: "client-1",
      redirect_uri: CALLBACK_URL,
      state: STATE,
      scope: "read write",
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: "S256",
    });
    const digest = await crypto.subtle.digest(
      "SHA-256",
      new TextEncoder().encode(String(flow["code_verifier"])),
    );
    expect(url.searchParams.get("code_challenge")).toBe(Buffer.from(digest).toString("base64url"));
    expect(flow).toMatchObject({ nonce: null, scopes: ["read", "write"] });
  });

  it("leaves PKCE out for a provider that refuses it", async () => {
    const { url, flow } = await redirectOf({ settings: { pkce: false } });
    expect(url.searchParams.has("code_challenge")).toBe(false);
    expect(flow).toMatchObject({ code_verifier: null });
  });

  it("sends the verifier itself to a provider that takes nothing else", async () => {
    const { url, flow } = await redirectOf({ settings: { pkce: "plain" } });
    expect(url.searchParams.get("code_challenge")).toBe(flow["code_verifier"]);
    expect(url.searchParams.get("code_challenge_method")).toBe("plain");
  });

  it("sends no empty scope", async () => {
    expect((await redirectOf()).url.searchParams.has("scope")).toBe(false);
  });

  it.each([
    [" ", "scope=a%3Ar+b"],
    [",", "scope=a%3Ar%2Cb"],
    ["+", "scope=a%3Ar+b"],
  ])("joins scopes with %j", async (scopeSeparator, expected) => {
    const { url } = await redirectOf({ settings: { scopeSeparator }, scopes: ["a:r", "b"] });
    expect(url.search).toContain(expected);
  });

  it("adds the app's parameters to those the URL already has, and lets none replace the protocol's", async () => {
    const { url } = await redirectOf({
      settings: {
        authorizationUrl: "https://id.acme.example/authorize?tenant=7",
        authorizationParams: { access_type: "offline", state: "fixed" },
      },
    });
    expect(url.searchParams.getAll("tenant")).toStrictEqual(["7"]);
    expect(url.searchParams.get("access_type")).toBe("offline");
    expect(url.searchParams.getAll("state")).toStrictEqual([STATE]);
  });

  it("adds a nonce when the openid scope is asked for", async () => {
    const { url, flow } = await redirectOf({ scopes: ["openid"] });
    expect(flow["nonce"]).toBe(url.searchParams.get("nonce"));
    expect(flow["nonce"]).toStrictEqual(expect.stringMatching(/^[\w-]{43}$/));
  });

  it("makes a new verifier and nonce each time", async () => {
    const flows = await Promise.all([redirectOf({ scopes: ["openid"] }), redirectOf({ scopes: ["openid"] })]);
    expect(new Set(flows.flatMap(({ flow }) => [flow["code_verifier"], flow["nonce"]])).size).toBe(4);
  });

  describe("with templated endpoints", () => {
    const settings = { authorizationUrl: "https://{subdomain}.acme.example/authorize" };
    const connectionParams = [{ name: "subdomain", displayName: "Subdomain", description: "Yours" }];

    it("fills in the connection's params", async () => {
      const { url } = await redirectOf({ settings, connectionParams, params: { subdomain: "west-1" } });
      expect(url.host).toBe("west-1.acme.example");
    });

    it.each([
      "evil.example/",
      "evil.example#",
      "evil.example?",
      "user@evil.example",
      "evil.example:443",
      "evil.example\\",
      "%2f",
      "a b",
      "",
      "..",
    ])("refuses %j, which would leave the host", async (subdomain) => {
      const call = oauth2().start(startContextOf({ settings, connectionParams, params: { subdomain } }));
      await expect(call).rejects.toBeInstanceOf(ConfigurationError);
    });

    it("refuses what is harmless by itself but makes no host", async () => {
      const suffixed = { authorizationUrl: "https://acme.{subdomain}/authorize" };
      const call = oauth2().start(
        startContextOf({ settings: suffixed, connectionParams, params: { subdomain: "999" } }),
      );
      await expect(errorOf(call)).resolves.toMatchObject({ issues: [{ path: "authorizationUrl" }] });
    });

    it("names the param that is missing", async () => {
      const error = await errorOf(oauth2().start(startContextOf({ settings, connectionParams })));
      expect(error).toMatchObject({ issues: [{ path: "params.subdomain" }] });
    });
  });

  it("names the client credential that is missing", async () => {
    const error = await errorOf(oauth2().start(startContextOf({ config: { client_id: "client-1" } })));
    expect(error).toMatchObject({ code: "CONFIG_INVALID", issues: [{ path: "authConfig.client_secret" }] });
  });

  it("needs no secret for a public client", async () => {
    const options = { config: { client_id: "client-1" }, settings: { clientAuthentication: "none" } };
    await expect(redirectOf(options)).resolves.toHaveProperty("url");
  });
});

describe("complete, before anything is sent", () => {
  it("tells a denial from other failures", async () => {
    await expect(completeError({ error: "access_denied", state: STATE })).resolves.toMatchObject({
      code: "AUTHORIZATION_DENIED",
      providerError: "access_denied",
    });
    await expect(completeError({ error: "server_error", state: STATE })).resolves.toMatchObject({
      code: "AUTHORIZATION_FAILED",
      providerError: "server_error",
    });
  });

  it("repeats what the provider says in short, on one line, without control characters", async () => {
    const error = await completeError({
      error: "invalid_scope",
      error_description: `bad\u0000 scope\r\n\u001b[31m\u202e${"x".repeat(1000)}`,
      state: STATE,
    });
    expect(error).toHaveProperty("message", expect.stringContaining("(invalid_scope: bad scope [31m"));
    const { message } = z.instanceof(Error).parse(error);
    expect(message).not.toMatch(/\p{Cc}|\p{Cf}|x{300}/u);
  });

  it("refuses a callback without a code", async () => {
    await expect(completeError({ state: STATE })).resolves.toMatchObject({ code: "AUTHORIZATION_FAILED" });
    await expect(completeError({ state: STATE, code: "" })).resolves.toMatchObject({
      code: "AUTHORIZATION_FAILED",
    });
  });

  it("refuses another flow's state", async () => {
    await expect(completeError({ code: "code-1", state: "forged" })).resolves.toMatchObject({
      code: "STATE_INVALID",
    });
    await expect(completeError({ code: "code-1" })).resolves.toMatchObject({ code: "STATE_INVALID" });
  });

  it.each(["code", "state", "error", "iss"])("refuses %s given twice", async (name) => {
    const callback = callbackOf({ code: "code-1", state: STATE, [name]: "1" });
    callback.url.searchParams.append(name, "2");
    const error = await errorOf(
      Promise.resolve(oauth2().complete?.(contextOf({ fetch: noNetwork }), callback)),
    );
    expect(error).toMatchObject({ name: "AuthorizationError" });
  });

  it("refuses another server's answer (RFC 9207), be it a code or an error", async () => {
    const iss = "https://evil.example";
    await expect(withIssuer({ code: "code-1", state: STATE, iss })).resolves.toMatchObject({
      code: "ISSUER_MISMATCH",
    });
    await expect(withIssuer({ error: "access_denied", state: STATE, iss })).resolves.toMatchObject({
      code: "ISSUER_MISMATCH",
    });
  });

  it("compares issuers as text (RFC 3986 §6.2.1)", async () => {
    await expect(
      withIssuer({ code: "code-1", state: STATE, iss: "https://id.acme.example/" }),
    ).resolves.toMatchObject({ code: "ISSUER_MISMATCH" });
  });

  it("refuses a flow it did not store", async () => {
    await expect(completeError(undefined, { verifier: 1 })).resolves.toMatchObject({
      code: "AUTHORIZATION_FAILED",
    });
  });
});
