import { retryAfterMs } from "../../http/retry-after.js";
import { parseJsonObject } from "../../internal/json.js";
import { loadOnce } from "../../internal/load-once.js";
import { valueAt } from "../../internal/value-at.js";
import type { SchemeContext } from "../../ports/auth-scheme.js";
import type { FailureRule } from "../../ports/failure-rule.js";
import { isFailure } from "../../ports/failure-rule.js";
import { guardedCall } from "./sent-secrets.js";
import { headerText } from "./texts.js";
import type { TokenCall } from "./token-errors.js";
import { malformedError, refusalError, transportError } from "./token-errors.js";
import type { ProtocolRequest } from "./transport.js";
import { send, USER_AGENT } from "./transport.js";

/** Where an answer says that, and why, it is a refusal. */
export interface RefusalPlaces {
  readonly failure: FailureRule | null;
  readonly error: string;
  readonly message: string;
}

/** An answer that is none of an error. */
export interface Exchanged {
  readonly status: number;
  readonly headers: Headers;
  /** Null when there was none, or it is neither JSON nor, as its type says, XML. */
  readonly body: Readonly<Record<string, unknown>> | null;
}

const textAt = (body: Exchanged["body"], path: string): string | null => {
  const value = valueAt(body, path);
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : null;
};

const xml = loadOnce(() => import("./read-xml.js"));

async function objectIn({ headers }: Response, text: string): Promise<Exchanged["body"]> {
  const type = headers.get("content-type") ?? "";
  if (!/[/+]xml\b/i.test(type)) return parseJsonObject(text);
  const { readXml } = await xml();
  return readXml(text);
}

/**
 * Sends one request to a server that gives tokens out.
 *
 * @throws TokenError when it cannot be reached, refuses, redirects, or answers too much
 */
export async function exchange(
  { runtime, signal, timeoutMs }: Pick<SchemeContext<unknown>, "runtime" | "signal" | "timeoutMs">,
  request: ProtocolRequest,
  { call, places }: { readonly call: TokenCall; readonly places: RefusalPlaces },
): Promise<Exchanged> {
  const headers = { accept: "application/json", "user-agent": USER_AGENT, ...request.headers };
  const guarded = guardedCall(call, request);
  const answer = await send({ ...request, headers }, { fetch: runtime.fetch, signal, timeoutMs });
  if (answer.kind !== "answer") throw transportError(answer, guarded);
  const { response, text } = answer;
  const { status } = response;
  const body = await objectIn(response, text);
  const { failure, error, message } = places;
  const declared = failure !== null && isFailure(body, failure);
  if (response.ok && !declared) return { status, headers: response.headers, body };
  const refusal = { error: textAt(body, error), description: textAt(body, message), empty: text === "" };
  throw refusalError(refusal, guarded, { status, retryAfterMs: retryAfterMs(response, runtime.clock.now()) });
}

/** The token an answer must have at a place, fit for a header. @throws TokenError `TOKEN_RESPONSE_INVALID` */
export function requiredToken(answer: Exchanged, path: string, call: TokenCall): string {
  const text = textAt(answer.body, path);
  if (text !== null && headerText().safeParse(text).success) return text;
  const field = answer.body === null ? "body" : path;
  const expected = answer.body === null ? "a JSON object" : "a token a header can carry";
  throw malformedError({ field, expected }, call, answer.status);
}
