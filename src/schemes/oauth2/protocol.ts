import type { AuthScheme } from "../../ports/auth-scheme.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import { authorizationRequest } from "./authorization-request.js";
import { authorizationServer } from "./authorization-server.js";
import type { OAuth2Credentials } from "./credentials.js";
import { createDiscovery } from "./discovery.js";
import { exchangeCode } from "./exchange-code.js";
import { refreshTokens } from "./refresh-tokens.js";
import { revokeGrant } from "./revocation.js";

type Scheme = AuthScheme<OAuth2Settings, OAuth2Credentials>;

/** The part of the scheme that talks to authorization servers. */
export type Protocol = Pick<Scheme, "start"> & Required<Pick<Scheme, "complete" | "refresh" | "revoke">>;

/** Makes it, with a memory of its own of what was discovered. */
export function createProtocol(): Protocol {
  const discovery = createDiscovery();
  return {
    async start(context) {
      const server = await authorizationServer(context, discovery);
      const { state: parameter } = context.settings.parameterNames;
      return {
        kind: "redirect",
        ...(await authorizationRequest(context, server)),
        ...(parameter === "state" ? {} : { callbackKey: { parameter, value: context.state } }),
      };
    },
    complete: (context, callback) => exchangeCode(context, callback, discovery),
    refresh: (context, credentials) => refreshTokens(context, credentials, discovery),
    revoke: (context, credentials) => revokeGrant(context, credentials, discovery),
  };
}
