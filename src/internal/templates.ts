import type { Json } from "./json.js";
import { isObject } from "./json.js";

/** What fills in a template; numbers stay numbers where they stand alone in JSON. */
export type TemplateValues = Readonly<Record<string, string | number>>;

const PLACEHOLDER = /\{([a-z][a-z0-9_]*(?:\.[A-Za-z0-9_$-]+)*)(?:\|(upper|lower))?\}/g;
const ALONE = new RegExp(`^${PLACEHOLDER.source}$`);

/** There is no value for a placeholder: its name. */
export class MissingValue extends Error {
  readonly placeholder: string;

  constructor(placeholder: string) {
    super(`There is no value for the placeholder {${placeholder}}.`);
    this.name = "MissingValue";
    this.placeholder = placeholder;
  }
}

/** Names of the placeholders in a template. */
export const namesIn = (template: string): readonly string[] =>
  [...template.matchAll(PLACEHOLDER)].map(([, name = ""]) => name);

function filling(values: TemplateValues, name: string): string | number {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined) throw new MissingValue(name);
  return value;
}

/**
 * A template with its `{placeholders}` replaced, verbatim; `{step1.token}` is a name as well, and `{name|upper}` or
 * `{name|lower}` changes case.
 *
 * @throws MissingValue
 */
export function fillText(template: string, values: TemplateValues): string {
  return template.replaceAll(PLACEHOLDER, (_placeholder, name: string, filter: string | undefined) => {
    const text = String(filling(values, name));
    if (filter === "upper") return text.toUpperCase();
    return filter === "lower" ? text.toLowerCase() : text;
  });
}

/** JSON with the templates in its strings filled in. @throws MissingValue */
export function fillJson(template: unknown, values: TemplateValues): Json {
  if (typeof template === "string") {
    const alone = ALONE.exec(template);
    const value = alone === null ? undefined : filling(values, alone[1] ?? "");
    return typeof value === "number" ? value : fillText(template, values);
  }
  if (Array.isArray(template)) return template.map((item) => fillJson(item, values));
  if (isObject(template)) {
    return Object.fromEntries(Object.entries(template).map(([name, item]) => [name, fillJson(item, values)]));
  }
  return typeof template === "number" || typeof template === "boolean" ? template : null;
}

/** Every template in JSON. */
export function templatesIn(json: unknown): readonly string[] {
  if (typeof json === "string") return [json];
  if (Array.isArray(json)) return json.flatMap(templatesIn);
  return isObject(json) ? Object.values(json).flatMap(templatesIn) : [];
}
