import { ConfigurationError } from "../../../src/errors.js";
import type { SchemeFaults, VendorSettings } from "./sound.js";
import { trialOf } from "./sound.js";

const wrong = (path: string, message = "is wrong") =>
  new ConfigurationError("CONFIG_INVALID", `${path}: ${message}`, { issues: [{ path, message }] });
const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const SETTINGS_FAULTS: SchemeFaults = {
  "the name is no scheme's": [
    trialOf(() => ({ name: "vendor session" })),
    "settings: the name is one an app definition can hold",
  ],
  "settings are read differently each time": [
    trialOf(({ parseSettings }) => {
      let reads = 0;
      return {
        parseSettings(settings) {
          reads += 1;
          return { ...parseSettings(settings), header: `x-token-${reads}` };
        },
      };
    }),
    "settings: settings are read alike each time, and left as they are",
  ],
  "settings are completed in place": [
    trialOf(({ parseSettings }) => ({
      parseSettings: (settings) =>
        Object.assign(
          isObject(settings) ? settings : {},
          { ...parseSettings(settings), header: "x-token" },
          isObject(settings) && { read: true },
        ),
    })),
    "settings: settings are read alike each time, and left as they are",
  ],
  "anything passes for settings": [
    trialOf(({ parseSettings }) => ({
      parseSettings: (settings) =>
        isObject(settings) ? parseSettings(settings) : { header: "x-token", flow: "none" },
    })),
    "settings: what is no object is refused",
  ],
  "settings that are wrong are a TypeError": [
    trialOf(({ parseSettings }) => ({
      parseSettings(settings) {
        if (!isObject(settings)) throw new TypeError("Settings are an object.");
        return parseSettings(settings);
      },
    })),
    "settings: what is no object is refused",
  ],
  "unknown settings are ignored": [
    trialOf(({ parseSettings }) => ({
      parseSettings(settings): VendorSettings {
        const { no_such_setting: _ignored, ...rest } = Object(settings);
        return parseSettings(isObject(settings) ? rest : settings);
      },
    })),
    "settings: an unknown key is refused by its name",
  ],
  "an unknown key is refused without its name": [
    trialOf(({ parseSettings }) => ({
      parseSettings(settings) {
        if (isObject(settings) && "no_such_setting" in settings) throw wrong("(root)");
        return parseSettings(settings);
      },
    })),
    "settings: an unknown key is refused by its name",
  ],
  "a wrong setting is replaced by a default": [
    trialOf(({ parseSettings }) => ({
      parseSettings: (settings) =>
        parseSettings(
          isObject(settings) && "header" in settings ? { ...settings, header: "x-token" } : settings,
        ),
    })),
    "settings: a wrong setting is refused by its path",
  ],
  "a wrong setting is refused as another": [
    trialOf(({ parseSettings }) => ({
      parseSettings(settings) {
        if (isObject(settings) && "header" in settings && settings.header === "") throw wrong("flow");
        return parseSettings(settings);
      },
    })),
    "settings: a wrong setting is refused by its path",
  ],
};
