import * as z from "zod";
import { lazy } from "../../internal/lazy.js";
import { endpoint } from "../url-template.js";
import { fieldName, fieldSource } from "./fields.js";

/** Where Google's tokens come from, and whom its assertions are for. */
const GOOGLE_TOKEN_URL = "https://oauth2.googleapis.com/token";

const keyFile = lazy(() =>
  z.strictObject({
    /** Who gives it. */
    from: fieldSource().default("connection"),
    name: fieldName().default("service_account_json"),
    displayName: z.string().min(1).default("Service account key"),
    description: z.string().min(1).default("JSON key file of the service account, as downloaded"),
    aliases: z.array(z.string()).default([]),
  }),
);

/** GOOGLE_SERVICE_ACCOUNT: a key file's account, by the JWT bearer grant (RFC 7523 §2.1) or a JWT of its own. */
export const googleServiceAccountSettings = lazy(() =>
  z
    .strictObject({
      scheme: z.literal("GOOGLE_SERVICE_ACCOUNT"),
      key: keyFile().default(() => keyFile().parse({})),
      scopes: z.array(z.string().min(1)).default([]),
      tokenUrl: endpoint().default(GOOGLE_TOKEN_URL),
      /** `aud` of the assertion; Google's own libraries send this one whatever the token URL is. */
      audience: z.string().min(1).default(GOOGLE_TOKEN_URL),
      /** Whether the user says whom to act for (`subject`: domain-wide delegation). */
      subject: z.enum(["none", "optional", "required"]).default("none"),
      lifetimeSeconds: z.number().int().min(60).max(3_600).default(3_600),
      /** A JWT the account signs itself is sent, and no token is asked for. Its `aud`; null: its `scope` says what for. */
      selfSigned: z
        .strictObject({ audience: endpoint().nullable().default(null) })
        .nullable()
        .default(null),
      /** A key of another cloud is not sent here. */
      universeDomain: z.string().min(1).default("googleapis.com"),
    })
    .refine(({ selfSigned, subject }) => selfSigned === null || subject === "none", {
      message: "must be `none` with `selfSigned`: such a token acts for the service account itself",
      path: ["subject"],
    }),
);
/** Settings of GOOGLE_SERVICE_ACCOUNT, defaults applied. */
export type GoogleServiceAccountSettings = z.output<ReturnType<typeof googleServiceAccountSettings>>;
