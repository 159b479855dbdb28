import { isObject } from "../../internal/json.js";

/** A value that does not hold what Mooring wrote. The message names kind, field and id, never the value. */
export class UnreadableValue extends Error {
  override readonly name = "UnreadableValue";
}

/** Reads the fields of one record. Every method throws {@link UnreadableValue} naming the field. */
export interface JsonReader {
  text(field: string): string;
  textOrNull(field: string): string | null;
  integer(field: string): number;
  integerOrNull(field: string): number | null;
  flag(field: string): boolean;
  oneOf<Value extends string>(field: string, values: ReadonlySet<Value>): Value;
  texts(field: string): readonly string[];
  textByName(field: string): Readonly<Record<string, string>>;
  objectOrNull(field: string): JsonReader | null;
  /** Undefined where the field is left out. */
  objectIfAny(field: string): JsonReader | undefined;
}

/** @throws UnreadableValue when the text is no JSON object */
export function jsonReader(text: string, kind: string, id: string): JsonReader {
  const parsed = parse(text);
  if (!isObject(parsed)) throw new UnreadableValue(`The ${kind} ${id} is not the JSON Mooring wrote.`);
  return readerOf(parsed, `${kind} ${id}`, "");
}

function readerOf(value: Readonly<Record<string, unknown>>, what: string, path: string): JsonReader {
  const field = <Value>(
    name: string,
    accepts: (found: unknown) => found is Value,
    expected: string,
  ): Value => {
    const found = Object.hasOwn(value, name) ? value[name] : undefined;
    if (accepts(found)) return found;
    throw new UnreadableValue(`The field \`${path}${name}\` of the ${what} must hold ${expected}.`);
  };
  const orNull =
    <Value>(accepts: (found: unknown) => found is Value) =>
    (found: unknown): found is Value | null =>
      found === null || accepts(found);
  return {
    text: (name) => field(name, isText, "text"),
    textOrNull: (name) => field(name, orNull(isText), "text or null"),
    integer: (name) => field(name, isInteger, "a whole number"),
    integerOrNull: (name) => field(name, orNull(isInteger), "a whole number or null"),
    flag: (name) => field(name, isFlag, "true or false"),
    oneOf(name, values) {
      const found = field(name, isText, `one of ${[...values].join(", ")}`);
      for (const allowed of values) if (allowed === found) return allowed;
      throw new UnreadableValue(
        `The field \`${path}${name}\` of the ${what} must hold one of ${[...values].join(", ")}.`,
      );
    },
    texts: (name) => field(name, isTexts, "a list of text"),
    textByName: (name) => field(name, isTextByName, "text by name"),
    objectOrNull(name) {
      const found = field(name, orNull(isObject), "an object or null");
      return found === null ? null : readerOf(found, what, `${path}${name}.`);
    },
    objectIfAny(name) {
      if (!Object.hasOwn(value, name)) return undefined;
      return readerOf(field(name, isObject, "an object"), what, `${path}${name}.`);
    },
  };
}

const isText = (value: unknown): value is string => typeof value === "string";
const isFlag = (value: unknown): value is boolean => typeof value === "boolean";
const isInteger = (value: unknown): value is number => Number.isSafeInteger(value);
const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText);
const isTextByName = (value: unknown): value is Readonly<Record<string, string>> =>
  isObject(value) && Object.values(value).every(isText);

/** The parsed JSON; undefined, which no JSON stands for, when it is none. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
