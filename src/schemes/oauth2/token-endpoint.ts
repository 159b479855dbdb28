import type { CustomFetch } from "openid-client";
import { retryAfterMs } from "../../http/retry-after.js";
import type { ParamValues, SchemeContext } from "../../ports/auth-scheme.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import type { TokenCall } from "../internal/token-errors.js";
import { malformedError, refusalError, transportError } from "../internal/token-errors.js";
import type { ProtocolRequest } from "../internal/transport.js";
import { send, USER_AGENT } from "../internal/transport.js";
import { readTokenResponse } from "./token-response.js";

/** A token endpoint as openid-client expects it. */
export interface TokenEndpoint {
  /** Rewrites what goes out and what comes back; rejects with a TokenError instead of handing on a failure. */
  readonly fetch: CustomFetch;
  /** Values of the last answer that the app definition wants kept with the connection. */
  metadata(): ParamValues;
}

/** The request in the form the provider takes. */
function rewrite(
  url: string,
  { method, headers, body }: Parameters<CustomFetch>[1],
  settings: OAuth2Settings,
  redirectUri: string | undefined,
): ProtocolRequest {
  const form = new URLSearchParams(body instanceof URLSearchParams ? body : "");
  // openid-client takes it from the callback's URL and drops its query; it must be the very one that was authorized.
  if (redirectUri !== undefined) form.set("redirect_uri", redirectUri);
  const isJson = settings.tokenRequestFormat === "json";
  const merged = new Headers(headers);
  merged.set("user-agent", USER_AGENT);
  merged.set("content-type", isJson ? "application/json" : "application/x-www-form-urlencoded;charset=UTF-8");
  for (const [name, value] of Object.entries(settings.tokenRequestHeaders)) merged.set(name, value);
  merged.set("accept", "application/json");
  return {
    url,
    method,
    headers: Object.fromEntries(merged),
    body: isJson ? JSON.stringify(Object.fromEntries(form)) : form.toString(),
  };
}

/** Puts an app's token endpoint behind the face of RFC 6749's. */
export function tokenEndpoint(
  context: SchemeContext<OAuth2Settings>,
  options: {
    readonly call: TokenCall & { readonly operation: "exchange" | "refresh" };
    readonly keepIdToken: boolean;
    /** Sent as it is with the code. */
    readonly redirectUri?: string;
  },
): TokenEndpoint {
  const { settings, runtime, signal, timeoutMs } = context;
  const { call, keepIdToken } = options;
  let metadata: ParamValues = {};
  return {
    metadata: () => metadata,
    async fetch(url, init) {
      const request = rewrite(url, init, settings, options.redirectUri);
      const answer = await send(request, { fetch: runtime.fetch, signal, timeoutMs });
      if (answer.kind !== "answer") throw transportError(answer, call);
      const { text } = answer;
      const { status } = answer.response;
      const wait = retryAfterMs(answer.response, runtime.clock.now());
      const read = readTokenResponse({ status, text, settings, operation: call.operation, keepIdToken });
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
