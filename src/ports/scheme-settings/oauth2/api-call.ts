import * as z from "zod";
import { lazy } from "../../../internal/lazy.js";
import { tokenPlacement } from "../fields.js";

/** Settings of OAUTH2 that concern the requests made with the token. */
export const apiCallFields = lazy(() => ({
  /** Where the access token goes; RFC 6750 §2.1 unless said otherwise. */
  accessToken: tokenPlacement()
    .refine(({ template }) => template.includes("{token}"), {
      message: "must hold `{token}`",
      path: ["template"],
    })
    .default(() => tokenPlacement().parse({})),
  /** What goes along with it: `{ "Client-Id": "{client_id}" }`. Filled in with `{client_id}` and the connection's params. */
  requestHeaders: z.record(z.string().min(1), z.string()).default({}),
}));
