/** The row a secret belongs to: a sealed value moved to another one does not open. */
export interface VaultBinding {
  readonly table: "integrations" | "connections" | "flows";
  readonly id: string;
  /** The row's owner; null for rows without one. */
  readonly entityId: string | null;
}

/**
 * Seals what storage must not read. The built-in ones are made from `encryption`; a host's own may have a key
 * management service do the work. No error and no log line shows a value or a key.
 *
 * @example
 * ```ts
 * const vault: Vault = {
 *   currentKeyId: "safe-2026",
 *   keyIdOf: (sealed) => sealed.split(" ")[0] ?? null,
 *   async seal(value, row) {
 *     return `safe-2026 ${await safe.encrypt(JSON.stringify(value), { context: JSON.stringify(row) })}`;
 *   },
 *   async open(sealed, row) {
 *     const [key = "", text = ""] = sealed.split(" ");
 *     return JSON.parse(await safe.decrypt(text, { key, context: JSON.stringify(row) }));
 *   },
 * };
 * ```
 */
export interface Vault {
  /**
   * A value as text for storage, tied to its row.
   * @param value anything JSON can carry
   * @throws ValidationError when it cannot
   */
  seal(value: unknown, binding: VaultBinding): Promise<string>;
  /**
   * The value that was sealed for this row.
   * @throws CipherError `KEY_UNKNOWN`, `DECRYPT_FAILED`, `CIPHERTEXT_MOVED`, or `KEY_MANAGEMENT_FAILED` where that may
   * pass; never an empty value instead
   */
  open(sealed: string, binding: VaultBinding): Promise<unknown>;
  /** Id of the key new values are sealed with; null when there is none, as where nothing is encrypted. */
  readonly currentKeyId: string | null;
  /**
   * Id of the key a sealed value names; null when it names none. Nothing is verified, and no service is asked. A value
   * that names another key than the current one is sealed anew when it is read, and by `rotateEncryptionKeys()`.
   */
  keyIdOf(sealed: string): string | null;
}

/** A key management service, as far as envelope encryption needs one: it wraps data keys and never gives its own away. */
export interface KeyManagement {
  /**
   * Id of the key that wraps now: up to 128 letters, digits, `.`, `_` and `-`, stored beside what it protects. A name of
   * your own for what the service calls by an ARN or a path.
   */
  readonly keyId: string;
  /** Encrypts a data key of 32 bytes with the key `keyId`. Throws whatever the service fails with. */
  wrap(dataKey: Uint8Array): Promise<Uint8Array>;
  /**
   * Decrypts a data key that was wrapped with the key of that id, which may be a former one. Null when there is no such key,
   * or the service says that these bytes are not what it made with it: they were changed in the database. Throws whatever
   * else the service fails with.
   *
   * Both arguments come from the database. Name the service's key by the id: one that may decrypt with any key of any
   * account would take a data key that someone else has wrapped.
   */
  unwrap(wrapped: Uint8Array, keyId: string): Promise<Uint8Array | null>;
}
