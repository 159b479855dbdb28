import type { Issue } from "../errors.js";

/** What an error says of connection params a provider refused, by their names. */
export const refusedParams = (
  names: readonly string[],
  appName: string,
): { readonly issues: readonly Issue[]; readonly hint: string } => ({
  issues: names.map((name) => ({ path: `connectionParams.${name}`, message: `refused by ${appName}` })),
  hint: `Ask the user for ${names.map((name) => `\`${name}\``).join(", ")} again; where they are right, the app definition or the integration is not.`,
});
