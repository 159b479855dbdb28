import { loadOnce } from "../internal/load-once.js";
import type { Vault } from "../ports/vault.js";
import type { EncryptionKey } from "./encryption-keys.js";
import { readEncryptionKeys } from "./encryption-keys.js";
import { headerOfJwe, keyIdOfJwe, PLAINTEXT_PREFIX, showingKeyIds } from "./sealed-text.js";

const jwe = loadOnce(() => import("./jwe.js"));

/**
 * Encrypts with AES-256-GCM, as compact JWE (RFC 7516, `dir`), under keys derived from the given secrets. Key id and
 * row are in the protected header. The first key encrypts, all decrypt.
 *
 * @param path where the keys are given, for messages
 * @throws ConfigurationError `ENCRYPTION_KEY_MISSING` when there is no key, `CONFIG_INVALID` naming each wrong field
 * @example
 * ```ts
 * const vault = createVault([{ id: "2026-11", secret }]);
 * const sealed = await vault.seal({ token: "t" }, { table: "connections", id, entityId });
 * ```
 */
export function createVault(encryptionKeys: readonly EncryptionKey[], path = "encryption.keys"): Vault {
  const keys = readEncryptionKeys(encryptionKeys, path);
  const [current] = keys;
  const ids = keys.map(({ id }) => id);
  const vault: Vault = {
    currentKeyId: current.id,
    keyIdOf: keyIdOfJwe,
    async seal(value, binding) {
      const { sealJwe } = await jwe();
      return sealJwe(value, binding, { key: await current.derive(), header: { kid: current.id } });
    },
    async open(sealed, binding) {
      const { clearText, keyUnknown, malformed, openJwe } = await jwe();
      if (sealed.startsWith(PLAINTEXT_PREFIX)) throw clearText(binding);
      const header = headerOfJwe(sealed);
      if (header === null) throw malformed(binding);
      const keyId = header.kid;
      const key = keys.find(({ id }) => id === keyId);
      if (key !== undefined) return openJwe(sealed, binding, { key: await key.derive(), keyId });
      throw keyUnknown(
        binding,
        keyId,
        header.edk === undefined
          ? `Add that key to \`${path}\` (configured: ${ids.join(", ")}).`
          : "It was sealed by `envelopeVault()`: pass that one as `encryption: { vault }`.",
      );
    },
  };
  return showingKeyIds(vault, ids);
}
