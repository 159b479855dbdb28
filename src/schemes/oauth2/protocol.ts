import type { AuthScheme, Grant, SchemeContext } from "../../ports/auth-scheme.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import { createKeySets } from "../internal/jwt/key-sets.js";
import { authorizationRequest } from "./authorization-request.js";
import { authorizationServer } from "./authorization-server.js";
import { assertSecretLives } from "./client.js";
import { clientCredentials } from "./client-credentials.js";
import { asClient, ownClient } from "./client-params.js";
import { completedGrant } from "./completed-grant.js";
import type { OAuth2Credentials } from "./credentials.js";
import { deviceAuthorization } from "./device-authorization.js";
import { pollDevice } from "./device-flow.js";
import { createDiscovery } from "./discovery.js";
import { generateDpopKey } from "./dpop.js";
import { exchangeCode } from "./exchange-code.js";
import { exchangeGivenCode } from "./given-code.js";
import type { Nonces } from "./nonces.js";
import { refreshTokens } from "./refresh-tokens.js";
import { registerClient } from "./register-client.js";
import { revokeGrant } from "./revocation.js";

type Scheme = AuthScheme<OAuth2Settings, OAuth2Credentials>;

/** The part of the scheme that talks to authorization servers. */
export type Protocol = Pick<Scheme, "start"> &
  Required<Pick<Scheme, "register" | "complete" | "poll" | "refresh" | "revoke">>;

/** Makes it, with a memory of its own of what was discovered. `nonces` are shared with who sends API requests. */
export function createProtocol(nonces: Nonces): Protocol {
  // A token that names an unknown key comes from the server itself, with a flow: keys that were just rotated are there.
  const memory = { ...createDiscovery(), nonces, keySets: createKeySets({ cooldownMs: 0 }) };
  const completed = (
    context: SchemeContext<OAuth2Settings>,
    grant: Grant<OAuth2Credentials>,
    before: OAuth2Credentials | null = null,
  ) => completedGrant(context, grant, { before, memory });
  return {
    async start(given) {
      const client = ownClient(given.settings, given.values);
      const context = asClient(given, client);
      const { grantType, parameterNames, dpop } = context.settings;
      // Nobody is sent away for a code that could not be exchanged.
      assertSecretLives(context);
      switch (grantType) {
        case "authorization_code": {
          if (context.settings.code === "given") {
            return {
              kind: "complete",
              grant: await completed(context, await exchangeGivenCode(given, memory)),
            };
          }
          const server = await authorizationServer(context, memory, { stage: "start" });
          const { state: parameter } = parameterNames;
          return {
            kind: "redirect",
            ...(await authorizationRequest(context, server)),
            ...(parameter === "state" ? {} : { callbackKey: { parameter, value: context.state } }),
          };
        }
        case "device_code":
          return deviceAuthorization(context, memory);
        case "client_credentials": {
          const { scopes } = context;
          const grant = await clientCredentials(context, memory, {
            operation: "exchange",
            scopes,
            client,
            dpop_key: dpop === null ? undefined : await generateDpopKey(dpop),
          });
          return { kind: "complete", grant: await completed(context, grant) };
        }
      }
    },
    register: (context) => registerClient(context, memory),
    complete: async (context, callback) => completed(context, await exchangeCode(context, callback, memory)),
    async poll(context, flow) {
      const polled = await pollDevice(context, flow, memory);
      return polled.kind === "granted"
        ? { kind: "granted", grant: await completed(context, polled.grant) }
        : polled;
    },
    async refresh(context, credentials) {
      const grant = await refreshTokens(context, credentials, memory);
      return grant === null ? null : completed(context, grant, credentials);
    },
    revoke: (context, credentials) => revokeGrant(asClient(context, credentials.client), credentials, memory),
  };
}
