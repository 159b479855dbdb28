import { fillText } from "../internal/templates.js";
import type { AppDefinition } from "../ports/app.js";
import { placeholdersOf } from "../ports/url-template.js";

/** An app's headers, filled in from a connection's params: one whose param is not known yet is left out. */
export function appHeaders(
  { headers }: AppDefinition,
  params: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const entries = Object.entries(headers);
  if (!entries.some(([, value]) => value.includes("{"))) return headers;
  const isKnown = (template: string) => placeholdersOf(template).every((name) => Object.hasOwn(params, name));
  return Object.fromEntries(
    entries.flatMap(([name, template]) => (isKnown(template) ? [[name, fillText(template, params)]] : [])),
  );
}
