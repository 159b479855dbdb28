import { redactText } from "../../internal/redact.js";
import { equal } from "../storage-conformance/assertions.js";
import { findSecrets } from "../storage-conformance/search-secrets.js";
import { holds, numbered } from "./assertions.js";
import { sent } from "./requests.js";
import type { Connected, SchemeChecks, Trial } from "./trial.js";
import { specOf } from "./trial.js";

const MIN_LENGTH = 8;

/** Every text in a value, however deep. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** What must not be seen: secrets that were given, and what the credentials hold beside what was given openly. */
function hidden(trial: Trial, { credentials }: Connected, index: 0 | 1) {
  const user = trial.subject.users[index];
  const open = Object.entries({ ...user.values, ...user.params })
    .filter(([name]) => specOf(trial.connectionParams, name)?.secret !== true)
    .map(([, value]) => value);
  const kept = textsIn(credentials).filter((text) => text.length >= MIN_LENGTH && !open.includes(text));
  return { ...trial.given(user), ...numbered(kept, "text in the credentials,") };
}

export const secretChecks: SchemeChecks = {
  async "are texts"({ connect, scheme, subject }) {
    for (const user of subject.users) {
      const { credentials } = await connect(user);
      for (const secret of scheme.secrets(credentials)) {
        holds(
          typeof secret === "string" && secret !== "",
          "each of `secrets` is a text, and not an empty one",
        );
      }
    }
  },

  async "list each secret that was given and is kept"(trial) {
    for (const user of trial.subject.users) {
      const { credentials } = await trial.connect(user);
      const kept = textsIn(credentials);
      const secrets = trial.scheme.secrets(credentials);
      for (const [name, value] of Object.entries(trial.given(user))) {
        holds(value.length >= MIN_LENGTH, `the secret \`${name}\` of the trial has ${MIN_LENGTH} characters`);
        holds(
          !kept.includes(value) || secrets.includes(value),
          `\`secrets\` lists the \`${name}\` that is kept`,
        );
      }
    }
  },

  async "hide each one that goes out, in any form"(trial) {
    for (const index of [0, 1] as const) {
      const connected = await trial.connect(trial.subject.users[index]);
      const secrets = trial.scheme.secrets(connected.credentials);
      const sought = hidden(trial, connected, index);
      for (const { what, make } of trial.requests) {
        const { url, headers, body } = await sent(await trial.apply(make(), connected));
        const text = [url, ...Object.values(headers), body].join("\n");
        equal(
          findSecrets(redactText(text, secrets), sought),
          [],
          `what is left in ${what} without \`secrets\``,
        );
      }
    }
  },
};
