import * as z from "zod";
import { lazy } from "../../../internal/lazy.js";
import { endpoint } from "../../url-template.js";

/** A digest over the request, by which the provider knows the client. */
const signature = lazy(() =>
  z
    .strictObject({
      /** `md5` only where a provider takes nothing else. */
      algorithm: z.enum(["sha256", "hmac-sha256", "md5"]),
      /** Which requests have it: those with a code and the like, renewals, or both. */
      requests: z.enum(["all", "exchange", "refresh"]).default("all"),
      /** Key of the HMAC, filled in with `{client_secret}`. */
      key: z.string().default("{client_secret}"),
      /**
       * What is digested: `{client_id}`, `{client_secret}`, `{grant}` (the code or the refresh token), `{timestamp}` and, for
       * a header, `{body}`.
       */
      input: z.string().min(1),
      encoding: z.enum(["hex", "base64"]).default("hex"),
      in: z.enum(["parameter", "header"]),
      name: z.string().min(1),
      /** Header with the milliseconds since the epoch that `{timestamp}` stands for; null for none. */
      timestampHeader: z.string().min(1).nullable().default(null),
    })
    .refine(({ in: place, input }) => place === "header" || !input.includes("{body}"), {
      message: "cannot digest the body it is part of",
      path: ["input"],
    }),
);
/** How a token request is signed. */
export type TokenRequestSignature = z.output<ReturnType<typeof signature>>;

/** Settings of OAUTH2 that concern the form of requests at the token endpoint. */
export const tokenRequestFields = lazy(() => ({
  /** Where tokens are renewed, for providers that do that elsewhere; null for `tokenUrl`. */
  refreshUrl: endpoint().nullable().default(null),
  /** With GET, and with `query`, the parameters go into the URL. */
  tokenRequestMethod: z.enum(["POST", "GET"]).default("POST"),
  tokenRequestFormat: z.enum(["form", "json", "query"]).default("form"),
  /** Filled in with the connection's params, `{client_id}` and `{client_secret}`. */
  tokenRequestHeaders: z.record(z.string().min(1), z.string()).default({}),
  /** How parameters are called that are called something else: `{ client_id: "app_id" }`; null leaves one out. */
  tokenParameterNames: z.record(z.string().min(1), z.string().min(1).nullable()).default({}),
  tokenRequestSignature: signature().nullable().default(null),
}));
