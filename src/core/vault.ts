import { CipherError } from "../errors.js";
import type { Vault, VaultBinding } from "../ports/vault.js";
import type { EncryptionKey } from "./encryption-keys.js";
import { readEncryptionKeys } from "./encryption-keys.js";
import { keyIdOfJwe, PLAINTEXT_PREFIX, rowName, toJsonText } from "./sealed-text.js";

/**
 * Five segments of base64url without spare bits set (RFC 4648 §3.5): decoders ignore those, so without this check one
 * value would have several spellings.
 */
const CANONICAL_JWE =
  /^(?:(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?\.){4}(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?$/;

/** The row in the protected header: a private parameter (RFC 7516 §4.3), authenticated as all of the header is. */
function rowOf({ table, id, entityId }: VaultBinding): readonly (string | null)[] {
  return [table, id, entityId];
}

function keyUnknown(binding: VaultBinding, keyId: string | null, configured: readonly string[]): CipherError {
  const how = keyId === null ? "in the clear" : `encrypted with key "${keyId}", which is not configured`;
  return new CipherError("KEY_UNKNOWN", `The stored value of ${rowName(binding)} is ${how}.`, {
    keyId,
    hint:
      keyId === null
        ? "It was written with `encryption: false`. Connect again to replace it."
        : `Add that key to \`encryption.keys\` (configured: ${configured.join(", ")}).`,
  });
}

/**
 * Encrypts with AES-256-GCM, as compact JWE (RFC 7516, `dir`), under keys derived from the given secrets. Key id and
 * row are in the protected header. The first key encrypts, all decrypt.
 *
 * @throws ConfigurationError `ENCRYPTION_KEY_MISSING` when there is no key, `CONFIG_INVALID` naming each wrong field
 * @example
 * ```ts
 * const vault = createVault([{ id: "2026-11", secret }]);
 * const sealed = await vault.seal({ token: "t" }, { table: "connections", id, entityId });
 * ```
 */
export function createVault(encryptionKeys: readonly EncryptionKey[]): Vault {
  const keys = readEncryptionKeys(encryptionKeys);
  const [current] = keys;
  const ids = keys.map(({ id }) => id);

  /** Value and row of a ciphertext; null when it is not this key's, or not intact. */
  const decrypt = async (sealed: string, key: CryptoKey) => {
    // Out of the try: a package that cannot be loaded is not a broken ciphertext.
    const { compactDecrypt } = await import("jose");
    if (!CANONICAL_JWE.test(sealed)) return null;
    try {
      const { plaintext, protectedHeader } = await compactDecrypt(sealed, key, {
        keyManagementAlgorithms: ["dir"],
        contentEncryptionAlgorithms: ["A256GCM"],
      });
      const { row } = protectedHeader;
      const value: unknown = JSON.parse(new TextDecoder().decode(plaintext));
      return { value, row };
    } catch {
      return null;
    }
  };

  const vault: Vault = {
    currentKeyId: current.id,
    keyIdOf: keyIdOfJwe,
    async seal(value, binding) {
      const text = toJsonText(value);
      const [{ CompactEncrypt }, key] = await Promise.all([import("jose"), current.derive()]);
      return new CompactEncrypt(new TextEncoder().encode(text))
        .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: current.id, row: rowOf(binding) })
        .encrypt(key);
    },
    async open(sealed, binding) {
      if (sealed.startsWith(PLAINTEXT_PREFIX)) throw keyUnknown(binding, null, ids);
      const keyId = keyIdOfJwe(sealed);
      if (keyId === null) {
        throw new CipherError("DECRYPT_FAILED", `The stored value of ${rowName(binding)} is malformed.`, {
          keyId,
          hint: "It was changed in the database, or never written by Mooring. Connect again to replace it.",
        });
      }
      const key = keys.find(({ id }) => id === keyId);
      if (key === undefined) throw keyUnknown(binding, keyId, ids);
      const opened = await decrypt(sealed, await key.derive());
      if (opened === null) {
        throw new CipherError(
          "DECRYPT_FAILED",
          `The stored value of ${rowName(binding)} cannot be decrypted with key "${keyId}".`,
          {
            keyId,
            hint: "It was changed in the database, or that key's secret is not the one it was encrypted with.",
          },
        );
      }
      if (JSON.stringify(opened.row) === JSON.stringify(rowOf(binding))) return opened.value;
      throw new CipherError(
        "CIPHERTEXT_MOVED",
        `The stored value of ${rowName(binding)} was sealed for another row or another entity.`,
        { keyId, hint: "It was copied in the database. Connect again to replace it." },
      );
    },
  };
  return Object.defineProperty(vault, Symbol.for("nodejs.util.inspect.custom"), {
    value: () => `Vault { keys: [${ids.map((id) => `'${id}'`).join(", ")}] }`,
  });
}
