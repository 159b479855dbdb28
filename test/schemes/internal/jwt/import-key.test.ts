import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JwtAlgorithm } from "../../../../src/ports/jwt-algorithms.js";
import { importKey, publicKeyDigest } from "../../../../src/schemes/internal/jwt/import-key.js";
import { signJwt } from "../../../../src/schemes/internal/jwt/sign.js";
import type { TestKey } from "../../../support/keys.js";
import { ecKey, ed25519Key, isSignedBy, rsaKey } from "../../../support/keys.js";

const rsa = rsaKey();
const p256 = ecKey("P-256");
const ed = ed25519Key();
const KEYS: Readonly<Record<string, TestKey>> = {
  RS: rsa,
  PS: rsa,
  ES256: p256,
  ES384: ecKey("P-384"),
  ES512: ecKey("P-521"),
  EdDSA: ed,
};
const keyFor = (algorithm: string): TestKey => KEYS[algorithm] ?? KEYS[algorithm.slice(0, 2)] ?? rsa;

const given = (text: string, algorithm: JwtAlgorithm, field = "connectionParams.private_key") =>
  ({ text, algorithm, encoding: "utf8", field }) as const;

/** Whether a pasted key signs so that node:crypto takes the signature for the key's. */
async function signs(text: string, algorithm: JwtAlgorithm, by: TestKey): Promise<boolean> {
  const key = await importKey(given(text, algorithm));
  const token = await signJwt({ algorithm, header: {}, claims: { sub: "ada" }, key });
  return isSignedBy(token, by.publicKey);
}

const pkcs1 = rsa.privateKey.export({ type: "pkcs1", format: "pem" }).toString();
const sec1 = p256.privateKey.export({ type: "sec1", format: "pem" }).toString();
const derOf = (key: TestKey): string =>
  key.privateKey.export({ type: "pkcs8", format: "der" }).toString("base64");

