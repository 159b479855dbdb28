import * as z from "zod";
import { issuesOf } from "../../internal/issues.js";
import { lazy } from "../../internal/lazy.js";

/** RFC 6749 §A.12: visible ASCII. Anything else could not go into an `Authorization` header. */
export const ACCESS_TOKEN = /^[\x21-\x7E](?:[\x20-\x7E]*[\x21-\x7E])?$/;

const schema = lazy(() =>
  z.object({
    access_token: z.string().regex(ACCESS_TOKEN),
    token_type: z.literal("bearer"),
    refresh_token: z.string().min(1).optional(),
    /** Granted scopes, space-delimited; absent when the provider did not say. */
    scope: z.string().optional(),
    /** When the access token expires, in milliseconds since the epoch; absent when it does not, or nobody knows. */
    expires_at: z.number().int().nonnegative().optional(),
    /** The validated ID token; absent without the `openid` scope or an issuer. */
    id_token: z.string().min(1).optional(),
    /** Scopes a client asks for again when it gets a new token of its own, space-delimited; absent for other grants. */
    asked_scope: z.string().optional(),
    /** The user's own client, which got these tokens: only it can renew them. Absent where it is the developer's. */
    client: z.record(z.string(), z.string()).optional(),
  }),
);

/** What an OAUTH2 connection keeps, sealed. */
export type OAuth2Credentials = z.output<ReturnType<typeof schema>>;

/** @throws TypeError naming the wrong fields, never their values */
export function parseCredentials(value: unknown): OAuth2Credentials {
  const parsed = schema().safeParse(value);
  if (parsed.success) return parsed.data;
  const fields = issuesOf(parsed.error).map(({ path, message }) => `${path}: ${message}`);
  throw new TypeError(`These are not credentials of OAUTH2: ${fields.join("; ")}.`);
}

/** Every token in the credentials. */
export function secretsOf(credentials: OAuth2Credentials): readonly string[] {
  const {
    access_token,
    refresh_token,
    id_token,
    client: { client_id: _public, ...secrets } = {},
  } = credentials;
  return [access_token, refresh_token, id_token, ...Object.values(secrets)].filter(
    (token) => token !== undefined,
  );
}
