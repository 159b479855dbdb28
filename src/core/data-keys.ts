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
}

/** Data keys, which a key management service wraps. */
export interface DataKeys {
  /** The one that seals now, for one value. @throws CipherError `KEY_MANAGEMENT_FAILED` */
  sealing(): Promise<SealingKey>;
  /** The one that was wrapped so; null when the service did not. @throws CipherError `KEY_MANAGEMENT_FAILED` */
  unwrapped(wrapped: string, keyId: string): Promise<CryptoKey | null>;
}

/** Bounds of what a process keeps of its data keys. */
export interface DataKeyLimits {
  /** Milliseconds for which a data key is used without asking the service. */
  readonly ttlMs: number;
  /** Values one data key seals at most. */
  readonly maxSeals: number;
  /** Data keys in memory at most. */
  readonly maxKeys: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The data key in use, and how much. */
interface Current {
  readonly made: SealingKey;
  readonly madeAt: number;
  seals: number;
}

const importKey = (bytes: Uint8Array<ArrayBuffer>): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);

/** Makes them. A call that failed is not remembered: the next one asks again. */
export function createDataKeys(keyManagement: KeyManagement, limits: DataKeyLimits): DataKeys {
  const { ttlMs, maxSeals, maxKeys, now } = limits;
  const { keyId: currentKeyId } = keyManagement;
  const known = createBoundedCache<CryptoKey>({ maxEntries: maxKeys, maxAgeMs: ttlMs, now });
  const unwrapping = createSingleFlight<CryptoKey | null>();
  const making = createSingleFlight<Current>();
  let current: Current | null = null;

  const make = async (): Promise<Current> => {
    const bytes = crypto.getRandomValues(new Uint8Array(32));
    try {
      // A copy, since the service may keep what it is given.
      const answer = await asked(currentKeyId, () => keyManagement.wrap(bytes.slice()));
      if (answer === null) throw unusable(currentKeyId);
      const wrapped = encodeBase64Url(answer);
      const key = await importKey(bytes);
      known.set(`${currentKeyId} ${wrapped}`, key);
      current = { made: { key, wrapped }, madeAt: now(), seals: 0 };
      return current;
    } finally {
      bytes.fill(0);
    }
  };

  const usable = (): Current | null => {
    const age = now() - (current?.madeAt ?? Infinity);
    return age >= 0 && age < ttlMs ? current : null;
  };

  const unwrap = async (wrapped: string, keyId: string): Promise<CryptoKey | null> => {
    const text = decodeBase64(wrapped);
    const answer = text === null ? null : await asked(keyId, () => keyManagement.unwrap(text, keyId));
    if (answer === null) return null;
    const bytes = new Uint8Array(answer);
    try {
      if (bytes.length !== 32) throw unusable(keyId);
      const key = await importKey(bytes);
      known.set(`${keyId} ${wrapped}`, key);
      return key;
    } finally {
      bytes.fill(0);
    }
  };

  return {
    async sealing() {
      // Many may have waited for one key, and more than it may seal for: the rest waits for the next.
      for (;;) {
        const inUse = usable();
        const next = inUse !== null && inUse.seals < maxSeals ? inUse : await making("next", make);
        if (next.seals < maxSeals) {
          next.seals += 1;
          return next.made;
        }
      }
    },
    async unwrapped(wrapped, keyId) {
      const id = `${keyId} ${wrapped}`;
      return known.get(id) ?? unwrapping(id, () => unwrap(wrapped, keyId));
    },
  };
}

/** Asks the service; what it throws may quote keys, so only its name and code are passed on. */
async function asked(keyId: string, ask: () => Promise<Uint8Array | null>): Promise<Uint8Array | null> {
  let answer: unknown;
  try {
    answer = await ask();
  } catch (error) {
    throw away(keyId, error);
  }
  if (answer === null || answer instanceof Uint8Array) return answer;
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
