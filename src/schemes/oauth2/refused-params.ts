import type { SchemeContext } from "../../ports/auth-scheme.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import type { RefusedOf } from "../internal/token-errors.js";
import { DEAD_GRANT, WRONG_CLIENT } from "../internal/token-errors.js";
import { clientSpecs } from "./client-params.js";

/** What is said of a request, not of who makes it (RFC 6749 §5.2, RFC 8707 §2, RFC 9449 §5). */
const ABOUT_REQUEST = new Set([
  "invalid_request",
  "invalid_scope",
  "unsupported_grant_type",
  "invalid_target",
  "invalid_dpop_proof",
]);
const REFUSALS = new Set([400, 401, 403]);

/** Names of what the user gave of a client of their own; none where the client is the developer's. */
function ownClientParams({ settings, config }: SchemeContext<OAuth2Settings>): readonly string[] {
  if (settings.clientOwner === "integration") return [];
  return clientSpecs(settings).flatMap(({ name }) => ((config[name] ?? "") === "" ? [] : [name]));
}

/** What a refusal is about that comes before anybody is asked for consent, or after: the user's own client, if anything. */
export function refusedClient(context: SchemeContext<OAuth2Settings>): RefusedOf {
  return (status, { error }) =>
    WRONG_CLIENT.has(error ?? "") || (error === null && status === 401) ? ownClientParams(context) : [];
}

/** The same of a request in which the client is all there is to refuse (RFC 6749 §4.4). */
export function refusedClientAlone(context: SchemeContext<OAuth2Settings>): RefusedOf {
  return (status, { error }) => {
    const isRefusal = REFUSALS.has(status) || (status >= 200 && status < 300);
    return isRefusal && !ABOUT_REQUEST.has(error ?? "") ? ownClientParams(context) : [];
  };
}

/** The same of a request with a code that was given with the connection. */
export function refusedCode(context: SchemeContext<OAuth2Settings>): RefusedOf {
  const client = refusedClient(context);
  return (status, refusal) => (DEAD_GRANT.has(refusal.error ?? "") ? ["code"] : client(status, refusal));
}
