import type { SchemeFaults } from "./sound.js";
import { trialOf } from "./sound.js";

const HIDE = "secrets: hide each one that goes out, in any form";

export const SECRET_FAULTS: SchemeFaults = {
  "an empty text is a secret": [trialOf(() => ({ secrets: () => [""] })), "secrets: are texts"],
  "a secret that is kept is not listed": [
    trialOf(() => ({ secrets: ({ token, key_id, secret }) => [token, btoa(`${key_id}:${secret}`)] })),
    "secrets: list each secret that was given and is kept",
  ],
  "the form in which it goes out is not listed": [
    trialOf(() => ({ secrets: ({ secret, token }) => [secret, token] })),
    HIDE,
  ],
  "a token the provider gave is not listed": [
    trialOf(() => ({ secrets: ({ key_id, secret }) => [secret, btoa(`${key_id}:${secret}`)] })),
    HIDE,
  ],
  "the developer's secret goes out": [
    trialOf(({ apply }) => ({
      async apply(request, credentials, context) {
        request.headers.set("x-client", context.config["client_secret"] ?? "");
        return apply(request, credentials, context);
      },
    })),
    HIDE,
  ],
};
