import { lazy } from "../../internal/lazy.js";
import type { ApiKeySettings } from "../../ports/scheme-settings/api-key.js";
import { apiKeySettings } from "../../ports/scheme-settings/api-key.js";
import { placeholdersOf } from "../../ports/url-template.js";
import { checkTemplate } from "../internal/check-template.js";
import { headerText, TOKEN } from "../internal/texts.js";

type Placement = ApiKeySettings["placements"][number];
type Complaint = readonly [field: "name" | "template", message: string];

/** What is wrong with one placement. */
function complaintsAbout({ in: place, name, template }: Placement, known: readonly string[]): Complaint[] {
  const unknown = checkTemplate(template, known);
  const isNamed = place === "header" || place === "cookie";
  const literal = place === "header" ? headerText().safeParse(template).error : undefined;
  return [
    ...(unknown === null ? [] : [["template", unknown] as const]),
    ...(isNamed && !TOKEN.test(name) ? [["name", `not a ${place} name`] as const] : []),
    ...(literal?.issues ?? []).map(({ message }) => ["template", message] as const),
  ];
}

/** Settings of API_KEY whose placements can be carried out. */
export const settingsSchema = lazy(() =>
  apiKeySettings().superRefine(({ placements, secret }, context) => {
    const known = secret === "none" ? ["api_key"] : ["api_key", "api_secret"];
    for (const [index, placement] of placements.entries()) {
      for (const [field, message] of complaintsAbout(placement, known)) {
        context.addIssue({ code: "custom", path: ["placements", index, field], message });
      }
    }
    const isSent = placements.some(({ template }) => placeholdersOf(template).includes("api_key"));
    if (placements.length === 0 || isSent) return;
    context.addIssue({ code: "custom", path: ["placements"], message: "one of them must hold `{api_key}`" });
  }),
);
