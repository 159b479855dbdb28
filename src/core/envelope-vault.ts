import * as z from "zod";
import type { Issue } from "../errors.js";
import { ConfigurationError } from "../errors.js";
import { decodeBase64 } from "../internal/base64.js";
import { issuesOf } from "../internal/issues.js";
import { isObject } from "../internal/json.js";
import { lazy } from "../internal/lazy.js";
import type { KeyManagement, Vault } from "../ports/vault.js";
import { createDataKeys } from "./data-keys.js";
import type { EncryptionKey } from "./encryption-keys.js";
import { malformed, openJwe, sealJwe, showingKeyIds } from "./jwe.js";
import { KEY_ID, keyIdOfJwe } from "./sealed-text.js";
import { createVault } from "./vault.js";

/** What `envelopeVault()` takes. */
export interface EnvelopeVaultOptions {
  /** The key management service. */
  readonly keyManagement: KeyManagement;
  /** Keys of `encryption.keys` that sealed values before: they open, and seal no more. Default: none. */
  readonly formerKeys?: readonly EncryptionKey[] | undefined;
  /** Milliseconds a data key stays in memory, from 1,000 to a day. Default: 300,000. */
  readonly dataKeyTtlMs?: number | undefined;
  /** Values one data key seals, from 1 to 1,000,000. Default: 1,000. */
  readonly maxSealsPerDataKey?: number | undefined;
  /** Data keys in memory, from 1 to 100,000. Default: 1,000. */
  readonly maxDataKeys?: number | undefined;
  /** Milliseconds since the epoch, for tests. Default: the machine's clock. */
  readonly now?: (() => number) | undefined;
}

const callable = z.custom((value) => typeof value === "function", "expected a function");
const schema = lazy(() =>
  z.strictObject({
    keyManagement: z.looseObject({
      keyId: z.string().regex(KEY_ID, "expected 1 to 128 letters, digits, `.`, `_` or `-`"),
      wrap: callable,
      unwrap: callable,
    }),
    formerKeys: z.array(z.unknown()).optional(),
    dataKeyTtlMs: z.number().int().min(1_000).max(86_400_000).optional(),
    maxSealsPerDataKey: z.number().int().min(1).max(1_000_000).optional(),
    maxDataKeys: z.number().int().min(1).max(100_000).optional(),
    now: callable.optional(),
  }),
);

/** @throws ConfigurationError `CONFIG_INVALID` naming each wrong field */
function check(options: unknown): void {
  const parsed = schema().safeParse(options);
  if (parsed.success) return;
  const issues: readonly Issue[] = issuesOf(parsed.error);
  throw new ConfigurationError(
    "CONFIG_INVALID",
    `envelopeVault: ${issues.map(({ path, message }) => `${path}: ${message}`).join("; ")}.`,
    { issues },
  );
}

/** The wrapped data key a value names in its header; null when it names none. Nothing is verified. */
function wrappedKeyOf(sealed: string): string | null {
  const bytes = decodeBase64(sealed.slice(0, sealed.indexOf(".")));
  try {
    const header: unknown = JSON.parse(new TextDecoder().decode(bytes ?? new Uint8Array()));
    return isObject(header) && typeof header["edk"] === "string" ? header["edk"] : null;
  } catch {
    return null;
  }
}

/**
 * A vault whose keys are in a key management service (AWS KMS, Google Cloud KMS, Vault's transit engine): envelope
 * encryption. Values are sealed as `encryption.keys` does, under data keys of this process; each value carries its data
 * key, wrapped by the service, in its protected header (`edk`).
 *
 * The service is asked once per data key: to wrap it when it is made, to unwrap it when a value sealed with it is read
 * and it is not in memory. A data key stays in memory for `dataKeyTtlMs`, and seals `maxSealsPerDataKey` values. What the
 * service refuses is a CipherError `KEY_MANAGEMENT_FAILED`, which is retryable, and is not remembered.
 *
 * @throws ConfigurationError naming each wrong field
 * @example
 * ```ts
 * const vault = envelopeVault({
 *   keyManagement: {
 *     keyId: "kms-2026",
 *     wrap: async (dataKey) => (await kms.encrypt({ KeyId, Plaintext: dataKey })).CiphertextBlob,
 *     unwrap: async (wrapped) => (await kms.decrypt({ KeyId, CiphertextBlob: wrapped })).Plaintext,
 *   },
 * });
 * const toolset = new MooringToolSet({ storage, encryption: { vault }, apps: [github] });
 * ```
 */
export function envelopeVault(options: EnvelopeVaultOptions): Vault {
  check(options);
  const { keyManagement, formerKeys = [] } = options;
  const former = formerKeys.length === 0 ? null : createVault(formerKeys);
  const formerIds = new Set(formerKeys.map(({ id }) => id));
  const dataKeys = createDataKeys(keyManagement, {
    ttlMs: options.dataKeyTtlMs ?? 300_000,
    maxSeals: options.maxSealsPerDataKey ?? 1_000,
    maxKeys: options.maxDataKeys ?? 1_000,
    now: options.now ?? Date.now,
  });
  const vault: Vault = {
    get currentKeyId() {
      return keyManagement.keyId;
    },
    keyIdOf: keyIdOfJwe,
    async seal(value, binding) {
      const { key, wrapped, keyId } = await dataKeys.sealing();
      return sealJwe(value, binding, { key, header: { kid: keyId, edk: wrapped } });
    },
    async open(sealed, binding) {
      const keyId = keyIdOfJwe(sealed);
      if (former !== null && (keyId === null || formerIds.has(keyId))) return former.open(sealed, binding);
      const wrapped = wrappedKeyOf(sealed);
      if (keyId === null || wrapped === null) throw malformed(binding);
      return openJwe(sealed, binding, { key: await dataKeys.unwrapped(wrapped, keyId), keyId });
    },
  };
  return showingKeyIds(vault, [keyManagement.keyId, ...formerIds]);
}
