import { createDecipheriv } from "node:crypto";
import { readFileSync } from "node:fs";
import { CompactEncrypt, compactDecrypt } from "jose";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { openJwe, sealJwe } from "../../src/core/jwe.js";

const BINDING = { table: "connections", id: "c-1", entityId: "ada" } as const;
const bytes = (text: string) => Uint8Array.from(Buffer.from(text, "base64url"));
const aesKey = (raw: Uint8Array<ArrayBuffer>) =>
  crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
const seal = (value: unknown, key: CryptoKey) => sealJwe(value, BINDING, { key, header: { kid: "k" } });
const open = (sealed: string, key: CryptoKey) => openJwe(sealed, BINDING, { key, keyId: "k" });
const REFUSED = { name: "CipherError", code: "DECRYPT_FAILED" };

/** RFC 7516 §5.2 with A256GCM, by node:crypto, for who has the content encryption key. */
function decryptA256Gcm(jwe: string, cek: Uint8Array): string {
  const [header = "", , iv = "", ciphertext = "", tag = ""] = jwe.split(".");
  const decipher = createDecipheriv("aes-256-gcm", cek, bytes(iv), { authTagLength: 16 });
  decipher.setAAD(Buffer.from(header, "ascii")).setAuthTag(bytes(tag));
  return Buffer.concat([decipher.update(bytes(ciphertext)), decipher.final()]).toString("utf8");
}

/** RFC 7516 Appendix A.1: RSA-OAEP with A256GCM. */
const RFC7516_A1 =
  "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.OKOawDo13gRp2ojaHV7LFpZcgV7T6DVZKTyKOMTYUmKoTCVJRgckCL9kiMT03JGeipsEdY3mx_etLbbWSrFr05kLzcSr4qKAq7YN7e9jwQRb23nfa6c9d-StnImGyFDbSv04uVuxIp5Zms1gNxKKK2Da14B8S4rzVRltdYwam_lDp5XnZAYpQdb76FdIKLaVmqgfwX7XWRxv2322i-vDxRfqNzo_tETKzpVLzfiwQyeyPGLBIO56YJ7eObdv0je81860ppamavo35UgoRdbYaBcoh9QcfylQr66oc6vFWXRcZ_ZT2LawVCWTIy3brGPi6UklfCpIMfIjf7iGdXKHzg.48V1_ALb6US04U3b.5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX_EFShS8iB7j6jiSdiwkIr3ajwQzaBtQD_A.XFBoMYUZodetZdvTiFvSkQ";
const RFC7516_A1_CEK = Uint8Array.of(
  ...[177, 161, 244, 128, 84, 143, 225, 115, 63, 180, 3, 255, 107, 154, 212, 246],
  ...[138, 7, 110, 91, 112, 46, 34, 105, 47, 130, 203, 46, 122, 234, 64, 252],
);
/** RFC 7519 Appendix A.1: RSA1_5 with A128CBC-HS256. */
const RFC7519_A1 =
  "eyJhbGciOiJSU0ExXzUiLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.QR1Owv2ug2WyPBnbQrRARTeEk9kDO2w8qDcjiHnSJflSdv1iNqhWXaKH4MqAkQtMoNfABIPJaZm0HaA415sv3aeuBWnD8J-Ui7Ah6cWafs3ZwwFKDFUUsWHSK-IPKxLGTkND09XyjORj_CHAgOPJ-Sd8ONQRnJvWn_hXV1BNMHzUjPyYwEsRhDhzjAD26imasOTsgruobpYGoQcXUwFDn7moXPRfDE8-NoQX7N7ZYMmpUDkR-Cx9obNGwJQ3nM52YCitxoQVPzjbl7WBuB7AohdBoZOdZ24WlN1lVIeh8v1K4krB8xgKvRU8kgFrEn_a1rZgN5TiysnmzTROF869lQ.AxY8DCtDaGlsbGljb3RoZQ.MKOle7UQrG6nSxTLX6Mqwt0orbHvAKeWnDYvpIAeZ72deHxz3roJDXQyhxx0wKaMHDjUEOKIwrtkHthpqEanSBNYHZgmNOV7sln1Eu9g3J8.fiK51VwhsxJ-siBMR-YFiA";

