import * as z from "zod";
import { lazy } from "../../../internal/lazy.js";
import type { AuthScheme, ParamSpec, ParamValues } from "../../../ports/auth-scheme.js";
import type { OAuth1Settings } from "../../../ports/scheme-settings/oauth1.js";
import { parseCredentials } from "../parse-credentials.js";
import { readValues } from "../read-values.js";
import { consumerOf, consumerSpecs } from "./consumer.js";
import type { OAuth1Credentials } from "./credentials.js";
import { oauth1Credentials } from "./credentials.js";
import type { OAuth1Protocol, Revision } from "./protocol.js";

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

function givenCredentials(settings: OAuth1Settings, values: ParamValues, appName: string): OAuth1Credentials {
  const token = readValues(given(), values);
  if (settings.consumer === "integration") return token;
  const { key, secret } = consumerOf(settings, values, { appName, path: "connectionParams" });
  return { ...token, consumer: { key, secret } };
}

/** A scheme of either revision. @param parseSettings of the revision's own schema */
export function oauth1Scheme(revision: Revision, parseSettings: Scheme["parseSettings"]): Scheme {
  let loading: Promise<OAuth1Protocol> | undefined;
  const protocol = (): Promise<OAuth1Protocol> => {
    loading ??= import("./protocol.js").then(({ createOAuth1Protocol }) => createOAuth1Protocol(revision));
    return loading;
  };
  let signing: Promise<typeof import("./apply.js")> | undefined;
  return {
    name: revision.name,
    parseSettings,
    parseCredentials: (value) => parseCredentials(oauth1Credentials(), revision.name, value),
    integrationParams: (_app, settings, defaults) => [
      ...(settings.consumer === "integration" ? consumerSpecs(settings) : []),
      ...(settings.tokens === "given"
        ? []
        : [
            {
              name: "oauth_redirect_uri",
              displayName: "Callback URL",
              description: "Add this callback URL to your app's settings.",
              required: false,
              secret: false,
              default: defaults.callbackUrl,
              aliases: [],
              pattern: null,
            },
          ]),
      ...(settings.scopeParam === null
        ? []
        : [
            {
              name: "scopes",
              displayName: "Scopes",
              description: "Scopes to request from the user, comma separated",
              required: false,
              secret: false,
              default: settings.scopes.join(","),
              aliases: [],
              pattern: null,
            },
          ]),
    ],
    connectionParams: (_app, settings) => [
      ...(settings.consumer === "connection"
        ? consumerSpecs(settings).map((spec) => ({ ...spec, secret: true }))
        : []),
      ...(settings.tokens === "given"
        ? [tokenSpec("oauth_token", "Token"), tokenSpec("oauth_token_secret", "Token secret")]
        : []),
    ],
    interaction: ({ tokens }) => (tokens === "given" ? "none" : "browser"),
    hasScopes: ({ scopeParam }) => scopeParam !== null,
    callbackParameters: ({ callbackKey }) => [callbackKey],
    async start(context) {
      const { settings, values, app } = context;
      if (settings.tokens === "flow") return (await protocol()).start(context);
      return { kind: "complete", grant: { credentials: givenCredentials(settings, values, app.name) } };
    },
    complete: async (context, callback) => (await protocol()).complete(context, callback),
    revoke: async (context, credentials) => (await protocol()).revoke(context, credentials),
    secrets({ oauth_token, oauth_token_secret, consumer }) {
      const all = [oauth_token, oauth_token_secret, consumer?.secret ?? ""].filter((text) => text !== "");
      // With PLAINTEXT they go out percent-encoded, twice.
      const encoded = all.flatMap((text) => [
        encodeURIComponent(text),
        encodeURIComponent(encodeURIComponent(text)),
      ]);
      return [...new Set([...all, ...encoded])];
    },
    async apply(request, credentials, context) {
      signing ??= import("./apply.js");
      return (await signing).signRequest(request, credentials, context);
    },
  };
}
