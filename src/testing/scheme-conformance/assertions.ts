import { MooringError } from "../../errors.js";
import type { ParamValues } from "../../ports/auth-scheme.js";
import { findSecrets } from "../storage-conformance/search-secrets.js";

/** Fails unless it holds. */
export function holds(condition: boolean, expectation: string): asserts condition {
  if (!condition) throw new Error(`Expected that ${expectation}.`);
}

/** What a call throws or rejects with. Fails when it does not. */
export async function failureOf(run: () => unknown, what: string): Promise<unknown> {
  const outcome = await settled(run);
  holds("error" in outcome, `${what} is refused`);
  return outcome.error;
}

/** How a call ends. */
export async function settled(
  run: () => unknown,
): Promise<{ readonly value: unknown } | { readonly error: unknown }> {
  try {
    return { value: await run() };
  } catch (error) {
    return { error };
  }
}

/** Class and code of an error, for messages: its own message may hold a secret. */
export function kindOf(error: unknown): string {
  if (MooringError.is(error)) return `${error.name} ${error.code}`;
  return error instanceof Error ? error.name : typeof error;
}

/** Fails unless it is an error of that class with an issue about the field. */
export function namesField(
  error: unknown,
  expected: {
    readonly name: "ConfigurationError" | "ValidationError";
    readonly field: string;
    readonly what: string;
  },
): void {
  const { name, field, what } = expected;
  holds(MooringError.is(error) && error.name === name, `${what} is a ${name}, not a ${kindOf(error)}`);
  const issues = "issues" in error ? error.issues : [];
  // An unknown key is named by the message of an issue about what holds it.
  const isNamed = issues.some(({ path, message }) => path === field || message.includes(`"${field}"`));
  holds(isNamed, `the ${name} about ${what} has an issue whose path is \`${field}\``);
}

/** Fails when an error shows a secret: in its message, its stack, what it becomes as JSON, or in an error behind it. */
export function keepsSecrets(error: unknown, secrets: ParamValues, what: string): void {
  for (let each = error, depth = 0; each !== undefined && depth < 10; depth += 1) {
    const texts = each instanceof Error ? [each.message, each.stack, each.name] : [String(each)];
    const found = findSecrets([...texts, JSON.stringify(each)].join("\n"), secrets);
    holds(found.length === 0, `the error about ${what} holds no secret, but it has the ${found.join(", ")}`);
    each = each instanceof Error ? each.cause : undefined;
  }
}

/** Whether JSON gives back what it is given; a property without a value may be left out. */
export function isJson(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value === "string" || typeof value === "boolean" || value === null) return true;
  if (Array.isArray(value)) return value.every(isJson);
  if (typeof value !== "object" || Object.getPrototypeOf(value) !== Object.prototype) return false;
  return Object.values(value).every((part) => part === undefined || isJson(part));
}

/** The texts by their position, for messages that must not show them. */
export function numbered(texts: readonly string[], name: string): ParamValues {
  return Object.fromEntries(texts.map((text, index) => [`${name} ${index + 1}`, text]));
}
