import { MooringError } from "../../../errors.js";
import { valueAt } from "../../../internal/value-at.js";
import type { ParamValues, SchemeContext } from "../../../ports/auth-scheme.js";
import type { LoginStep, TwoStepSettings } from "../../../ports/scheme-settings/two-step.js";
import type { Exchanged } from "../exchange.js";
import { exchange } from "../exchange.js";
import { headerText } from "../texts.js";
import type { CallManner, RefusedOf, TokenCall, TokenOperation } from "../token-errors.js";
import { malformedError, WRONG_CLIENT } from "../token-errors.js";
import type { ProtocolRequest } from "../transport.js";
import type { SessionCredentials } from "./credentials.js";
import { sessionEnd } from "./expiry.js";
import { placeSession } from "./place-session.js";
import { namesInRequest, sessionRequestOf } from "./request.js";

/** A context whose settings have been brought into the form of TWO_STEP. */
export type SessionContext = SchemeContext<TwoStepSettings>;

const GONE = new Set([400, 401, 403]);
/** What an unanswered logout is told apart by: the session is gone already. */
const ENDED = new Set([401, 403, 404, 410]);

/** With 200, the answer itself says that it is a refusal. */
const isRefusal = (status: number): boolean => GONE.has(status) || (status >= 200 && status < 300);

function mannerOf({ fields }: TwoStepSettings, operation: TokenOperation): CallManner {
  // What only the developer gave cannot be given anew by the user.
  const hasUserSecret = fields.some(({ from, secret }) => from === "connection" && secret);
  const hasClientSecret = fields.some(({ from, secret }) => from === "integration" && secret);
  return {
    wish: operation === "revoke" ? "end the session" : "log in",
    refusedHint: "Check the credentials that were given, and the scheme's `steps` in the app definition.",
    malformedHint: "Check the scheme's `steps` and `expiry` in the app definition.",
    isGone: (status, error) =>
      hasUserSecret && isRefusal(status) && !(hasClientSecret && WRONG_CLIENT.has(error ?? "")),
  };
}

/** What a refused step is about: the fields of the user's own that it sent. */
function refusedOf({ fields }: TwoStepSettings, { request }: LoginStep, sent: ParamValues): RefusedOf {
  const names = namesInRequest(request);
  const inStep = fields.filter(({ name }) => names.has(name) && Object.hasOwn(sent, name));
  const hasDevelopers = inStep.some(({ from }) => from === "integration");
  return (status, { error }) =>
    !isRefusal(status) || (hasDevelopers && WRONG_CLIENT.has(error ?? ""))
      ? []
      : inStep.filter(({ from }) => from === "connection").map(({ name }) => name);
}

function callOf(
  context: SessionContext,
  operation: TokenOperation,
  known: readonly ParamValues[],
): TokenCall {
  const { settings, app, config } = context;
  const secret = new Set(settings.fields.filter((field) => field.secret).map(({ name }) => name));
  const secrets = [
    ...known.flatMap((values) => Object.values(values)),
    ...Object.entries(config).flatMap(([name, value]) => (secret.has(name) ? [value] : [])),
  ];
  return { operation, appName: app.name, secrets, manner: mannerOf(settings, operation) };
}

