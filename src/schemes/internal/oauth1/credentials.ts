import * as z from "zod";
import { lazy } from "../../../internal/lazy.js";

/** What an OAUTH1 or OAUTH1A connection keeps, sealed. */
export const oauth1Credentials = lazy(() =>
  z.strictObject({
    oauth_token: z.string().min(1),
    /** May be empty: some providers have none. */
    oauth_token_secret: z.string(),
    /** The user's own client, where there is one. */
    consumer: z.strictObject({ key: z.string().min(1), secret: z.string() }).optional(),
  }),
);
/** Token credentials (RFC 5849 §1.1). */
export type OAuth1Credentials = z.output<ReturnType<typeof oauth1Credentials>>;
