import * as z from "zod";
import { lazy } from "../internal/lazy.js";
import type { AuthScheme, ParamSpec } from "../ports/auth-scheme.js";
import type { GoogleServiceAccountSettings } from "../ports/scheme-settings/google-service-account.js";
import { googleServiceAccountSettings } from "../ports/scheme-settings/google-service-account.js";
import { scopesSpec } from "./internal/flow-specs.js";
import { keySecrets } from "./internal/jwt/key-secrets.js";
import { parseCredentials } from "./internal/parse-credentials.js";
import { parseSettings } from "./internal/parse-settings.js";
import { headerText } from "./internal/texts.js";

const credentialsSchema = lazy(() =>
  z.strictObject({
    /** The key file; absent where the developer gives it. */
    key: z.string().min(1).optional(),
    scopes: z.array(z.string()),
    access_token: headerText(),
    /** When the access token expires, in milliseconds since the epoch. */
    expires_at: z.number().int().nonnegative(),
  }),
);
/** What a GOOGLE_SERVICE_ACCOUNT connection keeps, sealed. */
export type GoogleServiceAccountCredentials = z.output<ReturnType<typeof credentialsSchema>>;

function keySpec({ key }: GoogleServiceAccountSettings): ParamSpec {
  const { from: _from, ...rest } = key;
  return { ...rest, required: true, secret: true, default: null, pattern: null };
}

function subjectSpec({ subject }: GoogleServiceAccountSettings): ParamSpec {
  return {
    name: "subject",
    displayName: "User to act for",
    description: "Email address of the user the service account acts for (domain-wide delegation)",
    required: subject === "required",
    secret: false,
    default: null,
    aliases: [],
    pattern: "[^\\s@]+@[^\\s@]+",
  };
}

/**
 * A Google service account: its key file signs an assertion that is exchanged for an access token (RFC 7523 §2.1), which is
 * renewed before it expires; or, with `selfSigned`, a JWT that is sent itself and needs no token request.
 *
 * @example
 * ```ts
 * const authSchemes = [
 *   { scheme: "GOOGLE_SERVICE_ACCOUNT", scopes: ["https://www.googleapis.com/auth/drive"], subject: "optional" },
 * ];
 * ```
 */
export function googleServiceAccount(): AuthScheme<
  GoogleServiceAccountSettings,
  GoogleServiceAccountCredentials
> {
  const name = "GOOGLE_SERVICE_ACCOUNT";
  return {
    name,
    parseSettings: (settings) => parseSettings(googleServiceAccountSettings(), name, settings),
    parseCredentials: (credentials) => parseCredentials(credentialsSchema(), name, credentials),
    integrationParams: (_app, settings) => [
      ...(settings.key.from === "integration" ? [keySpec(settings)] : []),
      scopesSpec(settings.scopes),
    ],
    connectionParams: (_app, settings) => [
      ...(settings.key.from === "connection" ? [keySpec(settings)] : []),
      ...(settings.subject === "none" ? [] : [subjectSpec(settings)]),
    ],
    hasScopes: () => true,
    async checkIntegration({ settings, config }) {
      const { assertKey } = await import("./google-service-account/mint.js");
      const text = config[settings.key.name];
      if (settings.key.from === "integration" && text !== undefined) await assertKey(settings, text);
    },
    async start(context) {
      const { mint } = await import("./google-service-account/mint.js");
      const key = context.values[context.settings.key.name];
      const scopes = context.scopes.length === 0 ? context.settings.scopes : context.scopes;
      return { kind: "complete", grant: await mint(context, { key, scopes }, "exchange") };
    },
    async refresh(context, credentials) {
      const { mint } = await import("./google-service-account/mint.js");
      return mint(context, credentials, "refresh");
    },
    expiresAt: ({ expires_at }) => new Date(expires_at),
    secrets: ({ key, access_token }) => [access_token, ...(key === undefined ? [] : keySecrets(key))],
    apply(request, { access_token }) {
      request.headers.set("authorization", `Bearer ${access_token}`);
      return request;
    },
  };
}
