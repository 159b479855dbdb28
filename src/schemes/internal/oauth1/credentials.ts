import * as z from "zod";
import { lazy } from "../../../internal/lazy.js";
import { percentEncode } from "../../../internal/percent-encode.js";
import type { Token } from "./signer.js";

/** What an OAUTH1 or OAUTH1A connection keeps, sealed. */
export const oauth1Credentials = lazy(() =>
  z.strictObject({
    /** Null where the consumer signs for itself. */
    oauth_token: z.string().min(1).nullable(),
    /** May be empty: some providers have none. */
    oauth_token_secret: z.string(),
    /** The user's own client, where there is one. */
    consumer: z.strictObject({ key: z.string().min(1), secret: z.string() }).optional(),
    /** What renews the token (OAuth Session extension); absent where it cannot be renewed. */
    oauth_session_handle: z.string().min(1).optional(),
    /** When the token expires, in milliseconds since the epoch; absent when it does not, or nobody knows. */
    expires_at: z.number().int().nonnegative().optional(),
  }),
);
/** Token credentials (RFC 5849 §1.1). */
export type OAuth1Credentials = z.output<ReturnType<typeof oauth1Credentials>>;

/** The token requests are signed with; null where there is none. */
export const tokenOf = ({ oauth_token, oauth_token_secret }: OAuth1Credentials): Token | null =>
  oauth_token === null ? null : { key: oauth_token, secret: oauth_token_secret };

/** Every secret in the credentials, in each form it goes out in. */
export function secretsOf(credentials: OAuth1Credentials): readonly string[] {
  const { oauth_token, oauth_token_secret, consumer, oauth_session_handle } = credentials;
  return encodings([
    oauth_token ?? "",
    oauth_token_secret,
    consumer?.secret ?? "",
    oauth_session_handle ?? "",
  ]);
}

/** Secrets as they go out: in a PLAINTEXT signature percent-encoded, twice. */
export function encodings(secrets: readonly string[]): readonly string[] {
  const present = secrets.filter((text) => text !== "");
  return [
    ...new Set(present.flatMap((text) => [text, percentEncode(text), percentEncode(percentEncode(text))])),
  ];
}
