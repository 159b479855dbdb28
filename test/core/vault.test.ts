import { inspect } from "node:util";
import fc from "fast-check";
import * as jose from "jose";
import { describe, expect, it } from "vitest";
import type { EncryptionKey } from "../../src/core/encryption-keys.js";
import { plaintextVault } from "../../src/core/plaintext-vault.js";
import { createVault } from "../../src/core/vault.js";
import { CipherError, ValidationError } from "../../src/errors.js";
import type { VaultBinding } from "../../src/ports/vault.js";

const SECRET = "correct-horse-battery-staple-0123456789";
const OTHER_SECRET = "another-horse-battery-staple-0123456789";
const KEY: EncryptionKey = { id: "2026-11", secret: SECRET };
const BINDING: VaultBinding = { table: "connections", id: "c-1", entityId: "user_1" };
const VALUE = { access_token: "at-SECRET-1", list: [1, null, "ü"] };

const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const binding: fc.Arbitrary<VaultBinding> = fc.record({
  table: fc.constantFrom("integrations", "connections", "flows"),
  id: fc.string({ unit: "binary" }),
  entityId: fc.option(fc.string({ unit: "binary" })),
});

/** The CipherError a promise is rejected with. */
async function cipherError(promise: Promise<unknown>): Promise<CipherError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof CipherError) return error;
  throw new Error(`expected a CipherError, got ${inspect(error)}`);
}

describe("a vault with one key", () => {
  const vault = createVault([KEY]);

  it("seals up to 1 MiB, and refuses more before anything is stored", async () => {
    const longest = "x".repeat(1_048_576 - 2);
    expect(await vault.open(await vault.seal(longest, BINDING), BINDING)).toBe(longest);
    await expect(vault.seal(`${longest}x`, BINDING)).rejects.toMatchObject({
      code: "INPUT_INVALID",
      issues: [{ path: "value", message: "expected at most 1048576 bytes as JSON, got 1048577" }],
    });
    const [header = ""] = (await vault.seal("x", BINDING)).split(".");
    const endless = `${header}..${"A".repeat(16)}.${"A".repeat(8_000_000)}.${"A".repeat(22)}`;
    expect(await cipherError(vault.open(endless, BINDING))).toMatchObject({ code: "DECRYPT_FAILED" });
  });

  it("opens what it sealed, for any JSON and any row", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), binding, async (value, row) => {
        expect(await vault.open(await vault.seal(value, row), row)).toEqual(
          JSON.parse(JSON.stringify(value)),
        );
      }),
    );
  });

  it("refuses a value JSON cannot carry", async () => {
    await expect(vault.seal(undefined, BINDING)).rejects.toThrow(ValidationError);
    await expect(vault.seal({ amount: 1n }, BINDING)).rejects.toThrow(ValidationError);
  });

  it("shows nothing of the value, and never seals alike twice", async () => {
    const [one, other] = await Promise.all([vault.seal(VALUE, BINDING), vault.seal(VALUE, BINDING)]);
    expect(one).not.toBe(other);
    const decoded = one.split(".").map((part) => Buffer.from(part, "base64url").toString("latin1"));
    expect(decoded.join(" ")).not.toContain("at-SECRET-1");
  });

  it("writes a compact JWE with key id and row in its header", async () => {
    const sealed = await vault.seal(VALUE, BINDING);
    expect(jose.decodeProtectedHeader(sealed)).toEqual({
      alg: "dir",
      enc: "A256GCM",
      kid: "2026-11",
      row: ["connections", "c-1", "user_1"],
    });
    expect(vault.keyIdOf(sealed)).toBe("2026-11");
  });

  it("opens for no other row and no other entity", async () => {
    await fc.assert(
      fc.asyncProperty(binding, binding, async (sealedFor, openedFor) => {
        fc.pre(JSON.stringify(Object.values(sealedFor)) !== JSON.stringify(Object.values(openedFor)));
        const error = await cipherError(vault.open(await vault.seal(VALUE, sealedFor), openedFor));
        expect(error).toMatchObject({ code: "CIPHERTEXT_MOVED", keyId: "2026-11" });
      }),
    );
  });

  it("refuses a text with any one character changed, added or left out", async () => {
    const sealed = await vault.seal(VALUE, BINDING);
    const position = fc.nat({ max: sealed.length - 1 });
    const insert = fc.constantFrom(...BASE64URL, ".", "=", " ", "\n", "é");
    const edit = fc.constantFrom("change", "add", "leave out");
    await fc.assert(
      fc.asyncProperty(position, insert, edit, async (at, character, how) => {
        const before = sealed.slice(0, at);
        const after = sealed.slice(how === "add" ? at : at + 1);
        const edited = before + (how === "leave out" ? "" : character) + after;
        fc.pre(edited !== sealed);
        const { code } = await cipherError(vault.open(edited, BINDING));
        expect(["DECRYPT_FAILED", "KEY_UNKNOWN"]).toContain(code);
      }),
      { numRuns: 500 },
    );
  });

  it("refuses every other spelling of the last characters, which decoders take for the same bytes", async () => {
    const sealed = await vault.seal(VALUE, BINDING);
    for (const character of BASE64URL) {
      const edited = sealed.slice(0, -1) + character;
      if (edited === sealed) continue;
      expect((await cipherError(vault.open(edited, BINDING))).code).toBe("DECRYPT_FAILED");
    }
  });

  it.each(["", "null", "....", "a.b.c.d.e", "e30.AA.AA.AA.AA", "eyJraWQiOjF9....", '{"token":"t"}'])(
    "calls %j malformed rather than empty",
    async (text) => {
      expect(await cipherError(vault.open(text, BINDING))).toMatchObject({
        code: "DECRYPT_FAILED",
        keyId: null,
      });
      expect(vault.keyIdOf(text)).toBeNull();
    },
  );

  it("takes no other algorithm, even under its key id", async () => {
    const forged = await new jose.CompactEncrypt(new TextEncoder().encode("{}"))
      .setProtectedHeader({ alg: "PBES2-HS256+A128KW", enc: "A128GCM", kid: "2026-11" })
      .encrypt(new TextEncoder().encode(SECRET));
    expect((await cipherError(vault.open(forged, BINDING))).code).toBe("DECRYPT_FAILED");
  });
});

