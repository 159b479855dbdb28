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
