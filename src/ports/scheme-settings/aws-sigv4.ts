import * as z from "zod";
import { lazy } from "../../internal/lazy.js";

/** AWS_SIGV4: each request is signed as AWS Signature Version 4 says. */
export const awsSigv4Settings = lazy(() =>
  z.strictObject({
    scheme: z.literal("AWS_SIGV4"),
    /** Filled in with the app's connection params and the integration's values: `{region}`. */
    region: z.string().min(1),
    /** The service's name in signatures, filled in as `region` is: `s3`, `execute-api`. */
    service: z.string().min(1),
    /**
     * Whether the body is part of what is signed. It is then read into memory; `unsigned` bodies are sent as they come,
     * streams too, which S3 takes over https.
     */
    payload: z.enum(["signed", "unsigned"]).default("signed"),
    /** `all` signs each header of the request, `standard` those no proxy changes: `host`, `x-amz-…` and the caller's own. */
    signedHeaders: z.enum(["standard", "all"]).default("standard"),
  }),
);
/** Settings of AWS_SIGV4, defaults applied. */
export type AwsSigv4Settings = z.output<ReturnType<typeof awsSigv4Settings>>;
