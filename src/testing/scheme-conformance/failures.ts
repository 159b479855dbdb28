import { MooringError } from "../../errors.js";
import { failureOf, holds, keepsSecrets, kindOf, settled } from "./assertions.js";
import { PROVIDER_FAULTS } from "./provider-faults.js";
import type { SchemeChecks } from "./trial.js";

/** What a flow through a browser or another device may fail with. */
const OF_FLOWS = ["AuthorizationError", "TokenError"];

export const failureChecks: SchemeChecks = {
  async "a start that the provider fails is an error of Mooring, without a secret"(trial) {
    for (const user of trial.subject.users) {
      const secrets = trial.given(user);
      for (const [fault, fetch] of Object.entries(PROVIDER_FAULTS(Object.values(secrets)))) {
        const outcome = await settled(() => trial.start(user, fetch));
        if (!("error" in outcome)) continue;
        const { error } = outcome;
        holds(
          MooringError.is(error),
          `\`start\` fails with an error of Mooring on ${fault}, not a ${kindOf(error)}`,
        );
        keepsSecrets(error, secrets, `start on ${fault}`);
      }
    }
  },

  async "a callback that says no, or nothing, ends in an AuthorizationError or a TokenError"(trial) {
    const { scheme, subject, callbackUrl, state } = trial;
    const [user] = subject.users;
    const started = await trial.start(user);
    if (started.kind !== "redirect") return;
    const context = trial.context();
    const { flow } = started;
    const key = started.callbackKey;
    const told = key === undefined ? { state } : { [key.parameter]: key.value };
    const answers = {
      "a callback that says no": { ...told, error: "access_denied" },
      "a callback with nothing in it": told,
    };
    for (const [what, query] of Object.entries(answers)) {
      const url = new URL(`${callbackUrl}?${new URLSearchParams(query)}`);
      const error = await failureOf(
        () => scheme.complete?.(context, { url, flow, callbackUrl, state }),
        what,
      );
      const isTyped = MooringError.is(error) && OF_FLOWS.includes(error.name);
      holds(isTyped, `${what} is an AuthorizationError or a TokenError, not a ${kindOf(error)}`);
      keepsSecrets(error, trial.given(user), what);
    }
  },

  async "a poll that the provider fails is an AuthorizationError or a TokenError"(trial) {
    const [user] = trial.subject.users;
    const started = await trial.start(user);
    if (started.kind !== "device") return;
    const secrets = trial.given(user);
    for (const [fault, fetch] of Object.entries(PROVIDER_FAULTS(Object.values(secrets)))) {
      const context = trial.context({}, fetch);
      const error = await failureOf(() => trial.scheme.poll?.(context, started.flow), `a poll on ${fault}`);
      const isTyped = MooringError.is(error) && OF_FLOWS.includes(error.name);
      holds(isTyped, `a poll on ${fault} is an AuthorizationError or a TokenError, not a ${kindOf(error)}`);
      keepsSecrets(error, secrets, `a poll on ${fault}`);
    }
  },
};
