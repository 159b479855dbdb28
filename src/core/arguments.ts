import * as z from "zod";
import { ConfigurationError, ValidationError } from "../errors.js";
import { issuesOf } from "../internal/issues.js";
import { isObject } from "../internal/json.js";
import { lazy } from "../internal/lazy.js";

/** Other names a field may be given under: the seed's, accepted at the boundary and nowhere else. */
const ALIASES: Readonly<Record<string, string>> = {
  appName: "app",
  appUniqueKey: "app",
  actionName: "action",
  authMode: "authScheme",
  redirectUri: "redirectUrl",
  useComposioAuth: "useManagedAuth",
  connectedAccountParams: "connectionParams",
  connectedAccountId: "connectionId",
  "config.labels": "labels",
  "config.redirectUrl": "redirectUrl",
};

function assign(
  target: Record<string, unknown>,
  name: string,
  given: string,
  value: unknown,
  call: string,
): void {
  if (value === undefined || value === null) return;
  if (Object.hasOwn(target, name) && JSON.stringify(target[name]) !== JSON.stringify(value)) {
    throw new ConfigurationError(
      "CONFIG_INVALID",
      `${call} was given \`${name}\` twice, with different values.`,
      {
        issues: [{ path: given, message: `another name for \`${name}\`` }],
        hint: `Keep \`${name}\` only.`,
      },
    );
  }
  target[name] = value;
}

/** The argument with canonical names only. @throws ConfigurationError when two names for one field disagree */
function canonical(input: Readonly<Record<string, unknown>>, call: string, known: ReadonlySet<string>) {
  // Without a prototype: `__proto__` in JSON is then a field like any other, and an unknown one.
  const result: Record<string, unknown> = Object.create(null);
  for (const [given, value] of Object.entries(input)) {
    if (given === "config" && isObject(value)) {
      for (const [inner, innerValue] of Object.entries(value)) {
        const path = `config.${inner}`;
        assign(result, ALIASES[path] ?? path, path, innerValue, call);
      }
      continue;
    }
    const alias = Object.hasOwn(ALIASES, given) ? ALIASES[given] : undefined;
    assign(result, alias !== undefined && known.has(alias) ? alias : given, given, value, call);
  }
  return result;
}

/**
 * Checks the one argument of a public call: the seed's names normalised, null and undefined left out, unknown fields
 * refused.
 *
 * @throws ValidationError naming each wrong field
 * @throws ConfigurationError when one field is given under two names with different values
 */
export function readArguments<Schema extends z.ZodObject>(
  schema: Schema,
  input: unknown,
  call: string,
): z.output<Schema> {
  const known = new Set(Object.keys(schema.shape));
  const parsed = schema.safeParse(isObject(input) ? canonical(input, call, known) : (input ?? {}));
  if (parsed.success) return parsed.data;
  const issues = issuesOf(parsed.error);
  throw new ValidationError(
    `${call}: ${issues.map(({ path, message }) => `${path}: ${message}`).join("; ")}.`,
    {
      issues,
      hint: `It takes ${[...known].join(", ")}.`,
    },
  );
}

/** Checks one argument as it is: null is not left out. @throws ValidationError naming it, or the fields of one without a name */
export function readArgument<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  name: string,
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = issuesOf(parsed.error, name);
  throw new ValidationError(
    `The argument is wrong: ${issues.map(({ path, message }) => `${path}: ${message}`).join("; ")}.`,
    { issues },
  );
}

/** Longest id a host may give an entity. */
const MAX_ID_LENGTH = 512;

/** An app by slug, in any case, or by its definition. */
export const appArgument = lazy(() =>
  z
    .union([z.string().min(1), z.looseObject({ slug: z.string() }).transform(({ slug }) => slug)])
    .transform((slug) => slug.toLowerCase()),
);
/** What every database stores as it is: others would keep two ids as one, or none. */
const storable = (text: string): boolean => !/[\p{Surrogate}\0]/u.test(text);
const UNSTORABLE = "holds a NUL character or half of a surrogate pair";
export const storableText = lazy(() => z.string().refine(storable, UNSTORABLE));
export const idArgument = lazy(() => z.string().min(1).max(MAX_ID_LENGTH).refine(storable, UNSTORABLE));
export const authSchemeArgument = lazy(() =>
  z
    .string()
    .min(1)
    .transform((name) => name.toUpperCase()),
);
/** Values by field name; which fields, the scheme decides. */
export const valuesArgument = lazy(() => z.record(z.string(), z.unknown()));
export const signalArgument = lazy(() => z.instanceof(AbortSignal, { error: "expected an AbortSignal" }));
export const concurrencyArgument = lazy(() => z.number().int().min(1).max(256));
/** A host's function that is told how far something is. */
export const progressArgument = <Progress>() =>
  z.custom<(progress: Progress) => void>((value) => typeof value === "function", "expected a function");
export const listArgument = lazy(() => z.array(z.unknown()));
export const slugArgument = lazy(() => z.string());
const label = lazy(() => z.string().min(1).max(128).refine(storable, UNSTORABLE));
export const labelsArgument = lazy(() => z.array(label()).max(64));
export const aliasArgument = label;
export const scopesArgument = lazy(() =>
  z.union([
    z.array(z.string().min(1)),
    z.string().transform((list) => list.split(/[\s,]+/).filter((scope) => scope !== "")),
  ]),
);

/** @throws ValidationError when an entity id is no text of 1 to 512 characters */
export function readEntityId(entityId: unknown): string {
  const parsed = idArgument().safeParse(entityId);
  if (parsed.success) return parsed.data;
  throw new ValidationError("`entityId` is not an id.", {
    issues: [
      {
        path: "entityId",
        message: `expected well-formed text of 1 to ${MAX_ID_LENGTH} characters, without NUL`,
      },
    ],
    hint: "Pass your own id of the user.",
  });
}
