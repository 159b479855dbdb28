import * as z from "zod";
import { ConfigurationError } from "../../../errors.js";
import { lazy } from "../../../internal/lazy.js";
import type { AuthScheme, ParamSpec, ParamValues } from "../../../ports/auth-scheme.js";
import type { OAuth1Settings } from "../../../ports/scheme-settings/oauth1.js";
import { redirectUriSpec, scopesSpec } from "../flow-specs.js";
import { parseCredentials } from "../parse-credentials.js";
import { readValues } from "../read-values.js";
import { consumerOf, consumerSpecs } from "./consumer.js";
import type { OAuth1Credentials } from "./credentials.js";
import { encodings, oauth1Credentials, secretsOf } from "./credentials.js";
import type { OAuth1Protocol } from "./protocol.js";

/** The user is shown the verifier, and brings it (RFC 5849 §2.1). */
const OUT_OF_BAND = "oob";

type Scheme = AuthScheme<OAuth1Settings, OAuth1Credentials>;

const tokenSpec = (name: string, displayName: string): ParamSpec => ({
  name,
  displayName,
  description: `${displayName}, as the provider's pages show it`,
  required: true,
  secret: true,
  default: null,
  aliases: [],
  pattern: null,
});
const given = lazy(() => z.object({ oauth_token: z.string().min(1), oauth_token_secret: z.string().min(1) }));

/** @throws ConfigurationError or ValidationError naming the key, or a callback URL no provider could call */
async function assertUsable(
  settings: OAuth1Settings,
  values: ParamValues,
  path: "authConfig" | "connectionParams",
): Promise<void> {
  const { signatureMethod, callbackKey } = settings;
  const key = values["private_key"] ?? "";
  if (signatureMethod === "RSA-SHA1" && key !== "") {
    const { rsaKey } = await import("./rsa-key.js");
    rsaKey(key, `${path}.private_key`);
  }
  if (values["oauth_redirect_uri"] !== OUT_OF_BAND || callbackKey === "oauth_token") return;
  throw new ConfigurationError("CONFIG_INVALID", "`oauth_redirect_uri` cannot be `oob` here.", {
    issues: [{ path: `${path}.oauth_redirect_uri`, message: "no `state` comes back without a callback URL" }],
    hint: 'Say `callbackKey: "oauth_token"` in the app definition.',
  });
}

function givenCredentials(settings: OAuth1Settings, values: ParamValues, appName: string): OAuth1Credentials {
  const none = { oauth_token: null, oauth_token_secret: "" };
  const token = settings.tokens === "none" ? none : readValues(given(), values);
  if (settings.consumer === "integration") return token;
  const { key, secret } = consumerOf(settings, values, { appName, path: "connectionParams" });
  return { ...token, consumer: { key, secret } };
}

/** A scheme of either revision: they differ in what settings they take. */
export function oauth1Scheme(name: "OAUTH1" | "OAUTH1A", parseSettings: Scheme["parseSettings"]): Scheme {
  let loading: Promise<OAuth1Protocol> | undefined;
  let loaded: OAuth1Protocol | undefined;
  const protocol = (): Promise<OAuth1Protocol> => {
    loading ??= import("./protocol.js").then(({ createOAuth1Protocol }) => {
      loaded = createOAuth1Protocol();
      return loaded;
    });
    return loading;
  };
  /** The developer's secrets that went out with credentials, for what an answer may quote. */
  const sent = new WeakMap<OAuth1Credentials, readonly string[]>();
  return {
    name,
    parseSettings,
    parseCredentials: (value) => parseCredentials(oauth1Credentials(), name, value),
    integrationParams: (_app, settings, defaults) => [
      ...(settings.consumer === "integration" ? consumerSpecs(settings) : []),
      ...(settings.tokens !== "flow" ? [] : [redirectUriSpec(defaults.callbackUrl, { or: OUT_OF_BAND })]),
      ...(settings.scopeParam === null ? [] : [scopesSpec(settings.scopes)]),
    ],
    connectionParams: (_app, settings) => [
      ...(settings.consumer === "connection"
        ? consumerSpecs(settings).map((spec) => ({ ...spec, secret: true }))
        : []),
      ...(settings.tokens === "given"
        ? [tokenSpec("oauth_token", "Token"), tokenSpec("oauth_token_secret", "Token secret")]
        : []),
    ],
    checkIntegration: ({ settings, config }) => assertUsable(settings, config, "authConfig"),
    interaction: ({ tokens }) => (tokens === "flow" ? "browser" : "none"),
    hasScopes: ({ scopeParam }) => scopeParam !== null,
    callbackParameters: ({ callbackKey }) => [callbackKey],
    async start(context) {
      const { settings, values, app } = context;
      if (settings.consumer === "connection") await assertUsable(settings, values, "connectionParams");
      if (settings.tokens === "flow") return (await protocol()).start(context);
      return { kind: "complete", grant: { credentials: givenCredentials(settings, values, app.name) } };
    },
    complete: async (context, callback) => (await protocol()).complete(context, callback),
    refresh: async (context, credentials) => (await protocol()).refresh(context, credentials),
    revoke: async (context, credentials) => (await protocol()).revoke(context, credentials),
    expiresAt: ({ expires_at }) => (expires_at === undefined ? null : new Date(expires_at)),
    secrets: (credentials) => [...secretsOf(credentials), ...(sent.get(credentials) ?? [])],
    apply(request, credentials, context) {
      const { settings, config } = context;
      if (settings.signatureMethod === "PLAINTEXT") {
        sent.set(credentials, encodings([config["consumer_secret"] ?? ""]));
      }
      if (loaded !== undefined) return loaded.apply(request, credentials, context);
      return protocol().then(({ apply }) => apply(request, credentials, context));
    },
  };
}
