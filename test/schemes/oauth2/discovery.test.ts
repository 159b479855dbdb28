import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { RequestError } from "../../../src/errors.js";
import { createDiscovery } from "../../../src/schemes/oauth2/discovery.js";
import { oauth2 } from "../../../src/schemes/oauth2.js";
import { callbackOf, contextOf, errorOf, NOW, STATE } from "./support.js";

const ISSUER = "https://id.acme.example";
const OIDC = `${ISSUER}/.well-known/openid-configuration`;
const OAUTH = `${ISSUER}/.well-known/oauth-authorization-server`;
const METADATA = {
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/auth`,
  token_endpoint: `${ISSUER}/token`,
};

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

/** Answers discovery, and counts how often. */
function answer(resolver: () => Response | Promise<Response>, url = OIDC) {
  const count = { requests: 0 };
  server.use(
    http.get(url, () => {
      count.requests += 1;
      return resolver();
    }),
  );
  return count;
}
const discoverError = (issuer = ISSUER) => errorOf(createDiscovery().discover(issuer, contextOf()));

describe("discover", () => {
  it("asks once for any number of callers", async () => {
    const count = answer(() => HttpResponse.json(METADATA));
    const discovery = createDiscovery();
    const all = await Promise.all(Array.from({ length: 20 }, () => discovery.discover(ISSUER, contextOf())));
    expect(all).toHaveLength(20);
    expect(all[0]).toMatchObject(METADATA);
    expect(count.requests).toBe(1);
  });

  it("asks again after an hour", async () => {
    const count = answer(() => HttpResponse.json(METADATA));
    const discovery = createDiscovery();
    const at = (now: number) => discovery.discover(ISSUER, contextOf({ now: () => now }));
    await at(NOW);
    await at(NOW + 3_599_999);
    expect(count.requests).toBe(1);
    await at(NOW + 3_600_000);
    expect(count.requests).toBe(2);
  });

  it("does not remember a failure", async () => {
    const discovery = createDiscovery();
    answer(() => new HttpResponse(null, { status: 503, headers: { "retry-after": "3" } }));
    await expect(errorOf(discovery.discover(ISSUER, contextOf()))).resolves.toMatchObject({
      code: "REQUEST_FAILED",
      retryable: true,
      status: 503,
      retryAfterMs: 3000,
    });
    answer(() => HttpResponse.json(METADATA));
    await expect(discovery.discover(ISSUER, contextOf())).resolves.toMatchObject(METADATA);
  });

  it("shares nothing between instances", async () => {
    const count = answer(() => HttpResponse.json(METADATA));
    await createDiscovery().discover(ISSUER, contextOf());
    await createDiscovery().discover(ISSUER, contextOf());
    expect(count.requests).toBe(2);
  });

  it("lets one caller give up without failing the others", async () => {
    const controller = new AbortController();
    answer(async () => {
      controller.abort(new Error("enough"));
      return HttpResponse.json(METADATA);
    });
    const discovery = createDiscovery();
    const impatient = errorOf(discovery.discover(ISSUER, contextOf({ signal: controller.signal })));
    const patient = discovery.discover(ISSUER, contextOf());
    await expect(impatient).resolves.toMatchObject({ message: "enough" });
    await expect(patient).resolves.toMatchObject(METADATA);
  });

  it("falls back on RFC 8414 metadata", async () => {
    answer(() => new HttpResponse(null, { status: 404 }));
    answer(() => HttpResponse.json(METADATA), OAUTH);
    await expect(createDiscovery().discover(ISSUER, contextOf())).resolves.toMatchObject(METADATA);
  });

  it.each([
    ["another issuer's metadata", () => HttpResponse.json({ ...METADATA, issuer: "https://evil.example" })],
    [
      "an endpoint without TLS",
      () => HttpResponse.json({ ...METADATA, token_endpoint: "http://id.acme.example/t" }),
    ],
    [
      "an endpoint on this machine",
      () => HttpResponse.json({ ...METADATA, token_endpoint: "http://127.0.0.1/t" }),
    ],
    [
      "an endpoint on this machine, with TLS",
      () => HttpResponse.json({ ...METADATA, token_endpoint: "https://localhost/t" }),
    ],
    [
      "a registration endpoint in the private network",
      () => HttpResponse.json({ ...METADATA, registration_endpoint: "https://10.0.0.5/register" }),
    ],
    [
      "an endpoint for certificates over http",
      () =>
        HttpResponse.json({
          ...METADATA,
          mtls_endpoint_aliases: { token_endpoint: "http://id.acme.example/t" },
        }),
    ],
    [
      "an endpoint in the private network",
      () => HttpResponse.json({ ...METADATA, token_endpoint: "https://169.254.169.254/t" }),
    ],
    ["an endpoint that is no text", () => HttpResponse.json({ ...METADATA, revocation_endpoint: 7 })],
    ["HTML", () => HttpResponse.html("<p>hello</p>")],
    ["a list", () => HttpResponse.json([])],
    ["a redirect", () => HttpResponse.redirect("https://evil.example", 302)],
    ["more than 1 MB", () => HttpResponse.json({ ...METADATA, x: "x".repeat(1_000_001) })],
  ])("refuses %s", async (_name, resolver) => {
    answer(resolver);
    const error = await discoverError();
    expect(error).toBeInstanceOf(RequestError);
    expect(error).toMatchObject({ code: "RESPONSE_INVALID", retryable: false });
  });

  it("says so when there is no metadata at all", async () => {
    answer(() => new HttpResponse(null, { status: 404 }));
    answer(() => new HttpResponse(null, { status: 404 }), OAUTH);
    await expect(discoverError()).resolves.toMatchObject({ code: "RESPONSE_INVALID", status: 404 });
  });

  it("says so when the server cannot be reached", async () => {
    answer(() => HttpResponse.error());
    await expect(discoverError()).resolves.toMatchObject({ code: "REQUEST_FAILED", retryable: true });
  });
});

describe("a scheme with an issuer alone", () => {
  const settings = { issuer: ISSUER, authorizationUrl: null, tokenUrl: null };
  const credentials = { access_token: "at", token_type: "bearer", refresh_token: "rt" } as const;

  it("reports a server that is down as a failed refresh that may pass", async () => {
    answer(() => new HttpResponse(null, { status: 500 }));
    const error = await errorOf(Promise.resolve(oauth2().refresh?.(contextOf({ settings }), credentials)));
    expect(error).toMatchObject({
      name: "TokenError",
      code: "TOKEN_REFRESH_FAILED",
      retryable: true,
      status: 500,
    });
  });

  it("refuses a callback without `iss` from a server that always sends one (RFC 9207 §2.4)", async () => {
    answer(() => HttpResponse.json({ ...METADATA, authorization_response_iss_parameter_supported: true }));
    const callback = callbackOf({ code: "code-1", state: STATE });
    const error = await errorOf(Promise.resolve(oauth2().complete?.(contextOf({ settings }), callback)));
    expect(error).toMatchObject({ code: "ISSUER_MISMATCH" });
  });

  it("names the endpoint the metadata lacks", async () => {
    answer(() =>
      HttpResponse.json({ issuer: ISSUER, authorization_endpoint: METADATA.authorization_endpoint }),
    );
    const error = await errorOf(Promise.resolve(oauth2().refresh?.(contextOf({ settings }), credentials)));
    expect(error).toMatchObject({ code: "CONFIG_INVALID", issues: [{ path: "tokenUrl" }] });
  });

  it("revokes nothing where the metadata names no endpoint for it", async () => {
    answer(() => HttpResponse.json(METADATA));
    await expect(oauth2().revoke?.(contextOf({ settings }), credentials)).resolves.toBeUndefined();
  });
});
