import type { AuthScheme, ParamValues } from "../ports/auth-scheme.js";
import type { OAuth2Settings } from "../ports/scheme-settings/oauth2.js";
import { oauth2Settings } from "../ports/scheme-settings/oauth2.js";
import { redirectUriSpec, scopesSpec } from "./internal/flow-specs.js";
import { parseSettings } from "./internal/parse-settings.js";
import { applyProof } from "./oauth2/apply-proof.js";
import { applyToken } from "./oauth2/apply-token.js";
import { clientSpecs } from "./oauth2/client-params.js";
import { CODE } from "./oauth2/code-param.js";
import type { OAuth2Credentials } from "./oauth2/credentials.js";
import { expiryOf, parseCredentials, secretsOf } from "./oauth2/credentials.js";
import { importCredentials } from "./oauth2/import-credentials.js";
import { createNonces } from "./oauth2/nonces.js";
import type { Protocol } from "./oauth2/protocol.js";
import { tokenFor } from "./oauth2/token-for.js";

export type { OAuth2Credentials } from "./oauth2/credentials.js";

const INTERACTIONS = {
  authorization_code: "browser",
  device_code: "device",
  client_credentials: "none",
} as const;

const asksInBrowser = ({ grantType, code }: OAuth2Settings): boolean =>
  grantType === "authorization_code" && code === "callback";

/** A key that cannot sign is said to who pasted it, not when a callback comes. @throws ValidationError or ConfigurationError */
async function assertKey(
  { clientAuthentication, clientAssertion, clientOwner }: OAuth2Settings,
  { private_key: text = "" }: ParamValues,
  owner: OAuth2Settings["clientOwner"],
): Promise<void> {
  if (clientAuthentication !== "private_key_jwt" || clientOwner !== owner || text === "") return;
  const { importKey } = await import("./internal/jwt/import-key.js");
  const field = `${owner === "connection" ? "connectionParams" : "authConfig"}.private_key`;
  await importKey({ text, algorithm: clientAssertion.algorithm, encoding: "utf8", field });
}

/**
 * OAuth 2.0: authorization code grant with PKCE (RFC 6749 §4.1, RFC 7636), client credentials (§4.4), device
 * authorization (RFC 8628), refresh (§6), revocation (RFC 7009), discovery (OpenID Connect Discovery 1.0, RFC 8414) and
 * issuer identification (RFC 9207). How a provider deviates is said in the app's settings. An instance remembers what it has discovered, for an hour.
 *
 * @example
 * ```ts
 * const toolset = new MooringToolSet({ storage, apps, schemes: [oauth2()] });
 * ```
 */
export function oauth2(): AuthScheme<OAuth2Settings, OAuth2Credentials> {
  const nonces = createNonces();
  let loading: Promise<Protocol> | undefined;
  // Most processes only send requests: what talks to authorization servers is loaded when one is talked to.
  const protocol = (): Promise<Protocol> => {
    loading ??= import("./oauth2/protocol.js").then(({ createProtocol }) => createProtocol(nonces));
    return loading;
  };
  return {
    name: "OAUTH2",
    parseSettings: (settings) => parseSettings(oauth2Settings(), "OAUTH2", settings),
    parseCredentials,
    importCredentials,
    integrationParams: (_app, settings, defaults) => [
      ...(settings.clientOwner === "integration" ? clientSpecs(settings) : []),
      ...(asksInBrowser(settings) ? [redirectUriSpec(defaults.callbackUrl)] : []),
      ...(settings.code === "given" ? [] : [scopesSpec(settings.scopes)]),
    ],
    checkIntegration: ({ settings, config }) => assertKey(settings, config, "integration"),
    async register(context) {
      const isKnown = (context.config["client_id"] ?? "") !== "";
      return context.settings.clientRegistration === null || isKnown
        ? {}
        : (await protocol()).register(context);
    },
    connectionParams: (_app, settings) => [
      ...(settings.clientOwner === "connection" ? clientSpecs(settings) : []),
      ...(settings.code === "given" ? [CODE] : []),
    ],
    interaction: ({ grantType, code }) => (code === "given" ? "none" : INTERACTIONS[grantType]),
    hasScopes: ({ code }) => code !== "given",
    callbackParameters: ({ parameterNames }) => [parameterNames.state],
    async start(context) {
      await assertKey(context.settings, context.values, "connection");
      return (await protocol()).start(context);
    },
    complete: async (context, callback) => (await protocol()).complete(context, callback),
    poll: async (context, flow) => (await protocol()).poll(context, flow),
    refresh: async (context, credentials) => (await protocol()).refresh(context, credentials),
    revoke: async (context, credentials) => (await protocol()).revoke(context, credentials),
    expiresAt(credentials) {
      const end = expiryOf(credentials);
      return end === null ? null : new Date(end);
    },
    refreshMarginMs: ({ refreshMarginSeconds }) =>
      refreshMarginSeconds === null ? null : refreshMarginSeconds * 1000,
    secrets: secretsOf,
    apply(request, credentials, { settings, config, params, runtime }) {
      const { token_type, dpop_key, client = {} } = credentials;
      const access_token = tokenFor(request.url, credentials, { settings, params });
      const values = { ...params, client_id: client["client_id"] ?? config["client_id"] ?? "" };
      const applied = applyToken(request, access_token, { settings, values });
      if (token_type === "bearer" || dpop_key === undefined) return applied;
      return applyProof(applied, { token: access_token, key: dpop_key, nonces, now: runtime.clock.now() });
    },
    isChallenge(response, request, { token_type }) {
      if (token_type !== "dpop") return false;
      const isNew = nonces.learn(request.url, response.headers, request.headers.get("dpop"));
      const challenge = response.headers.get("www-authenticate") ?? "";
      return isNew && response.status === 401 && challenge.includes("use_dpop_nonce");
    },
  };
}
