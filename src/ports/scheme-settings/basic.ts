import * as z from "zod";
import { lazy } from "../../internal/lazy.js";

const basicField = lazy(() =>
  z.strictObject({
    displayName: z.string(),
    description: z.string(),
    /** What is sent, filled in with `{username}` and `{password}`. */
    template: z.string(),
    required: z.boolean().default(true),
  }),
);
/** BASIC: HTTP Basic authentication (RFC 7617). */
export const basicSettings = lazy(() =>
  z.strictObject({
    scheme: z.literal("BASIC"),
    username: basicField().default({
      displayName: "Username",
      description: "Username for basic authentication",
      template: "{username}",
      required: true,
    }),
    password: basicField().default({
      displayName: "Password",
      description: "Password for basic authentication",
      template: "{password}",
      required: true,
    }),
  }),
);
/** Settings of BASIC, defaults applied. */
export type BasicSettings = z.output<ReturnType<typeof basicSettings>>;
