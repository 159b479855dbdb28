import { CipherError } from "../errors.js";
import { decodeBase64, encodeBase64Url } from "../internal/base64.js";
import { createBoundedCache } from "../internal/bounded-cache.js";
import { createSingleFlight } from "../internal/single-flight.js";
import type { KeyManagement } from "../ports/vault.js";

/** A data key that seals: in the clear for this process, wrapped for the value it seals. */
export interface SealingKey {
  readonly key: CryptoKey;
  /** Wrapped by the key management service, base64url. */
  readonly wrapped: string;
  /** Id of the key it is wrapped with. */
  readonly keyId: string;
}

/** Data keys, which a key management service wraps. */
export interface DataKeys {
  /** The one that seals now. @throws CipherError `KEY_MANAGEMENT_FAILED` */
  sealing(): Promise<SealingKey>;
  /** The one that was wrapped so. @throws CipherError `KEY_MANAGEMENT_FAILED` */
  unwrapped(wrapped: string, keyId: string): Promise<CryptoKey>;
}

/** Bounds of what a process keeps of its data keys. */
export interface DataKeyLimits {
  /** Milliseconds a data key stays in memory, and seals. */
  readonly ttlMs: number;
  /** Values one data key seals at most. */
  readonly maxSeals: number;
  /** Data keys in memory at most. */
  readonly maxKeys: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const importKey = (bytes: Uint8Array<ArrayBuffer>): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);

/** Makes them. A call that failed is not remembered: the next one asks again. */
export function createDataKeys(keyManagement: KeyManagement, limits: DataKeyLimits): DataKeys {
  const { ttlMs, maxSeals, maxKeys, now } = limits;
  const unwrappedKeys = createBoundedCache<CryptoKey>({ maxEntries: maxKeys, maxAgeMs: ttlMs, now });
  const unwrapping = createSingleFlight<CryptoKey>();
  const making = createSingleFlight<SealingKey>();
  let current: { readonly made: SealingKey; readonly madeAt: number; seals: number } | null = null;

  const make = async (): Promise<SealingKey> => {
    const bytes = crypto.getRandomValues(new Uint8Array(32));
    const { keyId } = keyManagement;
    try {
      const wrapped = encodeBase64Url(await asked(keyId, () => keyManagement.wrap(bytes.slice())));
      const made = { key: await importKey(bytes), wrapped, keyId };
      current = { made, madeAt: now(), seals: 0 };
      unwrappedKeys.set(`${keyId} ${wrapped}`, made.key);
      return made;
    } finally {
      bytes.fill(0);
    }
  };

  const unwrap = async (wrapped: string, keyId: string): Promise<CryptoKey> => {
    const text = decodeBase64(wrapped) ?? new Uint8Array();
    const bytes = new Uint8Array(await asked(keyId, () => keyManagement.unwrap(text, keyId)));
    try {
      if (bytes.length !== 32) throw unusable(keyId);
      const key = await importKey(bytes);
      unwrappedKeys.set(`${keyId} ${wrapped}`, key);
      return key;
    } finally {
      bytes.fill(0);
    }
  };

  return {
    async sealing() {
      const age = current === null ? Infinity : now() - current.madeAt;
      if (current === null || age < 0 || age >= ttlMs || current.seals >= maxSeals) {
        await making("current", make);
      }
      if (current === null) throw unusable(keyManagement.keyId);
      current.seals += 1;
      return current.made;
    },
    async unwrapped(wrapped, keyId) {
      const id = `${keyId} ${wrapped}`;
      return unwrappedKeys.get(id) ?? unwrapping(id, () => unwrap(wrapped, keyId));
    },
  };
}

/** Asks the service; what it throws may quote keys, so only its name and code are passed on. */
async function asked(keyId: string, ask: () => Promise<Uint8Array>): Promise<Uint8Array> {
  try {
    const answer: unknown = await ask();
    if (answer instanceof Uint8Array) return answer;
  } catch (error) {
    throw away(keyId, error);
  }
  throw unusable(keyId);
}

function away(keyId: string, error: unknown): CipherError {
  return new CipherError("KEY_MANAGEMENT_FAILED", `The key management service failed with key "${keyId}".`, {
    keyId,
    retryable: true,
    hint: "The cause holds the name and code of its error.",
    cause: { name: nameOf(error), code: codeOf(error) },
  });
}

function unusable(keyId: string): CipherError {
  return new CipherError(
    "KEY_MANAGEMENT_FAILED",
    `The key management service answered with something that is no data key, for key "${keyId}".`,
    { keyId, hint: "`wrap` and `unwrap` resolve with a Uint8Array; a data key has 32 bytes." },
  );
}

function nameOf(error: unknown): string | null {
  return error instanceof Error && /^\w{1,64}$/.test(error.name) ? error.name : null;
}

function codeOf(error: unknown): string | null {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return typeof code === "string" && /^[\w.-]{1,64}$/.test(code) ? code : null;
}
