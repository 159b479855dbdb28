import * as z from "zod";
import { lazy } from "../internal/lazy.js";
import { apiKeySettings } from "./scheme-settings/api-key.js";
import { awsSigv4Settings } from "./scheme-settings/aws-sigv4.js";
import { basicSettings } from "./scheme-settings/basic.js";
import { basicWithJwtSettings } from "./scheme-settings/basic-with-jwt.js";
import { bearerTokenSettings } from "./scheme-settings/bearer-token.js";
import type { CustomSettings } from "./scheme-settings/custom.js";
import { customSettings } from "./scheme-settings/custom.js";
import { githubAppSettings } from "./scheme-settings/github-app.js";
import { googleServiceAccountSettings } from "./scheme-settings/google-service-account.js";
import { hmacSettings } from "./scheme-settings/hmac.js";
import { jwtSettings } from "./scheme-settings/jwt.js";
import { noAuthSettings } from "./scheme-settings/no-auth.js";
import { oauth1aSettings, oauth1Settings } from "./scheme-settings/oauth1.js";
import { oauth2Settings } from "./scheme-settings/oauth2.js";
import { twoStepSettings } from "./scheme-settings/two-step.js";

/** The schemes whose settings are checked here; any other is checked by the scheme object the host registers. */
const BUILT_IN = {
  OAUTH2: oauth2Settings,
  OAUTH1: oauth1Settings,
  OAUTH1A: oauth1aSettings,
  API_KEY: apiKeySettings,
  BEARER_TOKEN: bearerTokenSettings,
  BASIC: basicSettings,
  HMAC: hmacSettings,
  AWS_SIGV4: awsSigv4Settings,
  JWT: jwtSettings,
  BASIC_WITH_JWT: basicWithJwtSettings,
  GOOGLE_SERVICE_ACCOUNT: googleServiceAccountSettings,
  GITHUB_APP: githubAppSettings,
  TWO_STEP: twoStepSettings,
  NO_AUTH: noAuthSettings,
};
const isBuiltIn = (scheme: string): scheme is keyof typeof BUILT_IN => Object.hasOwn(BUILT_IN, scheme);

type BuiltIn = ReturnType<(typeof BUILT_IN)[keyof typeof BUILT_IN]>;

/** Settings of one auth scheme an app offers, told apart by `scheme`. */
export type AppAuthScheme = z.output<BuiltIn> | CustomSettings;
type AuthSchemeInput = z.input<BuiltIn> | z.input<ReturnType<typeof customSettings>>;

/** The schemes of an app definition: each checked by its own schema, so that errors name the field. */
export const authScheme = lazy(() =>
  z.custom<AuthSchemeInput>().transform((value, context): AppAuthScheme => {
    const name = z.looseObject({ scheme: z.string() }).safeParse(value);
    const schema =
      name.success && isBuiltIn(name.data.scheme) ? BUILT_IN[name.data.scheme]() : customSettings();
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) {
      context.addIssue({ code: "custom", path: [...issue.path], message: issue.message });
    }
    return z.NEVER;
  }),
);
