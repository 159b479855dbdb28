import { describe, expect, it } from "vitest";
import { JWT_ALGORITHMS } from "../../../../src/ports/jwt-algorithms.js";
import { readHeader, verifySignature } from "../../../../src/schemes/internal/jwt/verify.js";

/** Examples whose payloads are no claims; those with claims are in `verify-jwt.test.ts`. */
const EXAMPLES = [
  {
    name: "RFC 7515 A.4: ES512",
    algorithm: "ES512",
    key: {
      kty: "EC",
      crv: "P-521",
      x: "AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk",
      y: "ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2",
    },
    jws: "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn",
    payload: "Payload",
  },
  {
    name: "RFC 8037 A.4: EdDSA",
    algorithm: "EdDSA",
    key: { kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" },
    jws: "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
    payload: "Example of Ed25519 signing",
  },
] as const;

describe.each(EXAMPLES.map((example) => [example.name, example] as const))(
  "%s",
  (_name, { algorithm, key, jws, payload }) => {
    const verified = async (token: string, known: Readonly<Record<string, string>> = key) =>
      Buffer.from(await verifySignature(token, readHeader(token, [algorithm]), [known])).toString();

    it("holds", async () => {
      await expect(verified(jws)).resolves.toBe(payload);
    });

    it("holds no more with another payload, signature or key", async () => {
      const [header, said = "", signature = ""] = jws.split(".");
      const other = Buffer.from(`${payload}!`).toString("base64url");
      const flipped = `${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`;
      for (const token of [`${header}.${other}.${signature}`, `${header}.${said}.${flipped}`]) {
        await expect(verified(token)).rejects.toMatchObject({ code: "JWT_SIGNATURE_INVALID" });
      }
      const swapped = { ...key, x: `${key.x.slice(0, -2)}AA` };
      await expect(verified(jws, swapped)).rejects.toMatchObject({ code: "JWT_SIGNATURE_INVALID" });
    });

    it("is refused where another algorithm is expected", () => {
      const others = JWT_ALGORITHMS.filter((name) => name !== algorithm);
      expect(() => readHeader(jws, others)).toThrow(
        expect.objectContaining({ code: "JWT_ALGORITHM_FORBIDDEN" }),
      );
    });
  },
);

describe("RFC 7515 A.5: no signature at all", () => {
  it.each([
    "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.",
    ...["None", "NONE", "nOnE", "", " none"].map(
      (alg) => `${Buffer.from(JSON.stringify({ alg })).toString("base64url")}.e30.`,
    ),
  ])("is refused: %s", (token) => {
    expect(() => readHeader(token, JWT_ALGORITHMS)).toThrow(
      expect.objectContaining({ code: "JWT_ALGORITHM_FORBIDDEN" }),
    );
  });

  // Also Wycheproof's json_web_crypto_test.json, 17: the only JWS there that json_web_signature_test.json has not.
  it("is no JWT, and neither is the JSON serialization, which is not read (RFC 7519 §1)", () => {
    const json = JSON.stringify({ protected: "eyJhbGciOiJIUzI1NiJ9", payload: "Zm9v", signature: "AA" });
    expect(() => readHeader(json, JWT_ALGORITHMS)).toThrow(
      expect.objectContaining({ code: "JWT_MALFORMED" }),
    );
  });
});
