import * as z from "zod";
import { lazy } from "../../../internal/lazy.js";

/** Credentials of a session. */
export const sessionCredentials = lazy(() =>
  z.strictObject({
    /** The user's secret fields, by name: the session is made with them, and made anew. */
    values: z.record(z.string(), z.string()),
    /** What the login answered, by name; of each step also as `step1.name`. */
    session: z.record(z.string(), z.string()),
    /** When the session ends, in milliseconds since the epoch; absent when it does not, or nobody knows. */
    expires_at: z.number().int().nonnegative().optional(),
  }),
);
/** What a connection with a session keeps, sealed. */
export type SessionCredentials = z.output<ReturnType<typeof sessionCredentials>>;
