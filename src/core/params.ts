import type { Issue } from "../errors.js";
import { ConfigurationError, ValidationError } from "../errors.js";
import type { ParamSpec, ParamValues } from "../ports/auth-scheme.js";
import type { ExpectedParam } from "../ports/tool.js";

/** A field in the seed's shape. */
export function toExpectedParam(spec: ParamSpec, expectedFromCustomer: boolean): ExpectedParam {
  return {
    name: spec.name,
    display_name: spec.displayName,
    description: spec.description,
    type: "string",
    default: spec.default,
    required: spec.required,
    expected_from_customer: expectedFromCustomer,
    is_secret: spec.secret,
    get_current_user_endpoint: null,
  };
}

function toText(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((part) => typeof part === "string")) return value.join(",");
  return null;
}

/** The field a key means, by its name or another name for it. */
function specFor(specs: readonly ParamSpec[], key: string): ParamSpec | undefined {
  return specs.find(({ name }) => name === key) ?? specs.find(({ aliases }) => aliases.includes(key));
}

/**
 * Checks what a caller gave against the fields that are asked for, and applies defaults. Values are never repeated.
 *
 * @throws ValidationError naming each missing, unknown or malformed field
 * @throws ConfigurationError when a field is given under two names with different values
 */
export function readParams(options: {
  readonly specs: readonly ParamSpec[];
  readonly input: Readonly<Record<string, unknown>>;
  /** Name of the argument, for messages: `connectionParams`. */
  readonly path: string;
}): ParamValues {
  const { specs, input, path } = options;
  const issues: Issue[] = [];
  const values: Record<string, string> = {};
  for (const [key, raw] of Object.entries(input)) {
    // A form posts the fields nobody filled in as empty text.
    if (raw === undefined || (raw === "" && specFor(specs, key) !== undefined)) continue;
    const read = readValue(specs, key, raw);
    if ("message" in read) issues.push({ path: `${path}.${key}`, message: read.message });
    else addValue(values, read, { key, path });
  }
  const wrong = new Set(issues.map((issue) => issue.path));
  for (const { name, default: fallback, required, description } of specs) {
    if ((values[name] ?? "") !== "") continue;
    delete values[name];
    if (fallback !== null) values[name] = fallback;
    else if (required && !wrong.has(`${path}.${name}`)) {
      issues.push({ path: `${path}.${name}`, message: `required: ${description}` });
    }
  }
  if (issues.length === 0) return values;
  const complaints = issues.map((issue) => `${issue.path}: ${issue.message}`).join("; ");
  throw new ValidationError(`\`${path}\` is wrong: ${complaints}.`, { issues });
}

type ReadValue = { readonly name: string; readonly text: string } | { readonly message: string };

function readValue(specs: readonly ParamSpec[], key: string, raw: unknown): ReadValue {
  const spec = specFor(specs, key);
  if (spec === undefined) {
    const names = specs.map(({ name }) => name).join(", ");
    return { message: `unknown field; ${names === "" ? "none is expected" : `expected ${names}`}` };
  }
  const text = toText(raw);
  if (text === null) return { message: "must be a string" };
  const malformed = spec.pattern !== null && !new RegExp(`^(?:${spec.pattern})$`).test(text);
  return malformed ? { message: `must match ${spec.pattern}` } : { name: spec.name, text };
}

function addValue(
  values: Record<string, string>,
  { name, text }: { readonly name: string; readonly text: string },
  given: { readonly key: string; readonly path: string },
): void {
  if (Object.hasOwn(values, name) && values[name] !== text) {
    throw new ConfigurationError(
      "CONFIG_INVALID",
      `\`${given.path}\` gives ${name} twice, with different values.`,
      {
        issues: [{ path: `${given.path}.${given.key}`, message: `the same field as ${name}` }],
        hint: `Keep \`${name}\` only.`,
      },
    );
  }
  values[name] = text;
}

/** Parts two lists of fields share one argument with: the user's moved out of the developer's. */
export function splitByOwner(
  input: Readonly<Record<string, unknown>>,
  user: readonly ParamSpec[],
  developer: readonly ParamSpec[],
): { readonly user: Record<string, unknown>; readonly developer: Record<string, unknown> } {
  const parts = { user: {}, developer: {} } satisfies Record<string, Record<string, unknown>>;
  for (const [key, value] of Object.entries(input)) {
    const isUsers = specFor(developer, key) === undefined && specFor(user, key) !== undefined;
    Object.defineProperty(isUsers ? parts.user : parts.developer, key, {
      value,
      enumerable: true,
      configurable: true,
    });
  }
  return parts;
}

/** A comma- or space-separated list as its parts. */
export function splitList(value: string | undefined): readonly string[] {
  return (value ?? "").split(/[\s,]+/).filter((part) => part !== "");
}
