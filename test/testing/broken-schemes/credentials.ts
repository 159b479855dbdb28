import type { SchemeFaults, VendorCredentials } from "./sound.js";
import { trialOf } from "./sound.js";

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const NOBODY: VendorCredentials = { key_id: "none", secret: "none", token: "none", expires_at: 1 };

const RUBBISH = "credentials: what is no object is refused, and not quoted";
const DAMAGE = "credentials: those with a wrong or a missing part are refused, or make up for it, unseen";
const IMPORT = "credentials: those of another system are read as its own, and rubbish is not";
const EXPIRY = "credentials: expire at a time, or never";

export const CREDENTIAL_FAULTS: SchemeFaults = {
  "credentials change each time they are opened": [
    trialOf(({ parseCredentials }) => ({
      parseCredentials(stored) {
        const opened = parseCredentials(stored);
        return { ...opened, expires_at: opened.expires_at + 1 };
      },
    })),
    "credentials: are the same after being stored and opened",
  ],
  "rubbish passes for credentials": [
    trialOf(({ parseCredentials }) => ({
      parseCredentials: (stored) => (isObject(stored) ? parseCredentials(stored) : NOBODY),
    })),
    RUBBISH,
  ],
  "rubbish is quoted": [
    trialOf(({ parseCredentials }) => ({
      parseCredentials(stored) {
        if (!isObject(stored)) throw new TypeError(`${JSON.stringify(stored)} are no credentials.`);
        return parseCredentials(stored);
      },
    })),
    RUBBISH,
  ],
  "any object passes for credentials": [
    trialOf(({ parseCredentials }) => ({
      parseCredentials(stored) {
        const { key_id, secret, token, expires_at } = Object(
          isObject(stored) ? stored : parseCredentials(stored),
        );
        return { key_id, secret, token, expires_at };
      },
    })),
    DAMAGE,
  ],
  "damaged credentials are quoted by the error behind the error": [
    trialOf(({ parseCredentials }) => ({
      parseCredentials(stored) {
        const cause = new Error(JSON.stringify(stored));
        const { secret, token } = Object(stored);
        if (typeof secret === "string" && typeof token === "string") return parseCredentials(stored);
        throw new TypeError("These are no credentials.", { cause });
      },
    })),
    DAMAGE,
  ],
  "what is imported loses a part": [
    trialOf(({ parseCredentials }) => ({
      importCredentials: (stored) => ({ ...parseCredentials(stored), expires_at: 0 }),
    })),
    IMPORT,
  ],
  "rubbish is imported": [
    trialOf(({ parseCredentials }) => ({
      importCredentials: (stored) => (isObject(stored) ? parseCredentials(stored) : NOBODY),
    })),
    IMPORT,
  ],
  "the expiry is no date": [trialOf(() => ({ expiresAt: () => new Date(Number.NaN) })), EXPIRY],
  "the margin is less than nothing": [trialOf(() => ({ refreshMarginMs: () => -1 })), EXPIRY],
  "nobody's credentials are none of its own": [
    trialOf(() => ({ anonymous: () => ({ ...NOBODY, secret: "" }) })),
    "credentials: those that need nobody are credentials",
  ],
};
