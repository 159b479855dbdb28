import { retryAfterMs } from "../../../http/retry-after.js";
import { isObject } from "../../../internal/json.js";
import type { SchemeContext } from "../../../ports/auth-scheme.js";
import type { OAuth1Settings } from "../../../ports/scheme-settings/oauth1.js";
import { guardedCall } from "../sent-secrets.js";
import type { TokenCall } from "../token-errors.js";
import { malformedError, refusalError, transportError } from "../token-errors.js";
import { send, USER_AGENT } from "../transport.js";
import { consumerSpecs } from "./consumer.js";
import { encodings } from "./credentials.js";
import { appended, withQuery } from "./parameters.js";
import { realmOf } from "./realm.js";
import type { Consumer, Token } from "./signer.js";
import type { Signers } from "./signers.js";

/** A signed request to one of the provider's token endpoints. */
export interface TokenRequest {
  readonly method: "POST" | "GET" | "DELETE";
  readonly url: string;
  /** Parameters of the provider's own, signed with the rest. */
  readonly params: Readonly<Record<string, string>>;
  /** Further parameters of the protocol. */
  readonly extra: Readonly<Record<string, string>>;
  readonly consumer: Consumer;
  readonly token: Token | null;
}

/** What a token endpoint answered: names to texts, or whatever a JSON answer has. */
export type TokenAnswer = Readonly<Record<string, unknown>>;

/** The grant is gone (OAuth Problem Reporting extension). */
const GONE = /^(?:token_(?:expired|revoked|rejected)|permission_denied)$/;

/** The client is not known, or its secret is wrong (OAuth Problem Reporting extension). */
const WRONG_CONSUMER = /^(?:consumer_key_(?:unknown|rejected|refused)|signature_invalid)$/;

const MANNER = {
  refusedHint:
    "Check the integration's consumer key and secret, the app's `signatureMethod` and this machine's clock.",
  malformedHint: "Check the app's `requestTokenUrl` and `accessTokenUrl`.",
  isGone: (status: number, error: string | null) => (error === null ? status === 401 : GONE.test(error)),
} as const;

/** RFC 5849 §2.1: a form. Some providers write JSON; the content type says nothing either way. */
function parseAnswer(text: string): TokenAnswer | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : null;
  } catch {
    return /^\s*[\w.~%-]+=[^<>]*$/.test(text) ? Object.fromEntries(new URLSearchParams(text.trim())) : null;
  }
}

const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

/** OAuth Problem Reporting, in the challenge of a 401. */
function problemIn(challenge: string | null): string | null {
  return /(?:^|[\s,])oauth_problem="?([\w.%-]+)/.exec(challenge ?? "")?.[1] ?? null;
}

/** Why it was refused: OAuth Problem Reporting's `oauth_problem`, X's list of errors, or nothing. */
function refusalIn(answer: TokenAnswer, { challenge, empty }: { challenge: string | null; empty: boolean }) {
  const errors = answer["errors"];
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  const details = isObject(first) ? first : {};
  return {
    error: text(answer["oauth_problem"]) ?? problemIn(challenge) ?? text(answer["error"]),
    description: text(answer["oauth_problem_advice"]) ?? text(details["message"]) ?? text(answer["message"]),
    empty,
  };
}

/**
 * Asks for credentials (RFC 5849 §2.1, §2.3), or ends them.
 *
 * @throws TokenError
 */
export async function requestToken(
  signers: Signers,
  context: SchemeContext<OAuth1Settings>,
  request: TokenRequest,
  options: { readonly operation: TokenCall["operation"]; readonly wish: string },
): Promise<TokenAnswer> {
  const { settings, params, runtime, signal, timeoutMs, app } = context;
  const { consumer, token, method } = request;
  const { oauth_verifier = "", oauth_session_handle = "" } = request.extra;
  const credentials = token === null ? [] : [token.key, token.secret];
  const secrets = [consumer.secret, ...credentials, oauth_verifier, oauth_session_handle];
  const bare: TokenCall = {
    operation: options.operation,
    appName: app.name,
    secrets: encodings(secrets),
    manner: { ...MANNER, wish: options.wish },
    refusedOf: (status, { error }) =>
      settings.consumer === "connection" && (error === null ? status === 401 : WRONG_CONSUMER.test(error))
        ? consumerSpecs(settings).map(({ name }) => name)
        : [],
  };
  const own = Object.entries(request.params);
  const isPost = method === "POST";
  const url = isPost ? request.url : withQuery(request.url, own);
  const { authorization } = signers(
    settings.signatureMethod,
    consumer,
  )({
    method,
    url,
    form: isPost ? own : [],
    token,
    extra: request.extra,
    now: runtime.clock.now(),
    realm: realmOf(settings, params),
  });
  const headers = { authorization, accept: "*/*", "user-agent": USER_AGENT };
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const sent = isPost
    ? { method, url, headers: { ...headers, ...form }, body: appended("", own) }
    : { method, url, headers };
  const call = guardedCall(bare, sent);
  const answer = await send(sent, { fetch: runtime.fetch, signal, timeoutMs });
  if (answer.kind !== "answer") throw transportError(answer, call);
  const { status } = answer.response;
  const parsed = parseAnswer(answer.text);
  if (status < 200 || status > 299 || text(parsed?.["oauth_problem"]) !== null) {
    const facts = { status, retryAfterMs: retryAfterMs(answer.response, runtime.clock.now()) };
    const challenge = answer.response.headers.get("www-authenticate");
    throw refusalError(refusalIn(parsed ?? {}, { challenge, empty: answer.text === "" }), call, facts);
  }
  if (options.operation === "revoke") return parsed ?? {};
  if (parsed === null)
    throw malformedError({ field: "body", expected: "a form of token and secret" }, call, status);
  for (const field of ["oauth_token", "oauth_token_secret"]) {
    if (typeof parsed[field] === "string" && (parsed[field] !== "" || field === "oauth_token_secret"))
      continue;
    throw malformedError({ field, expected: "a text" }, call, status);
  }
  return parsed;
}

/** The credentials in an answer that has them. */
export function tokenIn(answer: TokenAnswer): Token {
  return { key: String(answer["oauth_token"]), secret: String(answer["oauth_token_secret"]) };
}
