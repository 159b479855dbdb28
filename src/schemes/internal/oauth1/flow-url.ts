import type { SchemeContext } from "../../../ports/auth-scheme.js";
import type { OAuth1Settings } from "../../../ports/scheme-settings/oauth1.js";
import { endpointUrl } from "../endpoint-url.js";

/** A URL of the flow, which is never null in one: the settings were checked. @throws ConfigurationError `CONFIG_INVALID` */
export const flowUrl = (
  { settings, params }: SchemeContext<OAuth1Settings>,
  field: "requestTokenUrl" | "authorizationUrl" | "accessTokenUrl",
): string => endpointUrl(field, settings[field] ?? "", params);
