import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plaintextVault } from "../../src/core/plaintext-vault.js";
import { createVault } from "../../src/core/vault.js";
import { CipherError } from "../../src/errors.js";
import type { VaultBinding } from "../../src/ports/vault.js";

const BINDING: VaultBinding = { table: "flows", id: "f-1", entityId: "user_1" };

describe("plaintextVault", () => {
  const vault = plaintextVault();

  it("opens what it stored, for any JSON", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        expect(await vault.open(await vault.seal(value, BINDING), BINDING)).toEqual(
          JSON.parse(JSON.stringify(value)),
        );
      }),
    );
  });

  it("marks what it stores as plain text", async () => {
    const stored = await vault.seal({ token: "t" }, BINDING);
    expect(stored).toBe('plaintext:{"token":"t"}');
    expect([vault.currentKeyId, vault.keyIdOf(stored)]).toEqual([null, null]);
  });

  it("names the key an encrypted value needs", async () => {
    const sealed = await createVault([{ id: "2026-11", secret: "0123456789abcdef0123456789abcdef" }]).seal(
      1,
      BINDING,
    );
    expect(vault.keyIdOf(sealed)).toBe("2026-11");
    await expect(vault.open(sealed, BINDING)).rejects.toMatchObject({
      code: "KEY_UNKNOWN",
      keyId: "2026-11",
    });
  });

  it.each(["", "null", '{"token":"t"}', "plaintext:", 'plaintext:{"token":"SECRET-1'])(
    "calls %j malformed rather than empty, and does not repeat it",
    async (stored) => {
      const error = await vault.open(stored, BINDING).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(CipherError);
      expect(error).toMatchObject({ code: "DECRYPT_FAILED" });
      expect(inspect(error)).not.toContain("SECRET-1");
    },
  );
});
