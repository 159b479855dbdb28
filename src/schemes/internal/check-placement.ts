import type { TokenPlacement } from "../../ports/scheme-settings/fields.js";
import { headerText, TOKEN } from "./texts.js";

/** What is wrong with a placement that could not be carried out: the field and why. */
export function placementProblems({
  in: place,
  name,
  template,
}: TokenPlacement): readonly (readonly [field: "name" | "template", message: string])[] {
  const literal = place === "header" ? headerText().safeParse(template).error : undefined;
  return [
    ...(place !== "query" && !TOKEN.test(name) ? [["name", `not a ${place} name`] as const] : []),
    ...(literal?.issues ?? []).map(({ message }) => ["template", message] as const),
  ];
}