describe("what is sealed", () => {
  it("is A256GCM as RFC 7516 has it, in the eyes of a reader that opens its Appendix A.1", async () => {
    expect(decryptA256Gcm(RFC7516_A1, RFC7516_A1_CEK)).toBe(
      "The true sign of intelligence is not knowledge but imagination.",
    );
    const sealed = await seal({ token: "at-1" }, await aesKey(RFC7516_A1_CEK));
    expect(decryptA256Gcm(sealed, RFC7516_A1_CEK)).toBe('{"token":"at-1"}');
    expect(sealed.split(".")[1]).toBe("");
  });
});

const group = z.object({
  comment: z.string(),
  key: z.object({ k: z.string() }),
  tests: z.array(z.tuple([z.number(), z.string(), z.string(), z.enum(["valid", "invalid"])])),
});
const vectors = z
  .object({
    symmetric: z.array(group),
    asymmetric: z.array(z.tuple([z.number(), z.string(), z.string()])),
  })
  .parse(JSON.parse(readFileSync("test/fixtures/wycheproof/json-web-encryption.json", "utf8")));
const symmetric = vectors.symmetric.flatMap(({ key: { k }, tests }) =>
  tests.map(([id, comment, jwe, result]) => ({ name: `${id} ${comment}`, k, jwe, result })),
);

describe("what others have encrypted is refused", () => {
  it.each<readonly [string, string]>([
    ["RFC 7516 A.1, by who has its content encryption key", RFC7516_A1],
    ["RFC 7519 A.1", RFC7519_A1],
    ...vectors.asymmetric.map(([id, comment, jwe]) => [`Wycheproof's ${id}, ${comment}`, jwe] as const),
  ])("%s", async (_name, jwe) => {
    await expect(open(jwe, await aesKey(RFC7516_A1_CEK))).rejects.toMatchObject(REFUSED);
  });

  it.each(symmetric.map((vector) => [vector.name, vector] as const))(
    "Wycheproof's %s, by who has its key",
    async (_name, { k, jwe, result }) => {
      // Nothing is refused here because the vector is broken: jose opens the valid ones.
      if (result === "valid") await expect(compactDecrypt(jwe, bytes(k))).resolves.toBeDefined();
      const key = await aesKey(bytes(k)).catch(() => null);
      // Keys of 48 and 64 bytes are none of AES.
      if (key !== null) await expect(open(jwe, key)).rejects.toMatchObject(REFUSED);
    },
  );

  it.each([
    ["A256GCMKW", "A256GCM"],
    ["A256GCMKW", "A128CBC-HS256"],
  ])("even what the right key has encrypted for the right row, but with %s and %s", async (alg, enc) => {
    const key = await aesKey(RFC7516_A1_CEK);
    const row = [BINDING.table, BINDING.id, BINDING.entityId];
    const jwe = await new CompactEncrypt(Buffer.from('"x"'))
      .setProtectedHeader({ alg, enc, kid: "k", row })
      .encrypt(key);
    await expect(compactDecrypt(jwe, key)).resolves.toMatchObject({ protectedHeader: { alg, enc } });
    await expect(open(jwe, key)).rejects.toMatchObject(REFUSED);
  });

  it("has keys among it that open what was sealed with them", async () => {
    const whole = symmetric.filter(({ k }) => bytes(k).length === 32);
    expect(whole.length).toBeGreaterThan(0);
    for (const { k } of whole) {
      const key = await aesKey(bytes(k));
      expect(await open(await seal("x", key), key)).toBe("x");
    }
  });
});
