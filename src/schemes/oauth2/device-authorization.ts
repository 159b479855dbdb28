import * as z from "zod";
import { TokenError } from "../../errors.js";
import { retryAfterMs } from "../../http/retry-after.js";
import { lazy } from "../../internal/lazy.js";
import type { StartContext, StartResult } from "../../ports/auth-scheme.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import type { TokenCall } from "../internal/token-errors.js";
import { malformedError, refusalError, transportError } from "../internal/token-errors.js";
import { send, USER_AGENT } from "../internal/transport.js";
import { extraParams } from "./authorization-dialect.js";
import { clientSecrets, configureClient } from "./client.js";
import { ownClient } from "./client-params.js";
import type { OAuth2Credentials } from "./credentials.js";
import type { DeviceFlow } from "./device-flow.js";
import type { Discovery } from "./discovery.js";
import { serverFor } from "./server-for.js";
import { scopeParameter } from "./token-request.js";
import { parseBody, refusalIn } from "./token-response.js";

type Context = StartContext<OAuth2Settings>;

/** RFC 8628 §3.2: what the interval is when the server does not say. */
const DEFAULT_INTERVAL_SECONDS = 5;
/** The answer is shown to people, and stored: no longer than a page of it. */
const MAX_LENGTH = 2_000;
const MAX_SECONDS = 86_400;

const seconds = lazy(() => z.coerce.number().positive().max(MAX_SECONDS));
const text = lazy(() => z.string().min(1).max(MAX_LENGTH));
const page = lazy(() => text().regex(/^https?:\/\/[^\s/]/i));
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
        user_code: text(),
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
async function askForCodes(context: Context, discovery: Discovery): Promise<DeviceAnswer> {
  const { runtime, settings, signal, timeoutMs } = context;
  const call = {
    operation: "exchange",
    appName: context.app.name,
    secrets: clientSecrets(context),
    manner: MANNER,
  } as const;
  const server = await serverFor(context, discovery, call);
  let read: DeviceAnswer | undefined;
  const { client, configuration } = await configureClient(context, server, async (url, init) => {
    const headers = { ...init.headers, "user-agent": USER_AGENT, accept: "application/json" };
    const request = { url, method: init.method, headers, body: String(init.body) };
    const answer = await send(request, { fetch: runtime.fetch, signal, timeoutMs });
    if (answer.kind !== "answer") throw transportError(answer, call);
    const { status } = answer.response;
    const body = parseBody(answer.text);
    const failed = status < 200 || status > 299;
    const silent = { kind: "refusal", error: null, description: null, empty: answer.text === "" } as const;
    const refusal = refusalIn(body ?? {}, settings.tokenResponse.failure) ?? (failed ? silent : null);
    if (refusal !== null) {
      const wait = retryAfterMs(answer.response, runtime.clock.now());
      throw refusalError(refusal, call, { status, retryAfterMs: wait });
    }
    read = readAnswer(body, call, status);
    return Response.json(read);
  });
  const parameters = {
    ...extraParams(context),
    ...scopeParameter(context.scopes, settings.scopeSeparator),
  };
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
 * @throws TokenError `TOKEN_EXCHANGE_FAILED` or `TOKEN_RESPONSE_INVALID`
 * @throws ConfigurationError `CONFIG_INVALID` when the integration lacks client credentials
 */
export async function deviceAuthorization(
  context: Context,
  discovery: Discovery,
): Promise<StartResult<OAuth2Credentials>> {
  const answer = await askForCodes(context, discovery);
  const flow: DeviceFlow = {
    device_code: answer.device_code,
    scopes: [...context.scopes],
    client: ownClient(context.settings, context.values) ?? null,
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
