import { CipherError } from "../errors.js";
import type { Vault } from "../ports/vault.js";
import { keyIdOfJwe, PLAINTEXT_PREFIX, rowName, toJsonText } from "./sealed-text.js";

/**
 * Stores secrets in the clear, marked as such: what `encryption: false` opts in to.
 *
 * @example
 * ```ts
 * await plaintextVault().seal({ token: "t" }, binding); // 'plaintext:{"token":"t"}'
 * ```
 */
export function plaintextVault(): Vault {
  return {
    currentKeyId: null,
    keyIdOf: keyIdOfJwe,
    seal: async (value) => PLAINTEXT_PREFIX + toJsonText(value),
    async open(sealed, binding) {
      const keyId = keyIdOfJwe(sealed);
      if (keyId !== null) {
        throw new CipherError(
          "KEY_UNKNOWN",
          `The stored value of ${rowName(binding)} is encrypted with key "${keyId}", but encryption is off.`,
          { keyId, hint: "Pass that key in `encryption.keys` instead of `encryption: false`." },
        );
      }
      try {
        if (sealed.startsWith(PLAINTEXT_PREFIX)) return JSON.parse(sealed.slice(PLAINTEXT_PREFIX.length));
      } catch {
        // The parser's message quotes the value: told below without it.
      }
      throw new CipherError("DECRYPT_FAILED", `The stored value of ${rowName(binding)} is malformed.`, {
        keyId: null,
        hint: "It was changed in the database, or never written by Mooring. Connect again to replace it.",
      });
    },
  };
}
