import type { Vault } from "../ports/vault.js";
import { createDataKeys } from "./data-keys.js";
import type { EnvelopeVaultOptions } from "./envelope-vault.js";
import { clearText, keyUnknown, malformed, openJwe, sealJwe, undecryptable } from "./jwe.js";
import { headerOfJwe, PLAINTEXT_PREFIX } from "./sealed-text.js";

/** What an envelope vault does with values. */
export type Envelopes = Pick<Vault, "seal" | "open">;

/** Makes it from checked options. */
export function createEnvelopes(
  options: EnvelopeVaultOptions,
  { former, formerIds }: { readonly former: Vault | null; readonly formerIds: readonly string[] },
): Envelopes {
  const { keyManagement } = options;
  const { keyId: currentKeyId } = keyManagement;
  const dataKeys = createDataKeys(keyManagement, {
    ttlMs: options.dataKeyTtlMs ?? 300_000,
    maxSeals: options.maxSealsPerDataKey ?? 1_000,
    maxKeys: options.maxDataKeys ?? 1_000,
    now: options.now ?? Date.now,
  });
  return {
    async seal(value, binding) {
      const { key, wrapped } = await dataKeys.sealing();
      return sealJwe(value, binding, { key, header: { kid: currentKeyId, edk: wrapped } });
    },
    async open(sealed, binding) {
      if (sealed.startsWith(PLAINTEXT_PREFIX)) throw clearText(binding);
      const header = headerOfJwe(sealed);
      if (header === null) throw malformed(binding);
      const { kid: keyId, edk } = header;
      if (edk === undefined && keyId === currentKeyId) throw malformed(binding);
      if (former !== null && formerIds.includes(keyId)) return former.open(sealed, binding);
      if (edk === undefined) {
        const configured = formerIds.length === 0 ? "none" : formerIds.join(", ");
        throw keyUnknown(binding, keyId, `Add that key to \`formerKeys\` (configured: ${configured}).`);
      }
      const key = await dataKeys.unwrapped(edk, keyId);
      if (key === null) throw undecryptable(binding, keyId);
      return openJwe(sealed, binding, { key, keyId });
    },
  };
}
