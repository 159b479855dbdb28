import { ConfigurationError } from "../../../errors.js";
import { fillText } from "../../../internal/templates.js";
import type { ParamValues } from "../../../ports/auth-scheme.js";
import type { OAuth1Settings } from "../../../ports/scheme-settings/oauth1.js";

/** The realm for one connection; null for none. @throws ConfigurationError when a param would break out of the quotes */
export function realmOf({ realm }: OAuth1Settings, params: ParamValues): string | null {
  if (realm === null) return null;
  const filled = fillText(realm.template, params);
  const replaced = Object.entries(realm.replace).reduce(
    (text, [from, to]) => text.replaceAll(from, to),
    filled,
  );
  const text = realm.upperCase ? replaced.toUpperCase() : replaced;
  if (/^[^"\\\p{Cc}]*$/u.test(text)) return text;
  throw new ConfigurationError(
    "CONFIG_INVALID",
    "`realm` is not usable once its placeholders are filled in.",
    {
      issues: [{ path: "realm", message: "has quotes, backslashes or control characters" }],
      hint: "Tighten the `pattern` of the app's connection params.",
    },
  );
}
