import type { AuthScheme } from "../../../ports/auth-scheme.js";
import type { OAuth1Settings } from "../../../ports/scheme-settings/oauth1.js";
import { signRequest } from "./apply.js";
import { authorizationRequest } from "./authorization-request.js";
import type { OAuth1Credentials } from "./credentials.js";
import { exchange, renew } from "./grant.js";
import { revoke } from "./revoke.js";
import { createSigners } from "./signers.js";

type Scheme = AuthScheme<OAuth1Settings, OAuth1Credentials>;
/** The part of the schemes that signs, and talks to providers. */
export type OAuth1Protocol = Pick<Scheme, "start" | "apply"> &
  Required<Pick<Scheme, "complete" | "refresh" | "revoke">>;

/** Makes it. */
export function createOAuth1Protocol(): OAuth1Protocol {
  const signers = createSigners();
  return {
    start: (context) => authorizationRequest(signers, context),
    complete: (context, callback) => exchange(signers, context, callback),
    refresh: (context, credentials) => renew(signers, context, credentials),
    revoke: (context, credentials) => revoke(signers, context, credentials),
    apply: (request, credentials, context) => signRequest(signers, request, { credentials, context }),
  };
}
