import { ConfigurationError } from "../../../errors.js";
import type { ParamSpec, ParamValues } from "../../../ports/auth-scheme.js";
import type { OAuth1Settings } from "../../../ports/scheme-settings/oauth1.js";
import type { Consumer } from "./signer.js";

const secretName = ({ signatureMethod }: OAuth1Settings): "private_key" | "consumer_secret" =>
  signatureMethod === "RSA-SHA1" ? "private_key" : "consumer_secret";

/** The fields a client is known by. */
export function consumerSpecs(settings: OAuth1Settings): readonly ParamSpec[] {
  const isKey = secretName(settings) === "private_key";
  const field = { required: true, default: null, pattern: null };
  return [
    {
      ...field,
      name: "consumer_key",
      displayName: "Consumer key",
      description: "Consumer key of the app",
      secret: false,
      aliases: ["client_id"],
    },
    {
      ...field,
      name: secretName(settings),
      displayName: isKey ? "Private key" : "Consumer secret",
      description: isKey ? "RSA private key of the app (PEM)" : "Consumer secret of the app",
      secret: true,
      aliases: isKey ? [] : ["client_secret"],
    },
  ];
}

/** @throws ConfigurationError `CONFIG_INVALID` naming the value that is missing */
export function consumerOf(
  settings: OAuth1Settings,
  values: ParamValues,
  { appName, path }: { readonly appName: string; readonly path: "authConfig" | "connectionParams" },
): Consumer {
  const value = (name: string): string => {
    const given = values[name] ?? "";
    if (given !== "") return given;
    throw new ConfigurationError("CONFIG_INVALID", `\`${name}\` of ${appName} is missing.`, {
      issues: [{ path: `${path}.${name}`, message: "expected a text" }],
      hint: path === "authConfig" ? "Give it with `integration.update()`." : "Ask the user for it.",
    });
  };
  return { key: value("consumer_key"), secret: value(secretName(settings)) };
}
