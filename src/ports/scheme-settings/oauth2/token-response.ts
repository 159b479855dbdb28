import * as z from "zod";
import { lazy } from "../../../internal/lazy.js";
import { failureRule } from "../../failure-rule.js";
import { valuePath, valueSource } from "../../value-source.js";

/** Where things are in a token response that is not RFC 6749 §5.1's. Paths are dot paths. */
export const tokenResponse = lazy(() =>
  z.strictObject({
    accessToken: valuePath().default("access_token"),
    refreshToken: valuePath().default("refresh_token"),
    expiresIn: valuePath().default("expires_in"),
    /**
     * `seconds`, `milliseconds`: from now. `epoch`, `epoch_milliseconds`: since 1970. `iso`: a date (ISO 8601).
     * `duration`: `2h`, `30m`, `1d12h`.
     */
    expiresInUnit: z
      .enum(["seconds", "milliseconds", "epoch", "epoch_milliseconds", "iso", "duration"])
      .default("seconds"),
    /** Whether the token is a JWT whose `exp` says when it expires, where the answer does not. */
    expiresInToken: z.boolean().default(false),
    scope: valuePath().default("scope"),
    tokenType: valuePath().default("token_type"),
    /** An answer with status 200 is an error when the value at `path` is exactly this, or there and not this (`not`). */
    failure: failureRule({ error: valuePath().default("error") })
      .nullable()
      .default(null),
    /** Seconds a token lives when the answer does not say; null for ever. */
    defaultExpiresIn: z.number().int().positive().nullable().default(null),
    /** Values kept with the connection, not secret: name to dot path, or to path and pattern. */
    metadata: z.record(z.string().regex(/^[a-z][a-z0-9_]*$/), valueSource()).default({}),
  }),
);
