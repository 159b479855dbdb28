import type { SchemeFaults } from "./sound.js";
import { trialOf } from "./sound.js";

const without = (subject: ReturnType<typeof trialOf>, name: string) => ({
  ...subject,
  users: [{ values: { [name]: "secret-of-ada" } }, { values: { [name]: "secret-of-bob" } }] as const,
});

const WHOLE = "patterns are regular expressions of the whole value, of each param, and let its default pass";

export const PARAM_FAULTS: SchemeFaults = {
  "two params have one alias": [
    trialOf(({ connectionParams }) => ({
      connectionParams: (app, settings) =>
        connectionParams(app, settings).map((spec) => ({ ...spec, aliases: ["password"] })),
    })),
    "params: each has a name of its own, aliases included, also among the app's",
  ],
  "the developer is asked twice": [
    trialOf(({ integrationParams }) => ({
      integrationParams: (...known) => [...integrationParams(...known), ...integrationParams(...known)],
    })),
    "params: each has a name of its own, aliases included, also among the app's",
  ],
  "a value is taken that nobody is asked for": [
    trialOf(({ connectionParams }) => ({
      connectionParams: (...known) => connectionParams(...known).slice(1),
    })),
    "params: what the two users and the developer give is asked for",
  ],
  "the developer's secret is not asked for": [
    trialOf(() => ({ integrationParams: () => [] })),
    "params: what the two users and the developer give is asked for",
  ],
  "a required value is not used": [without(trialOf(), "secret"), "params: what is required is given"],
  "a pattern lets no value pass": [
    trialOf(({ connectionParams }) => ({
      connectionParams: (...known) =>
        connectionParams(...known).map((spec) => ({ ...spec, pattern: "[0-9]+" })),
    })),
    "params: patterns are regular expressions that let what is given pass",
  ],
  "a pattern is no regular expression": [
    trialOf(({ connectionParams }) => ({
      connectionParams: (...known) => connectionParams(...known).map((spec) => ({ ...spec, pattern: "(" })),
    })),
    "params: patterns are regular expressions that let what is given pass",
  ],
  "a pattern of the developer's is no regular expression": [
    trialOf(({ integrationParams }) => ({
      integrationParams: (...known) =>
        integrationParams(...known).map((spec) => ({ ...spec, pattern: "[a-z" })),
    })),
    `params: ${WHOLE}`,
  ],
  "a pattern is one only in brackets": [
    trialOf(({ integrationParams }) => ({
      integrationParams: (...known) =>
        integrationParams(...known).map((spec) => ({ ...spec, pattern: "a)|(.+" })),
    })),
    `params: ${WHOLE}`,
  ],
  "a pattern has anchors of its own": [
    trialOf(({ connectionParams }) => ({
      connectionParams: (...known) =>
        connectionParams(...known).map((spec) => ({ ...spec, pattern: "^.+$" })),
    })),
    `params: ${WHOLE}`,
  ],
  "a default is none": [
    trialOf(({ connectionParams }) => ({
      connectionParams: (...known) =>
        connectionParams(...known).map((spec) => ({ ...spec, pattern: "[a-z -]+", default: "1" })),
    })),
    `params: ${WHOLE}`,
  ],
  "the developer's value does not match": [
    trialOf(({ integrationParams }) => ({
      integrationParams: (...known) =>
        integrationParams(...known).map((spec) => ({ ...spec, pattern: "[0-9]" })),
    })),
    `params: ${WHOLE}`,
  ],
  "a secret is asked for in the open": [
    trialOf(({ connectionParams }) => ({
      connectionParams: (...known) => connectionParams(...known).map((spec) => ({ ...spec, secret: false })),
    })),
    "params: what is a secret in the credentials is asked for as one",
  ],
};
