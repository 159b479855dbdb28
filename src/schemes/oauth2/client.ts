import type { ClientAuth, Configuration, CustomFetch } from "openid-client";
import { ConfigurationError } from "../../errors.js";
import { encodeBase64Text } from "../../internal/base64.js";
import type { SchemeContext } from "../../ports/auth-scheme.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import type { AuthorizationServer } from "./authorization-server.js";
import { clientAssertion } from "./client-assertion.js";

/** The library, loaded. */
export type OpenIdClient = typeof import("openid-client");

/** openid-client, and a configuration of it for one call. */
export interface ConfiguredClient {
  readonly client: OpenIdClient;
  readonly configuration: Configuration;
}

/**
 * A value of the client, which the developer gave or, where the client is theirs, the user.
 *
 * @throws ConfigurationError `CONFIG_INVALID` when it is missing
 */
export function configValue(
  context: SchemeContext<OAuth2Settings>,
  name: "client_id" | "client_secret" | "private_key",
): string {
  const value = context.config[name] ?? "";
  if (name === "client_secret") assertSecretLives(context);
  if (value !== "") return value;
  const isOwn = context.settings.clientOwner === "connection";
  throw new ConfigurationError(
    "CONFIG_INVALID",
    `The ${isOwn ? "connection to" : "integration of"} ${context.app.name} has no \`${name}\`.`,
    {
      issues: [{ path: `${isOwn ? "connectionParams" : "authConfig"}.${name}`, message: "expected a text" }],
      hint: isOwn ? "Start the connection again with it." : "Give it with `integration.update()`.",
    },
  );
}

/**
 * A registered client's secret may have an end (RFC 7591 §3.2.1). Another client is not registered behind anyone's back:
 * the refresh tokens there are would not be its own.
 *
 * @throws ConfigurationError `CONFIG_INVALID` when it has passed
 */
export function assertSecretLives({ app, config, runtime, settings }: SchemeContext<OAuth2Settings>): void {
  const end = Number(config["client_secret_expires_at"] ?? 0) * 1000;
  if (end === 0 || settings.clientAuthentication === "none" || runtime.clock.now() < end) return;
  const since = new Date(end).toISOString();
  throw new ConfigurationError(
    "CONFIG_INVALID",
    `The client secret of ${app.name} has expired on ${since}.`,
    {
      issues: [{ path: "authConfig.client_secret", message: `expired on ${since}` }],
      hint: `Register another client for new connections with \`toolset.createIntegration({ app: "${app.slug}", forceNewIntegration: true })\`, and ask users to connect through it; or give a new secret and its \`client_secret_expires_at\` with \`integration.update()\`.`,
    },
  );
}

/** Percent-encoding of RFC 6749 Appendix B. */
const formEncode = (text: string): string => new URLSearchParams([["", text]]).toString().slice(1);

/** `Authorization: Basic` of the client (RFC 7617), without the percent-encoding of RFC 6749 §2.3.1. */
export const basicAuthorization = (clientId: string, clientSecret: string): string =>
  `Basic ${encodeBase64Text(`${clientId}:${clientSecret}`)}`;

/** The client's secret, if it has one, for the list of what no error may show. */
export function clientSecrets({ config }: SchemeContext<OAuth2Settings>): readonly string[] {
  const { client_id = "", client_secret = "", private_key = "" } = config;
  if (client_secret === "") return private_key === "" ? [] : [private_key];
  const encoded = basicAuthorization(formEncode(client_id), formEncode(client_secret));
  const credentials = [
    encoded,
    basicAuthorization(client_id, client_secret),
    basicAuthorization(client_secret, ""),
  ];
  return [client_secret, ...credentials.map((value) => value.slice("Basic ".length))];
}

function authenticationOf(
  client: OpenIdClient,
  context: SchemeContext<OAuth2Settings>,
  server: AuthorizationServer,
): ClientAuth | Promise<ClientAuth> {
  const field = (name: string) =>
    `${context.settings.clientOwner === "connection" ? "connectionParams" : "authConfig"}.${name}`;
  switch (context.settings.clientAuthentication) {
    case "client_secret_basic": {
      // openid-client's own also encodes "-", "." and "_", which is as valid; but servers that do not decode, and
      // there are many, understand these only as they are.
      const secret = formEncode(configValue(context, "client_secret"));
      return (_server, { client_id }, _body, headers) => {
        headers.set("authorization", basicAuthorization(formEncode(client_id), secret));
      };
    }
    case "client_secret_basic_raw": {
      const secret = configValue(context, "client_secret");
      return (_server, { client_id }, _body, headers) => {
        headers.set("authorization", basicAuthorization(client_id, secret));
      };
    }
    case "client_secret_as_username": {
      const secret = configValue(context, "client_secret");
      return (_server, _client, _body, headers) => {
        headers.set("authorization", basicAuthorization(secret, ""));
      };
    }
    case "client_secret_post":
      return client.ClientSecretPost(configValue(context, "client_secret"));
    case "client_secret_jwt":
      return clientAssertion(context, server, {
        text: configValue(context, "client_secret"),
        algorithm: "HS256",
        field: field("client_secret"),
      });
    case "private_key_jwt":
      return clientAssertion(context, server, {
        text: configValue(context, "private_key"),
        algorithm: context.settings.clientAssertion.algorithm,
        field: field("private_key"),
      });
    case "tls_client_auth":
      return client.TlsClientAuth();
    case "none":
      return client.None();
  }
}

/**
 * Loads openid-client at first use, and configures it for one server, one client and one call.
 *
 * @throws ConfigurationError `CONFIG_INVALID` when the integration lacks client credentials
 */
export async function configureClient(
  context: SchemeContext<OAuth2Settings>,
  server: AuthorizationServer,
  fetch?: CustomFetch,
): Promise<ConfiguredClient> {
  const client = await import("openid-client");
  const skew = Math.round((context.runtime.clock.now() - Date.now()) / 1000);
  const configuration = new client.Configuration(
    server.metadata,
    configValue(context, "client_id"),
    {
      [client.clockSkew]: skew,
      use_mtls_endpoint_aliases: context.settings.clientAuthentication === "tls_client_auth",
    },
    await authenticationOf(client, context, server),
  );
  if (fetch !== undefined) configuration[client.customFetch] = fetch;
  // The transport has its own timeout; which URLs may be http was decided when they were read.
  configuration.timeout = 0;
  client.allowInsecureRequests(configuration);
  return { client, configuration };
}
