import * as z from "zod";
import { lazy } from "../../internal/lazy.js";

const text = lazy(() => z.string().regex(/^[\x21-\x7e]+$/, "visible ASCII without white space"));

/** What an AWS_SIGV4 connection keeps, which is what its user gives. */
export const credentialsSchema = lazy(() =>
  z.strictObject({
    access_key_id: z.string().regex(/^[\w.@-]+$/, "letters and digits, such as `AKIDEXAMPLE`"),
    secret_access_key: text(),
    /** Goes with temporary keys only. */
    session_token: text().optional(),
  }),
);
/** Credentials of AWS_SIGV4. */
export type AwsSigv4Credentials = z.output<ReturnType<typeof credentialsSchema>>;
