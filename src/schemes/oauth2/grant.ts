import type { TokenEndpointResponse, TokenEndpointResponseHelpers } from "openid-client";
import { MooringError } from "../../errors.js";
import { valueAt } from "../../internal/value-at.js";
import type { ConnectionAccount } from "../../ports/storage.js";
import type { TokenCall } from "../internal/token-errors.js";
import { malformedError } from "../internal/token-errors.js";
import type { OAuth2Credentials } from "./credentials.js";

/** What openid-client makes of a token response. */
export type Tokens = TokenEndpointResponse & TokenEndpointResponseHelpers;

/** What went wrong inside openid-client: our own error, handed through; or an ID token that does not hold. */
export function grantError(error: unknown, call: TokenCall): MooringError {
  const cause = error instanceof Error ? error.cause : undefined;
  for (const candidate of [error, cause]) if (MooringError.is(candidate)) return candidate;
  const claim = cause instanceof Error ? valueAt(cause.cause, "claim") : undefined;
  const expected =
    typeof claim !== "string" ? "a valid ID token" : `a valid ID token: its claim \`${claim}\` is wrong`;
  return malformedError({ field: "id_token", expected }, call, 200);
}

/** Whose account it is, from the claims of a validated ID token (OpenID Connect Core 1.0 §5.1). */
export function accountOf(tokens: Tokens): ConnectionAccount | undefined {
  const claims = tokens.claims();
  if (claims === undefined) return undefined;
  const [name, username, email] = ["name", "preferred_username", "email"].map((claim) => {
    const value = claims[claim];
    return typeof value === "string" && value !== "" ? value : null;
  });
  return { id: claims.sub, email: email ?? null, label: name ?? username ?? email ?? null };
}

/** The tokens as they are kept, without what is kept beside them: what the answer leaves out is taken from those before, the expiry never. */
export function credentialsOf(tokens: Tokens, sentAt: number, before?: OAuth2Credentials): OAuth2Credentials {
  const { access_token, expires_in, refresh_token, scope, id_token } = tokens;
  return {
    access_token,
    token_type: "bearer",
    refresh_token: refresh_token ?? before?.refresh_token,
    scope: scope ?? before?.scope,
    id_token: id_token ?? before?.id_token,
    expires_at: expires_in === undefined ? undefined : sentAt + expires_in * 1000,
  };
}
