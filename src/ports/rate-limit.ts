import * as z from "zod";
import { lazy } from "../internal/lazy.js";

/** How an API says that it was called too often, where status 429 with `Retry-After` (RFC 9110 §10.2.3) is not how. */
export const rateLimit = lazy(() =>
  z.strictObject({
    /** Statuses beside 429; each only when `Retry-After` is there, or nothing remains. */
    statuses: z.array(z.number().int().min(400).max(599)).default([]),
    /** Header with how many calls remain. */
    remaining: z.string().min(1).nullable().default(null),
    /**
     * Header with when calls are allowed again. `seconds`, `milliseconds`: from now. `epoch`, `epoch_milliseconds`: since
     * 1970. `http_date`: RFC 9110 §5.6.7.
     */
    reset: z
      .strictObject({
        header: z.string().min(1),
        unit: z.enum(["seconds", "milliseconds", "epoch", "epoch_milliseconds", "http_date"]),
      })
      .nullable()
      .default(null),
  }),
);
/** How an API says so, defaults applied. */
export type RateLimit = z.output<ReturnType<typeof rateLimit>>;
