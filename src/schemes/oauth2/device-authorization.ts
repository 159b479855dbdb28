import * as z from "zod";
import { TokenError } from "../../errors.js";
import { lazy } from "../../internal/lazy.js";
import type { StartContext, StartResult } from "../../ports/auth-scheme.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import type { TokenCall } from "../internal/token-errors.js";
import { malformedError } from "../internal/token-errors.js";
import { extraParams } from "./authorization-dialect.js";
import { clientSecrets, configureClient } from "./client.js";
import { ownClient } from "./client-params.js";
import type { OAuth2Credentials } from "./credentials.js";
import type { Memory } from "./discovery.js";
import { generateDpopKey } from "./dpop.js";
import { protocolFetch } from "./protocol-fetch.js";
import { refusedClient } from "./refused-params.js";
import { serverFor } from "./server-for.js";
import { scopeParameter, withResources } from "./token-request.js";

type Context = StartContext<OAuth2Settings>;

/** RFC 8628 §3.2: what the interval is when the server does not say. */
const DEFAULT_INTERVAL_SECONDS = 5;
/** The answer is shown to people, and stored: no longer than a page of it. */
const MAX_LENGTH = 2_000;
const MAX_SECONDS = 86_400;

const seconds = lazy(() => z.coerce.number().positive().max(MAX_SECONDS));
const text = lazy(() => z.string().min(1).max(MAX_LENGTH));
/** It is shown to people, in terminals too: no control characters. */
const shown = lazy(() => text().regex(/^[^\p{Cc}\p{Cf}]+$/u));
const page = lazy(() => shown().regex(/^https?:\/\/[^\s/]\S*$/i));
/** RFC 8628 §3.2; `verification_url` is how Google called it before there was an RFC. */
const answerSchema = lazy(() =>
  z
    .looseObject({ verification_url: page().optional(), verification_uri: page().optional() })
    .transform((answer) => ({
      ...answer,
      verification_uri: answer.verification_uri ?? answer.verification_url,
    }))
    .pipe(
      z.object({
        device_code: text(),
        user_code: shown(),
        verification_uri: page(),
        verification_uri_complete: page().nullish(),
        expires_in: seconds(),
        interval: seconds().default(DEFAULT_INTERVAL_SECONDS),
      }),
    ),
);
type DeviceAnswer = z.output<ReturnType<typeof answerSchema>>;

function readAnswer(body: unknown, call: TokenCall, status: number): DeviceAnswer {
  const parsed = answerSchema().safeParse(body);
  if (parsed.success) return parsed.data;
  const field = String(parsed.error.issues[0]?.path[0] ?? "body");
  throw malformedError({ field, expected: "what RFC 8628 §3.2 says" }, call, status);
}

const MANNER = {
  wish: "start the device flow",
  refusedHint: "Check `client_id` and the scopes, and that the device flow is switched on for the client.",
  malformedHint: "Check the app's `deviceAuthorizationUrl`.",
  isGone: () => false,
} as const;

/** The answer of the device authorization endpoint. */
async function askForCodes(context: Context, memory: Memory): Promise<DeviceAnswer> {
  const { settings } = context;
  const call = {
    operation: "exchange",
    appName: context.app.name,
    secrets: clientSecrets(context),
    manner: MANNER,
    refusedOf: refusedClient(context),
  } as const;
  const server = await serverFor(context, memory, call);
  let read: DeviceAnswer | undefined;
  const fetch = protocolFetch(context, call, (body, status) => {
    read = readAnswer(body, call, status);
    return { status: 200, body: read };
  });
  const { client, configuration } = await configureClient(context, server, fetch);
  const parameters = withResources(context, {
    ...extraParams(context),
    ...scopeParameter(context.scopes, settings.scopeSeparator),
  });
  try {
    await client.initiateDeviceAuthorization(configuration, parameters);
  } catch (error) {
    throw error instanceof Error && error.cause instanceof TokenError ? error.cause : error;
  }
  if (read === undefined) throw malformedError({ field: "body", expected: "a JSON object" }, call, 200);
  return read;
}

/**
 * Asks for a code the user enters at another device (RFC 8628 §3.1).
 *
 * @throws TokenError `CREDENTIALS_REFUSED` when the user's own client is refused; `TOKEN_EXCHANGE_FAILED` or `TOKEN_RESPONSE_INVALID`
 * @throws ConfigurationError `CONFIG_INVALID` when the integration lacks client credentials
 */
export async function deviceAuthorization(
  context: Context,
  memory: Memory,
): Promise<StartResult<OAuth2Credentials>> {
  const { dpop } = context.settings;
  const answer = await askForCodes(context, memory);
  const flow = {
    device_code: answer.device_code,
    scopes: [...context.scopes],
    client: ownClient(context.settings, context.values) ?? null,
    ...(dpop === null ? {} : { dpop_key: await generateDpopKey(dpop) }),
  };
  return {
    kind: "device",
    verificationUri: answer.verification_uri,
    verificationUriComplete: answer.verification_uri_complete ?? null,
    userCode: answer.user_code,
    intervalMs: answer.interval * 1000,
    expiresAt: context.runtime.clock.now() + answer.expires_in * 1000,
    flow,
  };
}
