import { namesIn } from "../../internal/templates.js";

/** What is wrong with a template that may only hold these placeholders; null when nothing is. */
export function checkTemplate(template: string, allowed: readonly string[]): string | null {
  const unknown = namesIn(template).find((name) => !allowed.includes(name));
  if (unknown === undefined) return null;
  return `\`{${unknown}}\` is not filled in here; ${allowed.map((name) => `\`{${name}}\``).join(" and ")} would be`;
}
