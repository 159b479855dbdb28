import type { CustomFetch } from "openid-client";
import { retryAfterMs } from "../../http/retry-after.js";
import type { ParamValues, SchemeContext } from "../../ports/auth-scheme.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import type { TokenCall } from "../internal/token-errors.js";
import { malformedError, refusalError, transportError } from "../internal/token-errors.js";
import { send } from "../internal/transport.js";
import type { StandardTokenRequest } from "./token-dialect.js";
import { toTokenRequest } from "./token-dialect.js";
import { readTokenResponse } from "./token-response.js";

/** A token endpoint as openid-client expects it. */
export interface TokenEndpoint {
  /** Rewrites what goes out and what comes back; rejects with a TokenError instead of handing on a failure. */
  readonly fetch: CustomFetch;
  /** Values of the last answer that the app definition wants kept with the connection. */
  metadata(): ParamValues;
}

interface EndpointOptions {
  readonly call: TokenCall & { readonly operation: "exchange" | "refresh" };
  readonly keepIdToken: boolean;
  /** Sent as it is with the code. */
  readonly redirectUri: string | undefined;
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

/** Puts an app's token endpoint behind the face of RFC 6749's. */
export function tokenEndpoint(
  context: SchemeContext<OAuth2Settings>,
  options: EndpointOptions,
): TokenEndpoint {
  const { settings, runtime, signal, timeoutMs } = context;
  const { call, keepIdToken } = options;
  let metadata: ParamValues = {};
  return {
    metadata: () => metadata,
    async fetch(url, init) {
      const standardRequest = standard(url, init, settings, options);
      const request = await toTokenRequest(context, standardRequest);
      const answer = await send(request, { fetch: runtime.fetch, signal, timeoutMs });
      if (answer.kind !== "answer") throw transportError(answer, call);
      const { text } = answer;
      const { status } = answer.response;
      const now = runtime.clock.now();
      const wait = retryAfterMs(answer.response, now);
      const read = readTokenResponse({
        status,
        text,
        settings,
        operation: call.operation,
        keepIdToken,
        now,
      });
      switch (read.kind) {
        case "tokens":
          metadata = read.metadata;
          return Response.json(read.tokens);
        case "refusal":
          throw refusalError(read, call, { status, retryAfterMs: wait });
        case "malformed":
          if (status >= 500 || status === 429 || status === 408) {
            const silent = { kind: "refusal", error: null, description: null, empty: false } as const;
            throw refusalError(silent, call, { status, retryAfterMs: wait });
          }
          throw malformedError(read, call, status);
      }
    },
  };
}
