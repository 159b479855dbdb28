import * as z from "zod";
import type { Issue } from "../errors.js";
import { ConfigurationError } from "../errors.js";
import { issuesOf } from "../internal/issues.js";
import type { JsonObject } from "../internal/json.js";
import { isObject } from "../internal/json.js";
import { lazy } from "../internal/lazy.js";
import { compileInput } from "./action-input.js";
import { checkRequest, prepareRequest, requestTemplate } from "./action-request.js";
import type { Action, ActionAnnotations, ActionContext } from "./tool.js";

/** An action's input: a zod object, or a JSON Schema whose root is an object. */
export type InputSchema = z.ZodObject | JsonObject;

/** What `execute` is given: the schema's output; unchecked names for a JSON Schema. */
export type InputOf<Schema extends InputSchema> = Schema extends z.ZodObject
  ? z.output<Schema>
  : Readonly<Record<string, unknown>>;

/** A request written as data; arguments fill it in. */
export interface ActionRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  /**
   * Path below the app's base URL. `{name}` becomes the input of that name, encoded as one segment; `{name+}` may
   * hold slashes. Neither may be empty or a dot segment. Every name must be a required input.
   */
  readonly path: string;
  /** Inputs that go to the query though the method has a body. GET, HEAD and DELETE have only a query. */
  readonly query?: readonly string[] | undefined;
  /** Names the provider wants where they are not the inputs' own: `{ labels_blue: "labels/blue" }`. */
  readonly rename?: Readonly<Record<string, string>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** What `defineAction` takes: one of `request` and `execute`. */
export type ActionOptions<Schema extends InputSchema> = {
  /** `APP_VERB_NOUN`, upper case, at most 48 characters so that hosts can prefix it. */
  readonly name: string;
  /** Slug of the app whose connection it uses; null for an action of the host's own that needs none. */
  readonly app: string | null;
  /** What it does, for the model. */
  readonly description: string;
  readonly tags?: readonly string[] | undefined;
  /** Scopes the connection must have been granted. Default: none in particular. */
  readonly scopes?: readonly string[] | undefined;
  /** What running it does to the world. Default: it writes. */
  readonly annotations?: Readonly<Partial<ActionAnnotations>> | undefined;
  /** Unknown properties are refused, however the schema was made. */
  readonly input: Schema;
} & (
  | { readonly request: ActionRequest; readonly execute?: undefined }
  | {
      readonly request?: undefined;
      /** Runs it. What it returns is the result's `data`: anything JSON can carry. */
      readonly execute: (input: NoInfer<InputOf<Schema>>, context: ActionContext) => unknown;
    }
);

type Execute = (input: Readonly<Record<string, unknown>>, context: ActionContext) => unknown;

const optionsSchema = lazy(() =>
  z.strictObject({
    name: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]*$/, "upper case with underscores, such as `GITHUB_CREATE_ISSUE`")
      .max(48, "at most 48 characters"),
    app: z
      .string()
      .regex(/^[a-z][a-z0-9_-]*$/, "the app's slug, such as `github`; null for none")
      .nullable(),
    description: z.string().min(1),
    tags: z.array(z.string()).default([]),
    scopes: z.array(z.string()).default([]),
    annotations: z
      .strictObject({
        readOnly: z.boolean().default(false),
        destructive: z.boolean().default(false),
        idempotent: z.boolean().default(false),
      })
      .refine(({ readOnly, destructive }) => !(readOnly && destructive), "not both readOnly and destructive")
      .prefault({}),
    input: z.unknown(),
    request: requestTemplate().optional(),
    execute: z.custom<Execute>((value) => typeof value === "function", "expected a function").optional(),
  }),
);

function invalid(options: unknown, issues: readonly Issue[]): ConfigurationError {
  const { name } = isObject(options) ? options : {};
  const details = issues.map(({ path, message }) => `${path}: ${message}`).join("; ");
  return new ConfigurationError(
    "CONFIG_INVALID",
    `The action ${typeof name === "string" ? JSON.stringify(name) : "definition"} is wrong: ${details}.`,
    { issues },
  );
}

/**
 * Describes something a model can do: a request as data, or code.
 *
 * A request's remaining inputs go to the query of a GET, HEAD or DELETE and to a JSON body otherwise; the result is
 * the answer's JSON, its text when it is not JSON, null when it is empty.
 *
 * @throws ConfigurationError `CONFIG_INVALID` with one issue per wrong field
 * @example
 * ```ts
 * const createIssue = defineAction({
 *   name: "GITHUB_CREATE_ISSUE",
 *   app: "github",
 *   description: "Opens an issue in a repository.",
 *   scopes: ["repo"],
 *   input: z.strictObject({ owner: z.string(), repo: z.string(), title: z.string(), body: z.string().optional() }),
 *   request: { method: "POST", path: "/repos/{owner}/{repo}/issues" },
 * });
 * const countWords = defineAction({
 *   name: "COUNT_WORDS",
 *   app: null,
 *   description: "Counts the words of a text.",
 *   annotations: { readOnly: true, idempotent: true },
 *   input: z.strictObject({ text: z.string() }),
 *   execute: ({ text }) => ({ words: text.split(/\s+/).length }),
 * });
 * ```
 */
export function defineAction<Schema extends InputSchema>(options: ActionOptions<Schema>): Action;
export function defineAction(options: unknown): Action {
  const parsed = optionsSchema().safeParse(options);
  if (!parsed.success) throw invalid(options, issuesOf(parsed.error));
  const { input: schema, request, execute, ...described } = parsed.data;

  const input = compileInput(described.name, schema);
  if (!("parse" in input)) throw invalid(options, input);
  if ((request === undefined) === (execute === undefined)) {
    throw invalid(options, [{ path: "request", message: "expected either `request` or `execute`" }]);
  }
  if (request !== undefined) {
    const issues = checkRequest(request, input);
    if (issues.length > 0) throw invalid(options, issues);
    if (described.app === null) {
      throw invalid(options, [{ path: "app", message: "a `request` needs an app to send it to" }]);
    }
  }

  return Object.freeze({
    ...described,
    get inputSchema() {
      return input.jsonSchema();
    },
    prepare(args: unknown) {
      const arguments_ = input.parse(args);
      if (!arguments_.ok) return arguments_;
      if (request !== undefined) return prepareRequest(request, arguments_.value, input.names);
      return {
        ok: true as const,
        run: async (context: ActionContext) => execute?.(arguments_.value, context),
      };
    },
  });
}
