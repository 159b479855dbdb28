import { RequestError, TokenError } from "../../../src/errors.js";
import type { SchemeFaults, Vendor, VendorCredentials } from "./sound.js";
import { trialOf } from "./sound.js";

/** Asks the provider, and throws what is made of a failure. */
const failingWith = (method: "refresh" | "revoke", toError: (error: unknown, body: string) => unknown) =>
  trialOf(
    (sound): Partial<Vendor> => ({
      async [method](context: Parameters<Vendor["refresh"]>[0], credentials: VendorCredentials) {
        try {
          return await sound[method](context, credentials);
        } catch (error) {
          const answer = await context.runtime
            .fetch("https://vendor.example/refresh")
            .catch((reason: unknown) => reason);
          throw toError(error, answer instanceof Response ? await answer.text() : String(answer));
        }
      },
    }),
  );

const WHOLE = "renewal: gives whole credentials, or null";
const AGAIN = "renewal: can be done again with what it gave, and leaves the former credentials as they are";
const FAILS = "renewal: fails with a TokenError that holds no secret";
const REVOKED = "renewal: a revocation succeeds, and fails with a TokenError that holds no secret";

export const RENEWAL_FAULTS: SchemeFaults = {
  "a renewal gives what is no credentials": [
    trialOf(() => ({ refresh: async () => ({ credentials: { token: "renewed-token" } }) as never })),
    WHOLE,
  ],
  "a renewal loses what the provider left out": [
    trialOf(({ parseCredentials, refresh, secrets }) => ({
      parseCredentials: (stored) => ({
        ...parseCredentials({ key_id: "unknown", ...Object(stored) }),
        ...Object(stored),
      }),
      secrets: (credentials) => secrets({ ...credentials, key_id: credentials.key_id ?? "unknown" }),
      async refresh(context, credentials) {
        const grant = await refresh(context, credentials);
        const { key_id: _lost, ...rest } = Object(grant?.credentials);
        return { credentials: rest };
      },
    })),
    WHOLE,
  ],
  "a renewal works once": [
    trialOf(({ refresh }) => ({
      refresh: async (context, credentials) =>
        credentials.token === "renewed-token" ? null : refresh(context, credentials),
    })),
    AGAIN,
  ],
  "a renewal changes the credentials it is given": [
    trialOf(({ refresh }) => ({
      async refresh(context, credentials) {
        const grant = await refresh(context, credentials);
        return { credentials: Object.assign(credentials, grant?.credentials) };
      },
    })),
    AGAIN,
  ],
  "a renewal that fails is a RequestError": [
    failingWith(
      "refresh",
      () =>
        new RequestError("REQUEST_FAILED", "No answer.", { method: "POST", url: "https://vendor.example" }),
    ),
    FAILS,
  ],
  "a renewal that fails quotes the answer": [
    failingWith(
      "refresh",
      (_error, body) => new TokenError("TOKEN_REFRESH_FAILED", `The vendor says: ${body}`),
    ),
    FAILS,
  ],
  "a revocation asks for what is not there": [
    trialOf(() => ({
      async revoke() {
        throw new TokenError("TOKEN_REVOKE_FAILED", "There is nothing to revoke.");
      },
    })),
    REVOKED,
  ],
  "a revocation that fails is a plain Error": [failingWith("revoke", () => new Error("No answer.")), REVOKED],
  "a revocation that fails quotes the request": [
    failingWith("revoke", (error, body) => Object.assign(Object(error), { cause: new Error(body) })),
    REVOKED,
  ],
};
