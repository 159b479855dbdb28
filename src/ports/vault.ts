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
   * @throws CipherError `KEY_UNKNOWN`, `DECRYPT_FAILED`, `CIPHERTEXT_MOVED`; never an empty value instead
   */
  open(sealed: string, binding: VaultBinding): Promise<unknown>;
  /** Id of the key new values are sealed with; null when there is none. */
  readonly currentKeyId: string | null;
  /** Id of the key a sealed value names; null when it names none. Nothing is verified. */
  keyIdOf(sealed: string): string | null;
}

/** A key management service, as far as envelope encryption needs one: it wraps data keys and never gives its own away. */
export interface KeyManagement {
  /**
   * Id of the key that wraps now: up to 128 letters, digits, `.`, `_` and `-`, stored beside what it protects. A name of
   * your own for what the service calls by an ARN or a path.
   */
  readonly keyId: string;
  /** Encrypts a data key of 32 bytes with the key `keyId`. */
  wrap(dataKey: Uint8Array): Promise<Uint8Array>;
  /** Decrypts a data key that was wrapped with the key of that id, which may be a former one. */
  unwrap(wrapped: Uint8Array, keyId: string): Promise<Uint8Array>;
}
