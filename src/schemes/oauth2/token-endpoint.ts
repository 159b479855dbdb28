import type { CustomFetch } from "openid-client";
import type { ParamValues, SchemeContext } from "../../ports/auth-scheme.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import { guardedCall } from "../internal/sent-secrets.js";
import type { TokenCall } from "../internal/token-errors.js";
import type { ProtocolAnswer, ProtocolRequest } from "../internal/transport.js";
import { send } from "../internal/transport.js";
import type { FurtherCredentials } from "./credentials.js";
import type { DpopKey } from "./dpop.js";
import { dpopProof } from "./dpop.js";
import type { Nonces } from "./nonces.js";
import type { StandardTokenRequest } from "./token-dialect.js";
import { toTokenRequest } from "./token-dialect.js";
import { tokensIn } from "./tokens-in.js";

/** RFC 9449 §8: the proof must hold a nonce, which is in the answer. */
const USE_NONCE = "use_dpop_nonce";

/** A token endpoint as openid-client expects it. */
export interface TokenEndpoint {
  /** Rewrites what goes out and what comes back; rejects with a TokenError instead of handing on a failure. */
  readonly fetch: CustomFetch;
  /** What else the last answer holds. */
  beside(): Beside;
  /**
   * Whether the last answer was no more than a nonce for another proof (RFC 9449 §8). Nothing was spent but a client
   * assertion, which works once: the whole request has to be made again.
   */
  isChallenged(): boolean;
}

/** What an answer holds beside the tokens that were asked for. */
export interface Beside {
  /** Values that the app definition wants kept with the connection. */
  readonly metadata: ParamValues;
  readonly further: Readonly<Record<string, FurtherCredentials>>;
}

interface EndpointOptions {
  readonly call: TokenCall & { readonly operation: "exchange" | "refresh" };
  readonly keepIdToken: boolean;
  /** Sent as it is with the code. */
  readonly redirectUri: string | undefined;
  /** What the tokens are bound to; null for bearer tokens. */
  readonly dpop: { readonly key: DpopKey; readonly nonces: Nonces } | null;
}

/** The request in full, in the words of RFC 6749. */
function standard(
  url: string,
  { headers, body }: Parameters<CustomFetch>[1],
  settings: OAuth2Settings,
  { redirectUri, call: { operation } }: EndpointOptions,
): StandardTokenRequest {
  const form = new URLSearchParams(body instanceof URLSearchParams ? body : "");
  const { grant_type } = settings.tokenParams;
  const isFirst = operation === "exchange" || settings.grantType === "client_credentials";
  if (grant_type !== undefined && isFirst) form.set("grant_type", grant_type);
  // openid-client takes it from the callback's URL and drops its query; it must be the very one that was authorized.
  if (redirectUri !== undefined) form.set("redirect_uri", redirectUri);
  return { url, headers: new Headers(headers), form };
}

async function proven(
  request: ProtocolRequest,
  { key, nonces }: NonNullable<EndpointOptions["dpop"]>,
  now: number,
): Promise<ProtocolRequest> {
  const { method, url } = request;
  const proof = await dpopProof({ key, method, url, nonce: nonces.get(url), now });
  return { ...request, headers: { ...request.headers, dpop: proof } };
}

/** Puts an app's token endpoint behind the face of RFC 6749's. */
export function tokenEndpoint(
  context: SchemeContext<OAuth2Settings>,
  options: EndpointOptions,
): TokenEndpoint {
  const { settings, runtime, signal, timeoutMs } = context;
  const { keepIdToken, dpop } = options;
  let beside: Beside = { metadata: {}, further: {} };
  let isChallenged = false;
  let { call } = options;
  const sendOnce = (request: ProtocolRequest): Promise<ProtocolAnswer> => {
    call = guardedCall(call, request);
    return send(request, { fetch: runtime.fetch, signal, timeoutMs });
  };
  const ask = async (request: ProtocolRequest): Promise<ProtocolAnswer> => {
    isChallenged = false;
    if (dpop === null) return sendOnce(request);
    const sent = await proven(request, dpop, runtime.clock.now());
    const answer = await sendOnce(sent);
    if (answer.kind !== "answer") return answer;
    const { headers, status } = answer.response;
    const isNew = dpop.nonces.learn(request.url, headers, sent.headers["dpop"] ?? null);
    isChallenged = isNew && status >= 400 && answer.text.includes(USE_NONCE);
    return answer;
  };
  return {
    beside: () => beside,
    isChallenged: () => isChallenged,
    async fetch(url, init) {
      const answer = await ask(await toTokenRequest(context, standard(url, init, settings, options)));
      const now = runtime.clock.now();
      const read = tokensIn(answer, { settings, operation: call.operation, keepIdToken, call, now });
      beside = read;
      return Response.json(read.tokens);
    },
  };
}
