import type { SchemeFaults, Vendor } from "./sound.js";
import { trialOf } from "./sound.js";

/** Signs in first, and lets what `fetch` throws or answers pass. */
const signingIn = (toError: (answer: unknown) => Error) =>
  trialOf(
    ({ start }): Partial<Vendor> => ({
      async start(context) {
        const answer = await context.runtime
          .fetch("https://vendor.example/login")
          .catch((error: unknown) => error);
        if (answer instanceof Response && answer.ok) return start(context);
        throw toError(answer);
      },
    }),
  );

const START = "failures: a start that the provider fails is an error of Mooring, without a secret";
const CALLBACK =
  "failures: a callback that says no, or nothing, ends in an AuthorizationError or a TokenError";
const POLL = "failures: a poll that the provider fails is an AuthorizationError or a TokenError";

export const FAILURE_FAULTS: SchemeFaults = {
  "a sign-in that fails is a TypeError": [signingIn(() => new TypeError("fetch failed")), START],
  "a callback without a code is a connection": [
    trialOf(
      ({ complete }) => ({
        complete(context, callback) {
          callback.url.searchParams.set("code", "none");
          return complete(context, callback);
        },
      }),
      "browser",
    ),
    CALLBACK,
  ],
  "a callback that says no is a plain Error": [
    trialOf(() => ({ complete: () => Promise.reject(new Error("access_denied")) }), "browser"),
    CALLBACK,
  ],
  "a poll without an answer is pending for ever": [
    trialOf(
      ({ poll }) => ({
        poll: (context, flow) => poll(context, flow).catch(() => ({ kind: "pending" as const })),
      }),
      "device",
    ),
    POLL,
  ],
  "a poll that fails is a plain Error": [
    trialOf(() => ({ poll: () => Promise.reject(new Error("No answer.")) }), "device"),
    POLL,
  ],
};