describe("a private key", () => {
  it.each<JwtAlgorithm>([
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
  ])("signs with %s, from PKCS#8 as from a JWK", async (algorithm) => {
    const key = keyFor(algorithm);
    await expect(signs(key.pkcs8, algorithm, key)).resolves.toBe(true);
    await expect(
      signs(JSON.stringify(key.privateKey.export({ format: "jwk" })), algorithm, key),
    ).resolves.toBe(true);
  });

  it.each<[string, string, JwtAlgorithm, TestKey]>([
    ["PKCS#1", pkcs1, "RS256", rsa],
    ["SEC 1", sec1, "ES256", p256],
    [
      "SEC 1 after its EC PARAMETERS",
      `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${sec1}`,
      "ES256",
      p256,
    ],
    ["PEM with \\n in two characters", rsa.pkcs8.replaceAll("\n", "\\n"), "RS256", rsa],
    ["PEM with \\r\\n in four characters", rsa.pkcs8.replaceAll("\n", "\\r\\n"), "RS256", rsa],
    ["PEM with \\n that was escaped once more", rsa.pkcs8.replaceAll("\n", "\\\\n"), "RS256", rsa],
    ["PEM in double quotes", `"${rsa.pkcs8.replaceAll("\n", "\\n")}"`, "RS256", rsa],
    ["PEM in single quotes", `'${rsa.pkcs8}'`, "RS256", rsa],
    ["PEM on one line", rsa.pkcs8.replaceAll("\n", " "), "RS256", rsa],
    ["PEM with Windows line ends", rsa.pkcs8.replaceAll("\n", "\r\n"), "RS256", rsa],
    ["PEM in base64", Buffer.from(rsa.pkcs8).toString("base64"), "RS256", rsa],
    ["bare base64 of DER", derOf(ed), "EdDSA", ed],
    [
      "a key file in one line of JSON",
      JSON.stringify({ type: "service_account", private_key: pkcs1 }),
      "RS256",
      rsa,
    ],
  ])("is read from %s", async (_what, text, algorithm, key) => {
    await expect(signs(text, algorithm, key)).resolves.toBe(true);
  });

  const encrypted = rsa.privateKey
    .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" })
    .toString();
  const publicPem = rsa.publicKey.export({ type: "spki", format: "pem" }).toString();
  it.each<[string, string, JwtAlgorithm, string]>([
    ["nothing", "", "RS256", "neither PEM nor a JWK nor base64"],
    ["words", "my secret key!", "RS256", "neither PEM nor a JWK nor base64"],
    ["JSON of something else", '{"token":"SECRET"}', "RS256", "neither `kty` nor `private_key`"],
    ["an encrypted key", encrypted, "RS256", "encrypted with a passphrase"],
    [
      "an encrypted PKCS#1 key",
      pkcs1.replace("-----\n", "-----\nProc-Type: 4,ENCRYPTED\n\n"),
      "RS256",
      "encrypted",
    ],
    ["a public key", publicPem, "RS256", "holds a PUBLIC KEY"],
    ["a public JWK", JSON.stringify(rsa.publicKey.export({ format: "jwk" })), "RS256", "public key"],
    ["PEM without its end", rsa.pkcs8.slice(0, -40), "RS256", "no whole block"],
    [
      "PEM cut in the middle",
      `${rsa.pkcs8.slice(0, 600)}\n-----END PRIVATE KEY-----`,
      "RS256",
      "not that of a whole",
    ],
    ["an RSA key for ES256", rsa.pkcs8, "ES256", "an elliptic curve private key on P-256"],
    ["a P-384 key for ES256", keyFor("ES384").pkcs8, "ES256", "on P-256"],
    ["an EC key for RS256", p256.pkcs8, "RS256", "an RSA private key"],
    ["an RSA JWK for EdDSA", JSON.stringify(rsa.privateKey.export({ format: "jwk" })), "EdDSA", "an Ed25519"],
    ["1024 bits", rsaKey(1024).pkcs8, "RS256", "at least 2048"],
    ["far too much text", "A".repeat(40_000), "RS256", "longer than"],
  ])("is refused when it is %s, without being repeated", async (_what, text, algorithm, problem) => {
    const error = await importKey(given(text, algorithm)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: "INPUT_INVALID",
      issues: [{ path: "connectionParams.private_key", message: expect.stringContaining(problem) }],
    });
    expect(JSON.stringify(error)).not.toContain("SECRET");
    expect(JSON.stringify(error)).not.toMatch(/[A-Za-z0-9+/]{40}/);
  });

  it("is the developer's mistake where the developer gave it", async () => {
    await expect(importKey(given("x!", "RS256", "authConfig.private_key"))).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      issues: [{ path: "authConfig.private_key" }],
    });
  });

  it("of any text is a key or a typed error", async () => {
    const cut = fc.nat(rsa.pkcs8.length).map((at) => rsa.pkcs8.slice(0, at) + rsa.pkcs8.slice(at + 7));
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), cut, fc.base64String(), fc.json()), async (text) => {
        const outcome = await importKey(given(text, "RS256")).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toMatchObject({ code: "INPUT_INVALID" });
        else expect(outcome).toHaveProperty("type", "private");
      }),
    );
  });

  it("has the fingerprint openssl gives its public half", async () => {
    for (const [algorithm, key] of [
      ["RS256", rsa],
      ["ES256", p256],
      ["EdDSA", ed],
    ] as const) {
      const imported = await importKey(given(key.pkcs8, algorithm));
      if (imported instanceof Uint8Array) throw new Error("expected a key");
      const spki = key.publicKey.export({ type: "spki", format: "der" });
      expect(Buffer.from(await publicKeyDigest(imported))).toEqual(
        createHash("sha256").update(spki).digest(),
      );
    }
  });
});

describe("a shared secret", () => {
  const secret = (text: string, encoding: "utf8" | "hex" | "base64") =>
    importKey({ text, algorithm: "HS256", encoding, field: "connectionParams.secret" });

  it("is read as text, hexadecimal or base64, as the app says", async () => {
    expect(await secret("abc", "utf8")).toEqual(Uint8Array.of(97, 98, 99));
    expect(await secret(" 00ff7A ", "hex")).toEqual(Uint8Array.of(0, 255, 122));
    expect(await secret("AP96", "base64")).toEqual(Uint8Array.of(0, 255, 122));
    expect(await secret("_-8", "base64")).toEqual(Uint8Array.of(255, 239));
    expect(await secret('{"kty":"oct","k":"AP96"}', "utf8")).toEqual(Uint8Array.of(0, 255, 122));
  });

  it.each<[string, "hex" | "base64"]>([
    ["0ff", "hex"],
    ["zz", "hex"],
    ["%%%", "base64"],
    [" ", "base64"],
  ])("%j is not %s", async (text, encoding) => {
    await expect(secret(text, encoding)).rejects.toMatchObject({ code: "INPUT_INVALID" });
  });
});
