import * as z from "zod";
import { lazy } from "../../internal/lazy.js";
import { parseCredentials as parseAs } from "../internal/parse-credentials.js";

/** RFC 6749 §A.12: visible ASCII. Anything else could not go into an `Authorization` header. */
export const ACCESS_TOKEN = /^[\x21-\x7E](?:[\x20-\x7E]*[\x21-\x7E])?$/;

const further = lazy(() =>
  z.object({
    access_token: z.string().regex(ACCESS_TOKEN),
    /** Its own; absent where the connection's renews it. */
    refresh_token: z.string().min(1).optional(),
    expires_at: z.number().int().nonnegative().optional(),
  }),
);
/** A token beside the connection's own. */
export type FurtherCredentials = z.output<ReturnType<typeof further>>;

const schema = lazy(() =>
  z
    .object({
      access_token: z.string().regex(ACCESS_TOKEN),
      /** How it is sent: as it is, or with a proof that `dpop_key` is held (RFC 9449). */
      token_type: z.enum(["bearer", "dpop"]),
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
      /** The private key the tokens are bound to, as a JWK; absent for bearer tokens. */
      dpop_key: z.record(z.string(), z.string()).optional(),
      /** Tokens for other parts of the API, by the app definition's names; absent where it has none. */
      further: z.record(z.string(), further()).optional(),
    })
    .refine(({ token_type, dpop_key }) => token_type === "bearer" || dpop_key !== undefined, {
      message: "is needed for tokens of type DPoP",
      path: ["dpop_key"],
    }),
);

/** What an OAUTH2 connection keeps, sealed. */
export type OAuth2Credentials = z.output<ReturnType<typeof schema>>;

/** @throws TypeError naming the wrong fields, never their values */
export const parseCredentials = (value: unknown): OAuth2Credentials => parseAs(schema(), "OAUTH2", value);

/** What nobody else may learn of a key (RFC 7518 §6.2.2, §6.3.2). */
const PRIVATE_MEMBERS = ["d", "p", "q", "dp", "dq", "qi"];

/** Every token and key in the credentials. */
export function secretsOf(credentials: OAuth2Credentials): readonly string[] {
  const {
    access_token,
    refresh_token,
    id_token,
    client = {},
    dpop_key = {},
    further: more = {},
  } = credentials;
  const { client_secret, private_key } = client;
  const members = PRIVATE_MEMBERS.map((name) => dpop_key[name]);
  const others = Object.values(more).flatMap((token) => [token.access_token, token.refresh_token]);
  return [access_token, refresh_token, id_token, client_secret, private_key, ...members, ...others].filter(
    (secret) => secret !== undefined,
  );
}

/** When the first of the tokens expires, in milliseconds since the epoch; null when none does, or nobody knows. */
export function expiryOf({ expires_at, further: more = {} }: OAuth2Credentials): number | null {
  const ends = [expires_at, ...Object.values(more).map((token) => token.expires_at)];
  const known = ends.filter((end) => end !== undefined);
  return known.length === 0 ? null : Math.min(...known);
}
