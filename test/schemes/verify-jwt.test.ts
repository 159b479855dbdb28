import { createHmac, createPublicKey, sign } from "node:crypto";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { VerifyJwtOptions } from "../../src/schemes/verify-jwt.js";
import { createJwks, verifyJwt } from "../../src/schemes/verify-jwt.js";
import { fakeClock } from "../../src/testing/fake-clock.js";
import { ecKey, rsaKey } from "../support/keys.js";

const NOW = Date.UTC(2026, 0, 1);
const SECONDS = NOW / 1000;
const JWKS_URL = "https://id.example/keys";
const clockAt = (seconds: number) => ({ now: () => seconds * 1000 });
const rsa = rsaKey();
const other = rsaKey();
const publicJwk = (key: typeof rsa, kid = "k1") => ({ ...key.publicKey.export({ format: "jwk" }), kid });
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A token of the tests' own making: whatever header, signed by node:crypto. */
function tokenOf(
  claims: unknown = {},
  { header = {}, key = rsa }: { readonly header?: Record<string, unknown>; readonly key?: typeof rsa } = {},
): string {
  const data = `${part({ alg: "RS256", kid: "k1", ...header })}.${part(claims)}`;
  return `${data}.${sign("sha256", Buffer.from(data), key.privateKey).toString("base64url")}`;
}
const GOOD = { iss: "https://id.example", aud: "me", sub: "ada", iat: SECONDS, exp: SECONDS + 60 };
const options = (changes: Partial<VerifyJwtOptions> = {}): VerifyJwtOptions => ({
  keys: [publicJwk(rsa)],
  algorithms: ["RS256"],
  issuer: "https://id.example",
  audience: "me",
  clock: clockAt(SECONDS),
  ...changes,
});
const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "verified",
    (error: unknown) => (error instanceof Error && "code" in error ? error.code : error),
  );

describe("the examples of the RFCs", () => {
  const claims =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
  const joe = { iss: "joe", exp: 1_300_819_380, "http://example.com/is_root": true };
  const hs256 = `eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.${claims}.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk`;
  const secret = Buffer.from(
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
    "base64url",
  );
  const clock = clockAt(joe.exp - 1);

  it("RFC 7515 A.1, which is RFC 7519 §3.1: HS256", async () => {
    const { claims: verified } = await verifyJwt(hs256, { secret, algorithms: ["HS256"], clock });
    expect(verified).toEqual(joe);
    await expect(
      codeOf(verifyJwt(hs256, { secret, algorithms: ["HS256"], clock: clockAt(joe.exp) })),
    ).resolves.toBe("JWT_EXPIRED");
  });

  it("RFC 7515 A.2: RS256", async () => {
    const key = {
      kty: "RSA",
      e: "AQAB",
      n: "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
    };
    const token = `eyJhbGciOiJSUzI1NiJ9.${claims}.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw`;
    const verified = await verifyJwt(token, { keys: { keys: [key] }, algorithms: ["RS256"], clock });
    expect(verified).toEqual({ claims: joe, header: { alg: "RS256" } });
  });

  it("RFC 7515 A.3: ES256", async () => {
    const key = {
      kty: "EC",
      crv: "P-256",
      x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
      y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    };
    const token = `eyJhbGciOiJFUzI1NiJ9.${claims}.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q`;
    await expect(verifyJwt(token, { keys: [key], algorithms: ["ES256"], clock })).resolves.toMatchObject({
      claims: joe,
    });
  });

  it("RFC 7519 §6.1 is refused: it is unsecured", async () => {
    const token = `eyJhbGciOiJub25lIn0.${claims}.`;
    await expect(codeOf(verifyJwt(token, { secret, algorithms: ["HS256"], clock }))).resolves.toBe(
      "JWT_ALGORITHM_FORBIDDEN",
    );
  });
});

