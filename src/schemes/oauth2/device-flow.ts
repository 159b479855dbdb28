import * as z from "zod";
import { AuthorizationError, TokenError } from "../../errors.js";
import type { JsonObject } from "../../internal/json.js";
import { lazy } from "../../internal/lazy.js";
import type { PollResult, SchemeContext } from "../../ports/auth-scheme.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import { clientSecrets } from "./client.js";
import { asClient } from "./client-params.js";
import type { OAuth2Credentials } from "./credentials.js";
import type { Memory } from "./discovery.js";
import { refusedClient } from "./refused-params.js";
import { serverFor } from "./server-for.js";
import { requestTokens, tokenParams, withResources } from "./token-request.js";

const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:device_code";
/** RFC 8628 §3.5: what `slow_down` adds between polls, for this and all later ones. */
const SLOW_DOWN_MS = 5_000;

const flowSchema = lazy(() =>
  z.object({
    device_code: z.string(),
    scopes: z.array(z.string()),
    /** The user's own client; null for the developer's. */
    client: z.record(z.string(), z.string()).nullable(),
    /** Key the tokens are to be bound to; absent for bearer tokens. */
    dpop_key: z.record(z.string(), z.string()).optional(),
  }),
);
/** What is put aside while the user is at another device. */
export type DeviceFlow = z.output<ReturnType<typeof flowSchema>>;

function parseFlow(flow: JsonObject): DeviceFlow {
  const parsed = flowSchema().safeParse(flow);
  if (parsed.success) return parsed.data;
  throw new AuthorizationError(
    "AUTHORIZATION_FAILED",
    "What was stored for this flow is not what OAUTH2 stores of a device flow.",
    { hint: "Start the connection again." },
  );
}

/** What the server's `error` says of the flow (RFC 8628 §3.5); null when the flow is not what went wrong. */
function outcomeOf(error: TokenError, appName: string): PollResult<never> | AuthorizationError | null {
  const { providerError } = error;
  switch (providerError) {
    case "authorization_pending":
      return { kind: "pending" };
    case "slow_down":
      return { kind: "slow_down", byMs: SLOW_DOWN_MS };
    case "access_denied":
    case "authorization_declined":
      return new AuthorizationError(
        "AUTHORIZATION_DENIED",
        `${appName} did not authorize the connection (${providerError}).`,
        { providerError, hint: "The user said no, or may not say yes." },
      );
    case "expired_token":
      return new AuthorizationError(
        "STATE_EXPIRED",
        `The code for ${appName} has expired before the user entered it.`,
        { providerError, hint: "Start the connection again." },
      );
    default:
      return null;
  }
}

/**
 * Asks once whether the user has agreed (RFC 8628 §3.4).
 *
 * @throws AuthorizationError `AUTHORIZATION_DENIED` or `STATE_EXPIRED`
 * @throws TokenError `CREDENTIALS_REFUSED` when the user's own client is refused; `TOKEN_EXCHANGE_FAILED` or `TOKEN_RESPONSE_INVALID`
 */
export async function pollDevice(
  given: SchemeContext<OAuth2Settings>,
  flow: JsonObject,
  memory: Memory,
): Promise<PollResult<OAuth2Credentials>> {
  const { device_code, scopes, client, dpop_key } = parseFlow(flow);
  const context = asClient(given, client ?? undefined);
  const appName = context.app.name;
  const call = {
    operation: "exchange",
    appName,
    secrets: [...clientSecrets(context), device_code],
    refusedOf: refusedClient(context),
  } as const;
  try {
    const server = await serverFor(context, memory, call);
    const grant = await requestTokens(context, memory, {
      call,
      server,
      keepIdToken: server.issuer !== null,
      asked: scopes,
      kept: { client: client ?? undefined, dpop_key },
      send: (openid, configuration) =>
        openid.genericGrantRequest(
          configuration,
          GRANT_TYPE,
          withResources(context, { ...tokenParams(context), device_code }),
        ),
    });
    return { kind: "granted", grant };
  } catch (error) {
    const outcome = error instanceof TokenError ? outcomeOf(error, appName) : null;
    if (outcome === null) throw error;
    if (outcome instanceof AuthorizationError) throw outcome;
    return outcome;
  }
}