describe("a vault with several keys", () => {
  const former = createVault([{ id: "2025-06", secret: OTHER_SECRET }]);
  const rotated = createVault([KEY, { id: "2025-06", secret: OTHER_SECRET }]);

  it("seals with the first and opens with all", async () => {
    const old = await former.seal("old", BINDING);
    const fresh = await rotated.seal("fresh", BINDING);
    expect([rotated.keyIdOf(old), rotated.keyIdOf(fresh)]).toEqual(["2025-06", "2026-11"]);
    expect(rotated.currentKeyId).toBe("2026-11");
    expect(await rotated.open(old, BINDING)).toBe("old");
    expect(await createVault([KEY]).open(fresh, BINDING)).toBe("fresh");
  });

  it("names a key that is missing, and those there are", async () => {
    const error = await cipherError(former.open(await rotated.seal(VALUE, BINDING), BINDING));
    expect(error).toMatchObject({ code: "KEY_UNKNOWN", keyId: "2026-11" });
    expect(error.message).toContain('"2026-11"');
    expect(error.hint).toContain("2025-06");
  });

  it("fails when the secret under a key id is another one", async () => {
    const sealed = await createVault([{ id: "2026-11", secret: OTHER_SECRET }]).seal(VALUE, BINDING);
    expect(await cipherError(rotated.open(sealed, BINDING))).toMatchObject({
      code: "DECRYPT_FAILED",
      keyId: "2026-11",
    });
  });
});

describe("secrets of a vault", () => {
  it("may be bytes or the same bytes as text", async () => {
    const bytes = new TextEncoder().encode(SECRET);
    const sealed = await createVault([{ id: "2026-11", secret: bytes }]).seal(VALUE, BINDING);
    expect(await createVault([KEY]).open(sealed, BINDING)).toEqual(VALUE);
  });

  it("are copied: wiping the host's bytes changes nothing", async () => {
    const bytes = new TextEncoder().encode(SECRET);
    const vault = createVault([{ id: "2026-11", secret: bytes }]);
    bytes.fill(0);
    expect(await createVault([KEY]).open(await vault.seal(VALUE, BINDING), BINDING)).toEqual(VALUE);
  });

  it("are not used as they are: the key is HKDF-SHA-256 of them", async () => {
    const sealed = await createVault([KEY]).seal(VALUE, BINDING);
    const material = await crypto.subtle.importKey("raw", new TextEncoder().encode(SECRET), "HKDF", false, [
      "deriveBits",
    ]);
    const info = new TextEncoder().encode("mooring vault v1");
    const hkdf = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info };
    const key = new Uint8Array(await crypto.subtle.deriveBits(hkdf, material, 256));
    const { plaintext } = await jose.compactDecrypt(sealed, key);
    expect(JSON.parse(new TextDecoder().decode(plaintext))).toEqual(VALUE);
  });

  it("are neither in what inspect shows, nor in JSON, nor in errors", async () => {
    const vault = createVault([KEY, { id: "old", secret: OTHER_SECRET }]);
    expect(inspect(vault)).toBe("Vault { keys: ['2026-11', 'old'] }");
    const sealed = await vault.seal(VALUE, BINDING);
    const errors = await Promise.all([
      cipherError(vault.open(sealed, { ...BINDING, entityId: "user_2" })),
      cipherError(vault.open(`${sealed}A`, BINDING)),
      cipherError(createVault([{ id: "x", secret: SECRET }]).open(sealed, BINDING)),
    ]);
    const shown = [
      inspect(vault, { depth: 9, showHidden: true, customInspect: false }),
      JSON.stringify(vault),
    ];
    shown.push(...errors.flatMap((error) => [inspect(error, { depth: 9 }), JSON.stringify(error)]));
    for (const secret of [SECRET, OTHER_SECRET, "at-SECRET-1"])
      expect(shown.join("\n")).not.toContain(secret);
  });
});

describe("a value stored in the clear", () => {
  it("is not opened by a vault with keys", async () => {
    const stored = await plaintextVault().seal(VALUE, BINDING);
    const error = await cipherError(createVault([KEY]).open(stored, BINDING));
    expect(error).toMatchObject({ code: "KEY_UNKNOWN", keyId: null });
    expect(error.message).not.toContain("at-SECRET-1");
  });
});