describe("verifyJwt", () => {
  it("resolves with the claims and header of a token that holds", async () => {
    await expect(verifyJwt(tokenOf(GOOD), options())).resolves.toEqual({
      claims: GOOD,
      header: { alg: "RS256", kid: "k1" },
    });
  });

  it.each<[string, string, string, Partial<VerifyJwtOptions>]>([
    ["a wrong signature", tokenOf(GOOD, { key: other }), "JWT_SIGNATURE_INVALID", {}],
    [
      "a changed payload",
      tokenOf(GOOD).replace(/\.[^.]+\./, `.${part({ ...GOOD, sub: "eve" })}.`),
      "JWT_SIGNATURE_INVALID",
      {},
    ],
    ["an algorithm that is not allowed", tokenOf(GOOD), "JWT_ALGORITHM_FORBIDDEN", { algorithms: ["PS256"] }],
    ["a `kid` nobody has", tokenOf(GOOD, { header: { kid: "k2" } }), "JWT_KEY_UNKNOWN", {}],
    [
      "a key of another kind",
      tokenOf(GOOD),
      "JWT_KEY_UNKNOWN",
      { keys: [{ ...ecKey().publicKey.export({ format: "jwk" }), kid: "k1" }] },
    ],
    ["two keys of one `kid`", tokenOf(GOOD), "JWT_KEY_UNKNOWN", { keys: [publicJwk(rsa), publicJwk(other)] }],
    ["an expired token", tokenOf({ ...GOOD, exp: SECONDS }), "JWT_EXPIRED", {}],
    ["a token without `exp`", tokenOf({ ...GOOD, exp: undefined }), "JWT_CLAIM_INVALID", {}],
    ["an `exp` that is text", tokenOf({ ...GOOD, exp: "never" }), "JWT_CLAIM_INVALID", {}],
    ["a token of later", tokenOf({ ...GOOD, nbf: SECONDS + 1 }), "JWT_NOT_YET_VALID", {}],
    ["a token made later", tokenOf({ ...GOOD, iat: SECONDS + 5 }), "JWT_NOT_YET_VALID", {}],
    ["another issuer", tokenOf({ ...GOOD, iss: "https://evil.example" }), "JWT_CLAIM_INVALID", {}],
    ["no audience", tokenOf({ ...GOOD, aud: undefined }), "JWT_CLAIM_INVALID", {}],
    ["another audience", tokenOf({ ...GOOD, aud: ["you", 7] }), "JWT_CLAIM_INVALID", {}],
    ["a `crit` extension", tokenOf(GOOD, { header: { crit: ["b64"], b64: false } }), "JWT_MALFORMED", {}],
    ["claims that are a list", tokenOf([1]), "JWT_MALFORMED", {}],
    ["no token", "", "JWT_MALFORMED", {}],
    ["a JWE", "a.b.c.d.e", "JWT_MALFORMED", {}],
    ["a token with padding", `${tokenOf(GOOD)}==`, "JWT_MALFORMED", {}],
    ["an endless token", `${"A".repeat(70_000)}.A.A`, "JWT_MALFORMED", {}],
  ])("refuses %s", async (_what, token, code, changes) => {
    await expect(codeOf(verifyJwt(token, options(changes)))).resolves.toBe(code);
  });

  it("allows for clocks that differ, as far as it is told to", async () => {
    const clockToleranceSeconds = 60;
    const late = tokenOf({ ...GOOD, exp: SECONDS - 59 });
    const tooLate = tokenOf({ ...GOOD, exp: SECONDS - 60 });
    const early = tokenOf({ ...GOOD, nbf: SECONDS + 60, iat: SECONDS + 60 });
    await expect(codeOf(verifyJwt(late, options({ clockToleranceSeconds })))).resolves.toBe("verified");
    await expect(codeOf(verifyJwt(tooLate, options({ clockToleranceSeconds })))).resolves.toBe("JWT_EXPIRED");
    await expect(codeOf(verifyJwt(early, options({ clockToleranceSeconds })))).resolves.toBe("verified");
  });

  it.each(["jwk", "jku", "x5c", "x5u"])("takes no key out of the token's own `%s`", async (name) => {
    const brought = {
      jwk: publicJwk(other),
      jku: "https://evil.example/keys",
      x5c: ["AAAA"],
      x5u: "https://evil.example/c",
    };
    const header = { [name]: brought[name === "jwk" || name === "jku" || name === "x5c" ? name : "x5u"] };
    await expect(codeOf(verifyJwt(tokenOf(GOOD, { header, key: other }), options()))).resolves.toBe(
      "JWT_SIGNATURE_INVALID",
    );
  });

  it("does not take a public key for a secret", async () => {
    const pem = createPublicKey(rsa.privateKey).export({ type: "spki", format: "pem" }).toString();
    const data = `${part({ alg: "HS256", kid: "k1" })}.${part(GOOD)}`;
    const forged = `${data}.${createHmac("sha256", pem).update(data).digest("base64url")}`;
    await expect(codeOf(verifyJwt(forged, options()))).resolves.toBe("JWT_ALGORITHM_FORBIDDEN");
    await expect(codeOf(verifyJwt(forged, options({ algorithms: ["HS256"] })))).resolves.toBe(
      "JWT_KEY_UNKNOWN",
    );
    await expect(codeOf(verifyJwt(forged, options({ algorithms: ["RS256", "HS256"] })))).resolves.toBe(
      "CONFIG_INVALID",
    );
  });

  it.each<[string, Partial<VerifyJwtOptions>, string]>([
    ["no source of keys", { keys: undefined }, "keys"],
    ["two sources of keys", { secret: "s".repeat(32) }, "keys"],
    ["no algorithms", { algorithms: [] }, "algorithms"],
    ["a secret for RS256", { keys: undefined, secret: "s".repeat(32) }, "algorithms"],
    ["a short secret", { keys: undefined, secret: "SECRET", algorithms: ["HS256"] }, "secret"],
    ["a published secret", { keys: undefined, jwksUrl: JWKS_URL, algorithms: ["HS256"] }, "algorithms"],
    ["an empty list of audiences, which would check none", { audience: [] }, "audience"],
    ["an empty audience", { audience: "" }, "audience"],
    ["an empty list of issuers", { issuer: [] }, "issuer"],
    ["a tolerance that is no number", { clockToleranceSeconds: Number.NaN }, "clockToleranceSeconds"],
    ["a tolerance without end", { clockToleranceSeconds: Number.POSITIVE_INFINITY }, "clockToleranceSeconds"],
    ["a negative tolerance", { clockToleranceSeconds: -1 }, "clockToleranceSeconds"],
    ["a set of secrets and public keys", { keys: [publicJwk(rsa), { kty: "oct", k: "AAAA" }] }, "keys"],
  ])("refuses options with %s", async (_what, changes, path) => {
    await expect(verifyJwt(tokenOf(GOOD), options(changes))).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      issues: [{ path }],
    });
  });
});

