import { apiKeySettings } from "../../ports/scheme-settings.js";
import { placeholdersOf } from "../../ports/url-template.js";
import { checkTemplate } from "../internal/check-template.js";
import { headerText, TOKEN } from "../internal/texts.js";

/** Settings of API_KEY whose placements can be carried out. */
export const settingsSchema = apiKeySettings().superRefine(({ placements, secret }, context) => {
  const report = (path: (string | number)[], message: string) =>
    context.addIssue({ code: "custom", path, message });
  const known = secret === "none" ? ["api_key"] : ["api_key", "api_secret"];
  for (const [index, { in: place, name, template }] of placements.entries()) {
    const complaint = checkTemplate(template, known);
    if (complaint !== null) report(["placements", index, "template"], complaint);
    if ((place === "header" || place === "cookie") && !TOKEN.test(name)) {
      report(["placements", index, "name"], `not a ${place} name`);
    }
    if (place !== "header") continue;
    const literal = headerText().safeParse(template);
    for (const { message } of literal.error?.issues ?? []) {
      report(["placements", index, "template"], message);
    }
  }
  if (
    placements.length > 0 &&
    !placements.some(({ template }) => placeholdersOf(template).includes("api_key"))
  ) {
    report(["placements"], "one of them must hold `{api_key}`");
  }
});
