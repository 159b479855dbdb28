import { ConfigurationError } from "../errors.js";
import type { StorageAdapter } from "../ports/storage.js";
import type { Vault } from "../ports/vault.js";
import type { EncryptionKey } from "./encryption-keys.js";
import { plaintextVault } from "./plaintext-vault.js";
import { createVault } from "./vault.js";

/** How secrets are sealed: with keys, by a vault, or not at all. */
export type EncryptionOption =
  | { readonly keys: readonly EncryptionKey[] }
  | { readonly vault: Vault }
  | false;

/**
 * The vault a toolset's options ask for: keys, a vault of the host's, none by name, or a random key for storage that dies with the process.
 *
 * @throws ConfigurationError `ENCRYPTION_KEY_MISSING` when the storage outlives the process and nothing was said
 */
export function createVaultFor(storage: StorageAdapter, encryption: EncryptionOption | undefined): Vault {
  if (encryption === false) return plaintextVault();
  if (encryption !== undefined)
    return "vault" in encryption ? encryption.vault : createVault(encryption.keys);
  if (!storage.persistent) {
    return createVault([{ id: "ephemeral", secret: crypto.getRandomValues(new Uint8Array(32)) }]);
  }
  throw new ConfigurationError(
    "ENCRYPTION_KEY_MISSING",
    `Credentials in ${storage.name} storage need an encryption key.`,
    {
      issues: [{ path: "encryption", message: "expected { keys: [{ id, secret }] }" }],
      hint: `Make a secret with \`node -e "console.log(require('node:crypto').randomBytes(32).toString('base64url'))"\`, keep it outside the database, and pass encryption: { keys: [{ id: "2026-11", secret: process.env.MOORING_KEY }] }.`,
    },
  );
}
