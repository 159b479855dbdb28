import * as z from "zod";
import type { Issue } from "../errors.js";
import { ConfigurationError } from "../errors.js";
import { issuesOf } from "../internal/issues.js";
import type { JsonObject } from "../internal/json.js";
import { isObject } from "../internal/json.js";
import { lazy } from "../internal/lazy.js";

/** Every model takes keys of this form; one that is not makes a provider refuse the whole list of tools. */
const PROPERTY_NAME = /^[a-zA-Z0-9_.-]{1,64}$/;
/** Whose account is used is the host's decision, never the model's. */
const RESERVED = new Set(["entityId", "entity_id", "connectedAccountId", "connected_account_id"]);
/** Enough for a model to correct itself; the rest shows up on its next try. */
const MAX_ISSUES = 20;
const MAX_NAME_LENGTH = 64;
const KEPT = new Set(["type", "properties", "required", "additionalProperties", "$defs", "definitions"]);
const DROPPED = new Set(["$schema", "$id", "$comment", "title", "description", "examples", "default"]);

/** Arguments that fit the schema, or what is wrong with them. */
export type ParsedInput =
  | { readonly ok: true; readonly value: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** An action's input, ready to validate with. */
export interface CompiledInput {
  readonly names: readonly string[];
  /** The names that have a value whenever the arguments fit. */
  readonly present: ReadonlySet<string>;
  parse(args: unknown): ParsedInput;
  /** JSON Schema for models. @throws ConfigurationError `CONFIG_INVALID` when a type has no JSON Schema */
  jsonSchema(): JsonObject;
}

function isZodObject(value: unknown): value is z.ZodObject {
  if (!isObject(value)) return false;
  const { _zod: internals, strict } = value;
  if (typeof strict !== "function" || !isObject(internals)) return false;
  const { def: definition } = internals;
  if (!isObject(definition)) return false;
  const { type } = definition;
  return type === "object";
}

const jsonSchema = lazy(() =>
  z
    .object({
      type: z.literal("object"),
      properties: z.record(z.string(), z.json()).default({}),
      required: z.array(z.string()).default([]),
      $defs: z.record(z.string(), z.json()).optional(),
      definitions: z.record(z.string(), z.json()).optional(),
    })
    .catchall(z.json()),
);
type JsonSchema = z.output<ReturnType<typeof jsonSchema>>;
type WrittenSchema = ReturnType<typeof rootOf>;

/** The schema, or why it is none, in words that follow `input: `. */
function readSchema(
  input: unknown,
): { schema: z.ZodObject; written: WrittenSchema | null } | { reason: string } {
  if (isZodObject(input)) return { schema: input, written: null };
  const json = jsonSchema().safeParse(input);
  if (!json.success) {
    return {
      reason:
        "expected z.strictObject({ … }) of zod 4, or a JSON Schema that is plain JSON with `type: object`",
    };
  }
  const unsupported = Object.keys(json.data).find((key) => !KEPT.has(key) && !DROPPED.has(key));
  if (unsupported !== undefined) {
    return {
      reason: `the root of a JSON Schema cannot have \`${unsupported}\`, which models refuse; say it inside a property`,
    };
  }
  const written = rootOf(json.data);
  try {
    const schema: unknown = z.fromJSONSchema(JSON.parse(JSON.stringify(written)));
    if (isZodObject(schema)) return { schema, written };
  } catch (error) {
    return { reason: `this JSON Schema cannot be validated: ${reasonOf(error)}` };
  }
  return { reason: "expected a JSON Schema of an object" };
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : "unknown");

/** The one form of a root that every model accepts. */
function rootOf({ properties, required, $defs, definitions }: JsonSchema) {
  return {
    type: "object",
    properties,
    required,
    additionalProperties: false,
    ...($defs === undefined ? {} : { $defs }),
    ...(definitions === undefined ? {} : { definitions }),
  };
}

function unknownProperties(keys: readonly string[], path: readonly PropertyKey[], names: readonly string[]) {
  const known = path.length === 0 && names.length > 0 ? ` Expected: ${names.join(", ")}.` : "";
  return keys.map((key) => ({
    path: [...path, key.slice(0, MAX_NAME_LENGTH)],
    message: `Unknown property.${known}`,
  }));
}

/** Checks an action's `input` and prepares it for validating; or says what is wrong with it, path and sentence. */
export function compileInput(action: string, input: unknown): CompiledInput | readonly Issue[] {
  const read = readSchema(input);
  if ("reason" in read) return [{ path: "input", message: read.reason }];
  const { written } = read;
  const schema = read.schema.strict();
  const names = Object.keys(schema.shape);
  const wrong = names.flatMap((name) => {
    const path = `input.${name}`;
    if (RESERVED.has(name)) {
      return [{ path, message: "the model must not choose this; the host gives it to executeAction" }];
    }
    return PROPERTY_NAME.test(name)
      ? []
      : [
          {
            path,
            message: "models accept only letters, digits, `_`, `.` and `-` here, at most 64; see `rename`",
          },
        ];
  });
  if (wrong.length > 0) return wrong;

  let cached: JsonObject | undefined;
  return {
    names,
    present: new Set(
      Object.entries(schema.shape)
        .filter(([name, field]) => field._zod.optout !== "optional" || isDefaulted(written, name))
        .map(([name]) => name),
    ),
    parse(args) {
      const parsed = schema.safeParse(args);
      if (parsed.success) return { ok: true, value: parsed.data };
      const issues = parsed.error.issues.flatMap((issue) =>
        issue.code === "unrecognized_keys" ? unknownProperties(issue.keys, issue.path, names) : [issue],
      );
      return { ok: false, issues: issuesOf({ issues: issues.slice(0, MAX_ISSUES) }) };
    },
    jsonSchema() {
      cached ??= written ?? toJsonSchema(action, schema);
      return cached;
    },
  };
}

/** A default in a JSON Schema fills the property in, though it need not be given. */
function isDefaulted(written: WrittenSchema | null, name: string): boolean {
  const property = written?.properties[name];
  return isObject(property) && "default" in property;
}

function toJsonSchema(action: string, schema: z.ZodObject): JsonObject {
  let message: string;
  try {
    return rootOf(jsonSchema().parse(JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io: "input" })))));
  } catch (error) {
    message = reasonOf(error);
  }
  throw new ConfigurationError("CONFIG_INVALID", `The input of ${action} has no JSON Schema: ${message}.`, {
    hint: "Use types JSON has: strings, numbers, booleans, arrays and objects.",
    issues: [{ path: "input", message }],
  });
}
