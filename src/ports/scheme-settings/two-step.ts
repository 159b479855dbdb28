import * as z from "zod";
import { lazy } from "../../internal/lazy.js";
import { failureRule } from "../failure-rule.js";
import { endpoint } from "../url-template.js";
import { fieldName, schemeField, tokenPlacement } from "./fields.js";

const texts = lazy(() => z.record(z.string().min(1), z.string()).default({}));

/** A request at the login server. Its templates are filled in with the fields, connection params and session values. */
export const sessionRequest = lazy(() =>
  z
    .strictObject({
      method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]).default("POST"),
      /** Filled in with what is not secret, and with values of earlier steps: `{step1.tenant}`. */
      url: endpoint(),
      headers: texts(),
      /** HTTP Basic (RFC 7617) with these templates; null for none. */
      basic: z.strictObject({ username: z.string(), password: z.string() }).nullable().default(null),
      /** How `body` goes out; `query` puts it into the URL. Of `xml`, it is the text: values are escaped in it. */
      format: z.enum(["json", "form", "query", "xml"]).default("json"),
      body: z
        .union([z.string().min(1), z.record(z.string().min(1), z.json())])
        .nullable()
        .default(null),
    })
    .refine(({ format, body }) => body === null || (format === "xml") === (typeof body === "string"), {
      message: "is a text for the format `xml`, and an object for every other",
      path: ["body"],
    }),
);
/** A request, defaults applied. */
export type SessionRequest = z.output<ReturnType<typeof sessionRequest>>;

/** Where a value is in an answer: at a dot path of the body (JSON, or XML without attributes and prefixes), or in a header or cookie of that name. */
const answerValue = lazy(() =>
  z.strictObject({
    from: z.enum(["body", "header", "cookie"]).default("body"),
    path: z.string().min(1),
    required: z.boolean().default(true),
  }),
);

/** When a session ends. */
export const sessionExpiry = lazy(() =>
  z.discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("field"),
      /** Dot path into the last step's answer. */
      path: z.string().min(1),
      /**
       * `seconds`, `milliseconds`: from now. `epoch`, `epoch_milliseconds`: since 1970. `iso`: a date (ISO 8601).
       * `duration`: `2h`, `30m`, `1d12h`.
       */
      unit: z.enum(["seconds", "milliseconds", "epoch", "epoch_milliseconds", "iso", "duration"]),
    }),
    /** The `exp` claim of a session value that is a JWT. */
    z.strictObject({ kind: z.literal("jwt"), value: fieldName().default("token") }),
    z.strictObject({ kind: z.literal("fixed"), seconds: z.number().int().positive() }),
  ]),
);

const loginStep = lazy(() =>
  z.strictObject({
    request: sessionRequest(),
    /** What is kept of the answer, by name. */
    values: z
      .record(fieldName(), answerValue())
      .refine((values) => Object.keys(values).length > 0, "at least one value"),
    /** An answer with status 200 is a refusal when the value at `path` is exactly `equals`, or there and not `not`. */
    failure: failureRule({}).nullable().default(null),
    /** Where a refusal says why. */
    error: z.string().min(1).default("error"),
    message: z.string().min(1).default("message"),
  }),
);
/** A step, defaults applied. */
export type LoginStep = z.output<ReturnType<typeof loginStep>>;

/** A place in XML bodies: the value goes into an element that the body has there, empty. */
const xmlPlacement = lazy(() =>
  z.strictObject({
    in: z.literal("xml"),
    /** Dot path of the element, from the root: `request.control.senderid`. */
    name: z
      .string()
      .regex(/^[^\s.<>&/]+(?:\.[^\s.<>&/]+)*$/, "a dot path, such as `request.control.senderid`"),
    template: z.string().min(1).default("{token}"),
  }),
);
/** Such a placement, defaults applied. */
export type XmlPlacement = z.output<ReturnType<typeof xmlPlacement>>;

/** TWO_STEP: credentials are exchanged for a session, and the session is sent. */
export const twoStepSettings = lazy(() =>
  z.strictObject({
    scheme: z.literal("TWO_STEP"),
    fields: z.array(schemeField()).min(1),
    /** The login, and what must follow it. Values of the first are `{step1.name}`, those of the last also `{name}`. */
    steps: z.array(loginStep()).min(1).max(5),
    /** Null: nobody knows; the session is made anew when the API answers 401. */
    expiry: sessionExpiry().nullable().default(null),
    /** Renews a session without the credentials; when it is refused, the login is done again. */
    refresh: loginStep().nullable().default(null),
    /** Ends a session when the connection is revoked. */
    logout: sessionRequest().nullable().default(null),
    /** Filled in with what the login gave, the app's connection params and the fields the developer gave. */
    placements: z.array(z.union([xmlPlacement(), tokenPlacement()])).min(1),
  }),
);
/** Settings of TWO_STEP, defaults applied. */
export type TwoStepSettings = z.output<ReturnType<typeof twoStepSettings>>;
