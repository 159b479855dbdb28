import * as z from "zod";
import type { Issue } from "../errors.js";
import { ConfigurationError } from "../errors.js";
import { issuesOf } from "../internal/issues.js";
import { lazy } from "../internal/lazy.js";
import type { KeyManagement, Vault } from "../ports/vault.js";
import type { EncryptionKey } from "./encryption-keys.js";
import type { Envelopes } from "./envelopes.js";
import { KEY_ID, keyIdOfJwe, showingKeyIds } from "./sealed-text.js";
import { createVault } from "./vault.js";

/** What `envelopeVault()` takes. */
export interface EnvelopeVaultOptions {
  /** The key management service. Its `keyId` is read once: a new key is a new vault. */
  readonly keyManagement: KeyManagement;
  /** Keys of `encryption.keys` that sealed values before: they open. Default: none. */
  readonly formerKeys?: readonly EncryptionKey[] | undefined;
  /**
   * What seals. While not all processes have the vault yet, `"formerKeys"`, the first of them, lets those that have not
   * open everything; also for the way back from a service. Default: `"keyManagement"`.
   */
  readonly sealWith?: "keyManagement" | "formerKeys" | undefined;
  /** Milliseconds for which a data key is used without asking the service, from 1,000 to a day. Default: 300,000. */
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
  z
    .strictObject({
      keyManagement: z.looseObject({
        keyId: z.string().regex(KEY_ID, "expected 1 to 128 letters, digits, `.`, `_` or `-`"),
        wrap: callable,
        unwrap: callable,
      }),
      formerKeys: z.array(z.looseObject({ id: z.string() })).default([]),
      sealWith: z.enum(["keyManagement", "formerKeys"]).optional(),
      dataKeyTtlMs: z.number().int().min(1_000).max(86_400_000).optional(),
      maxSealsPerDataKey: z.number().int().min(1).max(1_000_000).optional(),
      maxDataKeys: z.number().int().min(1).max(100_000).optional(),
      now: callable.optional(),
    })
    .refine(({ sealWith, formerKeys }) => sealWith !== "formerKeys" || formerKeys.length > 0, {
      path: ["formerKeys"],
      message: "expected the key that seals",
    })
    .refine(({ keyManagement, formerKeys }) => formerKeys.every(({ id }) => id !== keyManagement.keyId), {
      path: ["keyManagement", "keyId"],
      message: "a former key has this id",
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

/**
 * A vault whose keys are in a key management service (AWS KMS, Google Cloud KMS, Vault's transit engine): envelope
 * encryption. Values are sealed as `encryption.keys` does, under data keys of this process; each value carries its data
 * key, wrapped by the service, in its protected header (`edk`).
 *
 * The service is asked once per data key: to wrap it when it is made, to unwrap it when a value sealed with it is read
 * and it is not in memory. A data key is used for `dataKeyTtlMs`, and seals `maxSealsPerDataKey` values. What the service
 * fails with is a CipherError `KEY_MANAGEMENT_FAILED`, which is retryable, and is not remembered.
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
  const { keyId } = keyManagement;
  const former = formerKeys.length === 0 ? null : createVault(formerKeys, "formerKeys");
  const formerIds = formerKeys.map(({ id }) => id);
  const service: KeyManagement = {
    keyId,
    wrap: (dataKey) => keyManagement.wrap(dataKey),
    unwrap: (wrapped, id) => keyManagement.unwrap(wrapped, id),
  };
  let envelopes: Envelopes | null = null;
  // Loaded at first use: whoever has no such service does not pay for it.
  const load = async (): Promise<Envelopes> => {
    const { createEnvelopes } = await import("./envelopes.js");
    envelopes ??= createEnvelopes({ ...options, keyManagement: service }, { former, formerIds });
    return envelopes;
  };
  const seals = options.sealWith === "formerKeys" ? former : null;
  const vault: Vault = {
    currentKeyId: seals === null ? keyId : seals.currentKeyId,
    keyIdOf: keyIdOfJwe,
    seal: async (value, binding) => (seals ?? (await load())).seal(value, binding),
    open: async (sealed, binding) => (await load()).open(sealed, binding),
  };
  return showingKeyIds(vault, [keyId, ...formerIds]);
}
