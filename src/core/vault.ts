import type { Vault } from "../ports/vault.js";
import type { EncryptionKey } from "./encryption-keys.js";
import { readEncryptionKeys } from "./encryption-keys.js";
import { keyUnknown, malformed, openJwe, sealJwe, showingKeyIds } from "./jwe.js";
import { keyIdOfJwe, PLAINTEXT_PREFIX } from "./sealed-text.js";

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
  const vault: Vault = {
    currentKeyId: current.id,
    keyIdOf: keyIdOfJwe,
    seal: async (value, binding) =>
      sealJwe(value, binding, { key: await current.derive(), header: { kid: current.id } }),
    async open(sealed, binding) {
      if (sealed.startsWith(PLAINTEXT_PREFIX)) throw keyUnknown(binding, null, ids);
      const keyId = keyIdOfJwe(sealed);
      if (keyId === null) throw malformed(binding);
      const key = keys.find(({ id }) => id === keyId);
      if (key === undefined) throw keyUnknown(binding, keyId, ids);
      return openJwe(sealed, binding, { key: await key.derive(), keyId });
    },
  };
  return showingKeyIds(vault, ids);
}
