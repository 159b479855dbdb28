import { MooringError } from "../../errors.js";
import { equal } from "../storage-conformance/assertions.js";
import { holds, keepsSecrets, kindOf, numbered, settled } from "./assertions.js";
import { PROVIDER_FAULTS } from "./provider-faults.js";
import type { SchemeChecks } from "./trial.js";
import { throughStorage } from "./trial.js";

export const refreshChecks: SchemeChecks = {
  async "gives whole credentials, or null"({ connect, scheme, subject }) {
    for (const user of subject.users) {
      const { credentials, context } = await connect(user);
      const grant = (await scheme.refresh?.(context, credentials)) ?? null;
      if (grant === null) continue;
      const opened = scheme.parseCredentials(throughStorage(grant.credentials));
      equal(
        throughStorage(opened),
        throughStorage(grant.credentials),
        "renewed credentials, stored and opened",
      );
      const [before, after] = [Object.keys(Object(credentials)), Object.keys(Object(opened))];
      equal(
        before.filter((field) => !after.includes(field)),
        [],
        "parts of the credentials that a renewal lost",
      );
    }
  },

  async "can be done again with what it gave, and leaves the former credentials as they are"(trial) {
    const { connect, scheme, subject } = trial;
    const { credentials, context } = await connect(subject.users[0]);
    const before = JSON.stringify(credentials);
    const first = (await scheme.refresh?.(context, credentials)) ?? null;
    equal(JSON.stringify(credentials), before, "credentials that were renewed");
    if (first === null) return;
    const opened = scheme.parseCredentials(throughStorage(first.credentials));
    const second = (await scheme.refresh?.(context, opened)) ?? null;
    holds(second !== null, "renewed credentials can be renewed");
  },

  async "fails with a TokenError that holds no secret"(trial) {
    await tryFaults(trial, "refresh");
  },

  async "a revocation succeeds, and fails with a TokenError that holds no secret"(trial) {
    const { connect, scheme, subject } = trial;
    const { credentials, context } = await connect(subject.users[0]);
    await scheme.revoke?.(context, credentials);
    await tryFaults(trial, "revoke");
  },
};

/** Whatever goes wrong at the provider is a TokenError; what needs no provider may still succeed. */
async function tryFaults(
  { connect, scheme, subject, context, given }: Parameters<SchemeChecks[string]>[0],
  method: "refresh" | "revoke",
): Promise<void> {
  for (const user of subject.users) {
    const { credentials, context: known } = await connect(user);
    const secrets = { ...given(user), ...numbered(scheme.secrets(credentials), "secret") };
    for (const [fault, fetch] of Object.entries(PROVIDER_FAULTS(Object.values(secrets)))) {
      const outcome = await settled(() => scheme[method]?.(context(known.params, fetch), credentials));
      if (!("error" in outcome)) continue;
      const { error } = outcome;
      const isTokenError = MooringError.is(error) && error.name === "TokenError";
      holds(isTokenError, `\`${method}\` fails with a TokenError on ${fault}, not with a ${kindOf(error)}`);
      keepsSecrets(error, secrets, `${method} on ${fault}`);
    }
  }
}
