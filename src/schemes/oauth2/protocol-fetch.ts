import type { CustomFetch } from "openid-client";
import { retryAfterMs } from "../../http/retry-after.js";
import type { SchemeContext } from "../../ports/auth-scheme.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import { guardedCall } from "../internal/sent-secrets.js";
import type { TokenCall } from "../internal/token-errors.js";
import { refusalError, transportError } from "../internal/token-errors.js";
import { send, USER_AGENT } from "../internal/transport.js";
import { parseBody, refusalIn } from "./token-response.js";

/**
 * A fetch for openid-client at an endpoint of an authorization server that hands out no tokens: it rejects with a
 * TokenError instead of handing on a failure, and hands on what `read` makes of the rest.
 */
export function protocolFetch(
  context: SchemeContext<OAuth2Settings>,
  bare: TokenCall,
  read: (body: unknown, status: number) => { readonly status: number; readonly body: unknown },
): CustomFetch {
  const { runtime, settings, signal, timeoutMs } = context;
  return async (url, init) => {
    const headers = { ...init.headers, "user-agent": USER_AGENT, accept: "application/json" };
    const request = { url, method: init.method, headers, body: String(init.body) };
    const call = guardedCall(bare, request);
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
    const result = read(body, status);
    return Response.json(result.body, { status: result.status });
  };
}
