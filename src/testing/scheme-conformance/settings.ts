import { equal } from "../storage-conformance/assertions.js";
import { failureOf, holds, keepsSecrets, namesField } from "./assertions.js";
import type { SchemeChecks } from "./trial.js";

const NAME = /^[A-Z][A-Z0-9_]{0,63}$/;
const UNKNOWN = "no_such_setting";
const RUBBISH: Readonly<Record<string, unknown>> = {
  null: null,
  "a number": 42,
  "a text": "rubbish-text",
  "a list": ["rubbish-text"],
};

export const settingsChecks: SchemeChecks = {
  "the name is one an app definition can hold"({ scheme }) {
    holds(NAME.test(scheme.name), `\`name\` is upper case with underscores, of at most 64 characters`);
  },

  "settings are read alike each time, and left as they are"({ scheme, settings, subject }) {
    const given = structuredClone(subject.settings);
    equal(JSON.stringify(scheme.parseSettings(given)), JSON.stringify(settings), "parsed again");
    equal(given, subject.settings, "settings that were parsed");
  },

  async "what is no object is refused"({ scheme }) {
    for (const [what, rubbish] of Object.entries(RUBBISH)) {
      const error = await failureOf(() => scheme.parseSettings(rubbish), `${what} in place of settings`);
      namesField(error, { name: "ConfigurationError", field: "(root)", what });
    }
  },

  async "an unknown key is refused by its name"({ scheme, subject }) {
    const given = { ...subject.settings, [UNKNOWN]: "rubbish-text" };
    const error = await failureOf(() => scheme.parseSettings(given), "an unknown key");
    namesField(error, { name: "ConfigurationError", field: UNKNOWN, what: "an unknown key" });
    keepsSecrets(error, { "value of the unknown key": "rubbish-text" }, "an unknown key");
  },

  async "a wrong setting is refused by its path"({ scheme, subject }) {
    for (const { input, field } of subject.wrongSettings) {
      const error = await failureOf(() => scheme.parseSettings(input), `a wrong \`${field}\``);
      namesField(error, { name: "ConfigurationError", field, what: `a wrong \`${field}\`` });
    }
  },
};
