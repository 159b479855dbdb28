import { CipherError, ValidationError } from "../errors.js";
import { loadOnce } from "../internal/load-once.js";
import type { VaultBinding } from "../ports/vault.js";
import type { SealedHeader } from "./sealed-text.js";
import { rowName, toJsonText } from "./sealed-text.js";

const jose = loadOnce(() => import("jose"));

/**
 * Five segments of base64url without spare bits set (RFC 4648 §3.5): decoders ignore those, so without this check one
 * value would have several spellings.
 */
const CANONICAL_JWE =
  /^(?:(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?\.){4}(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?$/;

/** More is no credential, and longer than the pattern above can be matched against. */
const MAX_BYTES = 1_048_576;
const MAX_SEALED = 2 * MAX_BYTES;

/** The row in the protected header: a private parameter (RFC 7516 §4.3), authenticated as all of the header is. */
function rowOf({ table, id, entityId }: VaultBinding): readonly (string | null)[] {
  return [table, id, entityId];
}

/**
 * A value as compact JWE (RFC 7516, `dir` with A256GCM), tied to its row.
 *
 * @param header what says which key it is: `kid`, and what else the vault needs to find it
 * @throws ValidationError when JSON cannot carry the value, or it is longer than 1 MiB
 */
export async function sealJwe(
  value: unknown,
  binding: VaultBinding,
  { key, header }: { readonly key: CryptoKey; readonly header: SealedHeader },
): Promise<string> {
  const bytes = new TextEncoder().encode(toJsonText(value));
  if (bytes.length > MAX_BYTES) {
    throw new ValidationError("A value to be stored is too long.", {
      issues: [
        { path: "value", message: `expected at most ${MAX_BYTES} bytes as JSON, got ${bytes.length}` },
      ],
    });
  }
  const { CompactEncrypt } = await jose();
  return new CompactEncrypt(bytes)
    .setProtectedHeader({ alg: "dir", enc: "A256GCM", ...header, row: rowOf(binding) })
    .encrypt(key);
}

/** Value and row of a ciphertext; null when it is not this key's, or not intact. */
async function decrypt(sealed: string, key: CryptoKey) {
  // Out of the try: a package that cannot be loaded is not a broken ciphertext.
  const { compactDecrypt } = await jose();
  if (sealed.length > MAX_SEALED || !CANONICAL_JWE.test(sealed)) return null;
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
}

/**
 * The value that was sealed for this row with this key.
 *
 * @throws CipherError `DECRYPT_FAILED`, `CIPHERTEXT_MOVED`
 */
export async function openJwe(
  sealed: string,
  binding: VaultBinding,
  { key, keyId }: { readonly key: CryptoKey; readonly keyId: string },
): Promise<unknown> {
  const opened = await decrypt(sealed, key);
  if (opened === null) throw undecryptable(binding, keyId);
  if (JSON.stringify(opened.row) === JSON.stringify(rowOf(binding))) return opened.value;
  throw new CipherError(
    "CIPHERTEXT_MOVED",
    `The stored value of ${rowName(binding)} was sealed for another row or another entity.`,
    { keyId, hint: "It was copied in the database. Connect again to replace it." },
  );
}

/** A stored value that names no key. */
export function malformed(binding: VaultBinding): CipherError {
  return new CipherError("DECRYPT_FAILED", `The stored value of ${rowName(binding)} is malformed.`, {
    keyId: null,
    hint: "It was changed in the database, or never written by Mooring. Connect again to replace it.",
  });
}

/** A stored value whose key is not configured. @param hint what to do about it */
export function keyUnknown(binding: VaultBinding, keyId: string, hint: string): CipherError {
  return new CipherError(
    "KEY_UNKNOWN",
    `The stored value of ${rowName(binding)} is encrypted with key "${keyId}", which is not configured.`,
    { keyId, hint },
  );
}

/** A stored value in the clear where there are keys. */
export function clearText(binding: VaultBinding): CipherError {
  return new CipherError("KEY_UNKNOWN", `The stored value of ${rowName(binding)} is in the clear.`, {
    keyId: null,
    hint: "It was written with `encryption: false`. Connect again to replace it.",
  });
}

/** A stored value that is not intact, or not this key's. */
export function undecryptable(binding: VaultBinding, keyId: string): CipherError {
  return new CipherError(
    "DECRYPT_FAILED",
    `The stored value of ${rowName(binding)} cannot be decrypted with key "${keyId}".`,
    {
      keyId,
      hint: "It was changed in the database, or that key's secret is not the one it was encrypted with: give the former secret back its id, else ask the user to connect again.",
    },
  );
}
