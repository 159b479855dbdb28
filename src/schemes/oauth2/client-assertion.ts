import type { ClientAuth } from "openid-client";
import type { SchemeContext } from "../../ports/auth-scheme.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import { importKey } from "../internal/jwt/import-key.js";
import { signJwt } from "../internal/jwt/sign.js";
import type { AuthorizationServer } from "./authorization-server.js";
import { fillValues } from "./fill-values.js";

const TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** What the JWT is signed with. */
export interface AssertionKey {
  readonly text: string;
  readonly algorithm: OAuth2Settings["clientAssertion"]["algorithm"] | "HS256";
  /** Where it was given. */
  readonly field: string;
}

function audienceOf({ audience }: OAuth2Settings["clientAssertion"], server: AuthorizationServer): string {
  const { token_endpoint = "" } = server.metadata;
  if (audience === "token_endpoint") return token_endpoint;
  return audience === "issuer" ? (server.issuer ?? token_endpoint) : audience;
}

function issuerOf({ app, settings, config, params }: SchemeContext<OAuth2Settings>): string {
  const { client_id = "", key_id = "", issuer_id = "", oauth_redirect_uri = "" } = config;
  const redirect_host = URL.canParse(oauth_redirect_uri) ? new URL(oauth_redirect_uri).hostname : "";
  const { issuer } = settings.clientAssertion;
  const values = { ...params, client_id, key_id, issuer_id, redirect_host };
  return fillValues(app.name, { issuer }, { field: "clientAssertion.issuer", values })["issuer"] ?? "";
}

/**
 * Authenticates with a JWT the client signs for each request (RFC 7523 §2.2), by the runtime's clock.
 *
 * @throws ConfigurationError `CONFIG_INVALID`, or ValidationError where the user gave the key, when it cannot be used
 */
export async function clientAssertion(
  context: SchemeContext<OAuth2Settings>,
  server: AuthorizationServer,
  given: AssertionKey,
): Promise<ClientAuth> {
  const { settings, config, runtime } = context;
  const { keyHeader, parameter, lifetimeSeconds } = settings.clientAssertion;
  const key = await importKey({ ...given, encoding: "utf8" });
  const { key_id = "" } = config;
  return async (_server, { client_id }, body) => {
    const now = Math.floor(runtime.clock.now() / 1000);
    const jwt = await signJwt({
      algorithm: given.algorithm,
      header: key_id === "" ? {} : { [keyHeader]: key_id },
      claims: {
        iss: issuerOf(context),
        sub: client_id,
        aud: audienceOf(settings.clientAssertion, server),
        jti: crypto.randomUUID(),
        iat: now,
        nbf: now,
        exp: now + lifetimeSeconds,
      },
      key,
    });
    body.set("client_id", client_id);
    body.set(parameter, jwt);
    if (parameter === "client_assertion") body.set("client_assertion_type", TYPE);
  };
}
