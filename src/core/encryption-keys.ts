import type { Issue } from "../errors.js";
import { ConfigurationError } from "../errors.js";
import { KEY_ID } from "./sealed-text.js";

/** A key secrets are encrypted with. */
export interface EncryptionKey {
  /** Up to 128 letters, digits, `.`, `_` and `-`; stored beside what it encrypts: `2026-11`. */
  readonly id: string;
  /** At least 32 random bytes; a string counts in UTF-8. */
  readonly secret: string | Uint8Array;
}

/** A key that was checked: its material cannot be read from outside. */
export interface DerivedKey {
  readonly id: string;
  /** The AES-256 key, derived at the first call. */
  derive(): Promise<CryptoKey>;
}

const MIN_SECRET_BYTES = 32;
const INFO = "mooring vault v1";
const HOW_TO = `Make a secret with: node -e "console.log(require('node:crypto').randomBytes(32).toString('base64url'))"`;

function bytesOf(secret: string | Uint8Array): Uint8Array<ArrayBuffer> {
  return typeof secret === "string" ? new TextEncoder().encode(secret) : new Uint8Array(secret);
}

/** HKDF (RFC 5869) with SHA-256, no salt. */
async function deriveKey(secret: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: new TextEncoder().encode(INFO) },
    material,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}

function derived({ id, secret }: EncryptionKey): DerivedKey {
  const bytes = bytesOf(secret);
  let key: Promise<CryptoKey> | null = null;
  return {
    id,
    derive() {
      key ??= deriveKey(bytes);
      return key;
    },
  };
}

function issuesOf(keys: readonly EncryptionKey[], keysPath: string): readonly Issue[] {
  return keys.flatMap(({ id, secret }, index) => {
    const path = `${keysPath}.${index}`;
    const issues: Issue[] = [];
    if (!KEY_ID.test(id)) {
      issues.push({ path: `${path}.id`, message: "expected 1 to 128 letters, digits, `.`, `_` or `-`" });
    } else if (keys.findIndex((other) => other.id === id) < index) {
      issues.push({ path: `${path}.id`, message: "another key has this id" });
    }
    const { length } = bytesOf(secret);
    if (length < MIN_SECRET_BYTES) {
      const message = `expected at least ${MIN_SECRET_BYTES} bytes, got ${length}`;
      issues.push({ path: `${path}.secret`, message });
    }
    return issues;
  });
}

/**
 * Checks encryption keys.
 *
 * @param path where they are given, for messages
 * @throws ConfigurationError `ENCRYPTION_KEY_MISSING` when there is none, `CONFIG_INVALID` naming each wrong field
 */
export function readEncryptionKeys(
  keys: readonly EncryptionKey[],
  path = "encryption.keys",
): readonly [current: DerivedKey, ...former: DerivedKey[]] {
  const [current, ...former] = keys;
  if (current === undefined) {
    throw new ConfigurationError("ENCRYPTION_KEY_MISSING", "There is no encryption key.", {
      issues: [{ path, message: "expected at least one key" }],
      hint: `Pass \`encryption: { keys: [{ id, secret }] }\`. ${HOW_TO}`,
    });
  }
  const issues = issuesOf(keys, path);
  if (issues.length > 0) {
    const isShort = issues.some(({ path: field }) => field.endsWith(".secret"));
    throw new ConfigurationError(
      "CONFIG_INVALID",
      `The encryption keys are wrong: ${issues.map(({ path: field, message }) => `${field}: ${message}`).join("; ")}.`,
      { issues, ...(isShort ? { hint: HOW_TO } : {}) },
    );
  }
  return [derived(current), ...former.map(derived)];
}
