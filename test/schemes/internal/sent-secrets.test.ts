import { describe, expect, it } from "vitest";
import { sentSecrets } from "../../../src/schemes/internal/sent-secrets.js";

const JWT = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJhIn0.c2lnbmF0dXJl";
const requestOf = (changes: { url?: string; headers?: Record<string, string>; body?: string }) => ({
  method: "POST",
  url: "https://identity.provider.example/oauth/token",
  headers: {},
  ...changes,
});

describe("what a request shows that was made of a secret", () => {
  it.each([
    ["a form", requestOf({ body: `a=1&client_assertion=${JWT}&b=2` })],
    ["JSON", requestOf({ body: JSON.stringify({ assertion: JWT }) })],
    ["the URL", requestOf({ url: `https://a.example/token?assertion=${JWT}&b=2` })],
    ["a proof", requestOf({ headers: { dpop: JWT } })],
  ])("is a JWT and its signature, in %s", (_where, request) => {
    expect(sentSecrets(request)).toStrictEqual([JWT, "c2lnbmF0dXJl"]);
  });

  it("is what a header has for credentials", () => {
    expect(sentSecrets(requestOf({ headers: { authorization: "Basic YTpi" } }))).toStrictEqual(["YTpi"]);
  });

  it("is a signature of OAuth 1.0, as it is encoded and as it is", () => {
    const authorization = 'OAuth oauth_nonce="n", oauth_signature="a%2Bb%3D", oauth_version="1.0"';
    expect(sentSecrets(requestOf({ headers: { authorization } }))).toContain("a+b=");
  });

  it("is no host and no plain parameter", () => {
    expect(sentSecrets(requestOf({ body: "grant_type=client_credentials" }))).toStrictEqual([]);
  });
});