function cookieIn(headers: Headers, name: string): string | null {
  for (const line of headers.getSetCookie()) {
    const [pair = ""] = line.split(";");
    const at = pair.indexOf("=");
    if (pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return null;
}

function readValue({ headers, body }: Exchanged, { from, path }: LoginStep["values"][string]): string | null {
  if (from === "header") return headers.get(path);
  if (from === "cookie") return cookieIn(headers, path);
  const value = valueAt(body, path);
  return typeof value === "string" || typeof value === "number" ? String(value) : null;
}

function readValues(step: LoginStep, answer: Exchanged, call: TokenCall): ParamValues {
  const values: Record<string, string> = {};
  for (const [name, source] of Object.entries(step.values)) {
    const value = readValue(answer, source);
    if (value !== null && headerText().safeParse(value).success) values[name] = value;
    else if (source.required) {
      const isNoBody = source.from === "body" && answer.body === null;
      const field = isNoBody ? "body" : source.path;
      throw malformedError(
        { field, expected: isNoBody ? "a JSON object or XML" : "a session value" },
        call,
        answer.status,
      );
    }
  }
  return values;
}

async function perform(
  context: SessionContext,
  step: LoginStep,
  options: {
    readonly secrets: ParamValues;
    readonly session: ParamValues;
    readonly field: string;
    readonly call: TokenCall;
  },
): Promise<{ readonly answer: Exchanged; readonly values: ParamValues }> {
  const { config, params } = context;
  const { secrets, session, field, call } = options;
  const values = { ...config, ...params, ...secrets, ...session };
  const urlValues = { ...params, ...session };
  const request = sessionRequestOf(step.request, { values, urlValues, field: `${field}.request.url` });
  const about = refusedOf(context.settings, step, { ...config, ...params, ...secrets });
  const answer = await exchange(context, request, { call: { ...call, refusedOf: about }, places: step });
  return { answer, values: readValues(step, answer, call) };
}

function ended(
  context: SessionContext,
  outcome: { readonly answer: Exchanged; readonly session: ParamValues; readonly call: TokenCall },
): number | null {
  const { expiry } = context.settings;
  const { answer, session, call } = outcome;
  const now = context.runtime.clock.now();
  const end = sessionEnd(expiry, { body: answer.body, values: session, now });
  if (end !== "unreadable") return end;
  const field = expiry?.kind === "field" ? expiry.path : "exp";
  throw malformedError({ field, expected: "a moment or a duration" }, call, answer.status);
}

const made = (secrets: ParamValues, session: ParamValues, end: number | null): SessionCredentials => ({
  values: { ...secrets },
  session: { ...session },
  ...(end === null ? {} : { expires_at: end }),
});

/**
 * Logs in, step by step.
 *
 * @param before the session there was, when this one takes its place; null for the first
 * @throws TokenError, and ConfigurationError when a request cannot be filled in
 */
export async function login(
  context: SessionContext,
  secrets: ParamValues,
  before: ParamValues | null,
): Promise<SessionCredentials> {
  const operation = before === null ? "exchange" : "refresh";
  const { steps } = context.settings;
  let session: ParamValues = {};
  for (const [index, step] of steps.entries()) {
    const call = callOf(context, operation, [secrets, before ?? {}, session]);
    const field = `steps.${index}`;
    const { answer, values } = await perform(context, step, { secrets, session, field, call });
    const named = Object.entries(values).map(([name, value]) => [`step${index + 1}.${name}`, value]);
    session = { ...session, ...Object.fromEntries(named) };
    if (index < steps.length - 1) continue;
    session = { ...session, ...values };
    return made(secrets, session, ended(context, { answer, session, call }));
  }
  throw new Error("A login has at least one step.");
}

/** Renews a session by the app's own request, or where that is refused or missing, by logging in again. */
export async function renew(
  context: SessionContext,
  credentials: SessionCredentials,
): Promise<SessionCredentials> {
  const { refresh } = context.settings;
  const { values: secrets, session } = credentials;
  if (refresh === null) return login(context, secrets, session);
  const call = callOf(context, "refresh", [secrets, session]);
  try {
    const { answer, values } = await perform(context, refresh, { secrets, session, field: "refresh", call });
    const renewed = { ...session, ...values };
    return made(secrets, renewed, ended(context, { answer, session: renewed, call }));
  } catch (error) {
    if (!MooringError.is(error) || error.retryable) throw error;
    return login(context, secrets, session);
  }
}

/** A request with what goes along with every call. */
async function withSession(
  { url, method, headers, body }: ProtocolRequest,
  place: (request: Request) => Request | Promise<Request>,
): Promise<ProtocolRequest> {
  const placed = await place(new Request(url, { method, headers, ...(body !== undefined && { body }) }));
  return {
    url: placed.url,
    method,
    headers: Object.fromEntries(placed.headers),
    body: body === undefined ? undefined : await placed.text(),
  };
}

/** Ends a session at the server, where the app says how: with the session, as any call. @throws TokenError `TOKEN_REVOKE_FAILED` */
export async function logout(context: SessionContext, credentials: SessionCredentials): Promise<void> {
  const { settings, config, params } = context;
  if (settings.logout === null) return;
  const { values: secrets, session } = credentials;
  const values = { ...config, ...params, ...secrets, ...session };
  const urlValues = { ...params, ...session };
  const request = await withSession(
    sessionRequestOf(settings.logout, { values, urlValues, field: "logout.url" }),
    (bare) => placeSession(bare, settings, { ...config, ...params, ...session }),
  );
  const call = callOf(context, "revoke", [secrets, session]);
  const places = { failure: null, error: "error", message: "message" };
  try {
    await exchange(context, request, { call, places });
  } catch (error) {
    if (MooringError.is(error) && "status" in error && ENDED.has(Number(error.status))) return;
    throw error;
  }
}