describe("a key set at a URL", () => {
  let served: unknown = { keys: [publicJwk(rsa)] };
  let requests = 0;
  const server = setupServer(
    http.get(JWKS_URL, () => {
      requests += 1;
      return served instanceof Response ? served.clone() : HttpResponse.json(served as object);
    }),
  );
  beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
  afterAll(() => server.close());
  afterEach(() => {
    served = { keys: [publicJwk(rsa)] };
    requests = 0;
  });

  const eternal = (changes = {}) => ({ ...GOOD, exp: SECONDS + 10 ** 7, ...changes });
  const setUp = () => {
    const clock = fakeClock(NOW);
    const jwks = createJwks({ url: JWKS_URL, clock });
    const verify = (token: string) => codeOf(verifyJwt(token, options({ keys: undefined, jwks, clock })));
    return { clock, verify };
  };

  it("is fetched once for many, and again after ten minutes", async () => {
    const { clock, verify } = setUp();
    const token = tokenOf(eternal());
    expect(await Promise.all([verify(token), verify(token), verify(token)])).toEqual([
      "verified",
      "verified",
      "verified",
    ]);
    expect(requests).toBe(1);
    await clock.advance(599_999);
    await verify(token);
    expect(requests).toBe(1);
    await clock.advance(1);
    await verify(token);
    expect(requests).toBe(2);
  });

  it("is fetched again for a key id it does not know, but not over and over", async () => {
    const { clock, verify } = setUp();
    await verify(tokenOf(eternal()));
    served = { keys: [publicJwk(rsa), publicJwk(other, "k2")] };
    const rotated = tokenOf(eternal(), { header: { kid: "k2" }, key: other });
    expect(await verify(rotated)).toBe("JWT_KEY_UNKNOWN");
    expect(requests).toBe(1);
    await clock.advance(30_000);
    expect(await verify(rotated)).toBe("verified");
    expect(requests).toBe(2);
    const unknown = tokenOf(eternal(), { header: { kid: "made-up" } });
    for (let i = 0; i < 5; i += 1) expect(await verify(unknown)).toBe("JWT_KEY_UNKNOWN");
    expect(requests).toBe(2);
  });

  it("is used an hour longer while its server is away", async () => {
    const { clock, verify } = setUp();
    await verify(tokenOf(eternal()));
    served = new Response("<h1>Bad gateway</h1>", { status: 502 });
    await clock.advance(600_000 + 3_599_999);
    expect(await verify(tokenOf(eternal()))).toBe("verified");
    await clock.advance(30_001);
    expect(await verify(tokenOf(eternal()))).toBe("JWKS_UNAVAILABLE");
  });

  it.each<[string, unknown]>([
    ["HTML", new Response("<h1>Hello</h1>", { headers: { "content-type": "text/html" } })],
    ["a redirect", new Response(null, { status: 302, headers: { location: "https://evil.example/keys" } })],
    ["an error", new Response(null, { status: 404 })],
    ["too much", new Response("x".repeat(1_000_001))],
    ["JSON cut short", new Response('{"keys":[{"kty"')],
    ["no set", { key: [] }],
    ["a secret", { keys: [{ kty: "oct", k: "AAAA" }] }],
    ["a thousand keys", { keys: Array.from({ length: 1_000 }, () => publicJwk(rsa)) }],
  ])("is no key set when it is %s", async (_what, body) => {
    served = body;
    const { verify } = setUp();
    expect(await verify(tokenOf(eternal()))).toBe("JWKS_UNAVAILABLE");
    expect(await verify(tokenOf(eternal()))).toBe("JWKS_UNAVAILABLE");
    expect(requests).toBe(1);
  });

  it("is kept between calls that name its URL alone", async () => {
    const clock = fakeClock(NOW);
    const verify = () =>
      codeOf(verifyJwt(tokenOf(eternal()), options({ keys: undefined, jwksUrl: JWKS_URL, clock })));
    expect([await verify(), await verify()]).toEqual(["verified", "verified"]);
    expect(requests).toBe(1);
  });

  it("must be at an https URL", () => {
    expect(() => createJwks({ url: "http://id.example/keys" })).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID", issues: [expect.objectContaining({ path: "url" })] }),
    );
  });
});
