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

function filling(values: TemplateValues, name: string): string | number {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined) throw new MissingValue(name);
  return value;
}

/** Text as it is, or a name to be filled in. */
type Piece = string | { readonly name: string; readonly filter: string | undefined };

/** Requests are made with the same few templates over and over: each is taken apart once. */
const PARSED = new Map<string, readonly Piece[]>();
const MAX_PARSED = 2_000;

function piecesOf(template: string): readonly Piece[] {
  const known = PARSED.get(template);
  if (known !== undefined) return known;
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of template.matchAll(PLACEHOLDER)) {
    const [whole, name = "", filter] = match;
    if (match.index > at) pieces.push(template.slice(at, match.index));
    pieces.push({ name, filter });
    at = match.index + whole.length;
  }
  if (at < template.length) pieces.push(template.slice(at));
  if (PARSED.size >= MAX_PARSED) PARSED.clear();
  PARSED.set(template, pieces);
  return pieces;
}

/** Names of the placeholders in a template. */
export const namesIn = (template: string): readonly string[] =>
  piecesOf(template).flatMap((piece) => (typeof piece === "string" ? [] : [piece.name]));

/** Whether there is a value for each placeholder in a template. */
export const canFill = (template: string, values: TemplateValues): boolean =>
  piecesOf(template).every((piece) => typeof piece === "string" || Object.hasOwn(values, piece.name));

/**
 * A template with its `{placeholders}` replaced, verbatim; `{step1.token}` is a name as well, and `{name|upper}` or
 * `{name|lower}` changes case.
 *
 * @throws MissingValue
 */
export function fillText(template: string, values: TemplateValues): string {
  let filled = "";
  for (const piece of piecesOf(template)) {
    if (typeof piece === "string") {
      filled += piece;
      continue;
    }
    const text = String(filling(values, piece.name));
    const { filter } = piece;
    filled += filter === "upper" ? text.toUpperCase() : filter === "lower" ? text.toLowerCase() : text;
  }
  return filled;
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
