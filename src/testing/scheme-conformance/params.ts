import { appConnectionParams } from "../../ports/app.js";
import type { ParamSpec } from "../../ports/auth-scheme.js";
import { equal } from "../storage-conformance/assertions.js";
import { holds } from "./assertions.js";
import type { SchemeChecks } from "./trial.js";
import { specOf } from "./trial.js";

function repeated(specs: readonly ParamSpec[]): readonly string[] {
  const names = specs.flatMap(({ name, aliases }) => [name, ...aliases]);
  return names.filter((name, index) => names.indexOf(name) < index);
}

/** At an end of the pattern, or of one of its alternatives. */
const OWN_ANCHOR = /(?:^|\||\()\^|(?<!\\)\$(?:$|\||\))/;

/** As the core holds a value to it, with the flag that refuses what no one can mean. */
const wholly = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`, "u");

function isRegExp(pattern: string): boolean {
  try {
    // By itself as well: "a)(b" is one only within the brackets the core puts around it.
    return wholly(pattern).flags === new RegExp(pattern, "u").flags;
  } catch {
    return false;
  }
}

export const paramChecks: SchemeChecks = {
  "each has a name of its own, aliases included, also among the app's"(trial) {
    const { app } = trial.context();
    equal(repeated(trial.integrationParams), [], "names used twice by integration params");
    const all = [...appConnectionParams(app), ...trial.connectionParams];
    equal(repeated(all), [], "names used twice by connection params");
  },

  "what the two users and the developer give is asked for"({ subject, connectionParams, integrationParams }) {
    for (const { values = {} } of subject.users) {
      for (const name of Object.keys(values)) {
        holds(specOf(connectionParams, name) !== undefined, `\`${name}\` is a connection param`);
      }
    }
    for (const name of Object.keys(subject.config ?? {})) {
      holds(specOf(integrationParams, name) !== undefined, `\`${name}\` is an integration param`);
    }
  },

  "what is required is given"({ subject, connectionParams }) {
    for (const { values = {}, credentials } of subject.users) {
      if (credentials !== undefined) continue;
      for (const spec of connectionParams.filter((each) => each.required && each.default === null)) {
        const isGiven = Object.keys(values).some((name) => specOf([spec], name) !== undefined);
        holds(isGiven, `both users give the required \`${spec.name}\``);
      }
    }
  },

  "patterns are regular expressions that let what is given pass"({ subject, connectionParams }) {
    for (const { values = {} } of subject.users) {
      for (const [name, value] of Object.entries(values)) {
        const pattern = specOf(connectionParams, name)?.pattern ?? null;
        const passes = pattern === null || wholly(pattern).test(value);
        holds(passes, `the pattern of \`${name}\` lets the value pass`);
      }
    }
  },

  "patterns are regular expressions of the whole value, of each param, and let its default pass"(trial) {
    for (const { name, pattern, default: fallback } of [
      ...trial.integrationParams,
      ...trial.connectionParams,
    ]) {
      if (pattern === null) continue;
      holds(isRegExp(pattern), `the pattern of \`${name}\` is a regular expression`);
      // It is held to the whole value: an anchor of its own says that whoever wrote it counts on something else.
      holds(!OWN_ANCHOR.test(pattern), `the pattern of \`${name}\` has no \`^\` and no \`$\` of its own`);
      holds(
        fallback === null || wholly(pattern).test(fallback),
        `the pattern of \`${name}\` lets its default pass`,
      );
    }
    for (const [name, value] of Object.entries(trial.subject.config ?? {})) {
      const pattern = specOf(trial.integrationParams, name)?.pattern ?? null;
      holds(
        pattern === null || wholly(pattern).test(value),
        `the pattern of \`${name}\` lets the value pass`,
      );
    }
  },

  async "what is a secret in the credentials is asked for as one"(trial) {
    for (const user of trial.subject.users) {
      const { credentials } = await trial.connect(user);
      const secrets = trial.scheme.secrets(credentials);
      for (const [name, value] of Object.entries(user.values ?? {})) {
        const isMarked = specOf(trial.connectionParams, name)?.secret === true;
        holds(isMarked || !secrets.includes(value), `\`${name}\` is marked \`secret\``);
      }
    }
  },
};
