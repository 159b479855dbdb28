import { lazy } from "../internal/lazy.js";
import type { AuthScheme } from "../ports/auth-scheme.js";
import type { TwoStepSettings } from "../ports/scheme-settings/two-step.js";
import { twoStepSettings } from "../ports/scheme-settings/two-step.js";
import { placementProblems } from "./internal/check-placement.js";
import { parseSettings } from "./internal/parse-settings.js";
import type { SessionCredentials } from "./internal/session/credentials.js";
import { createSessionScheme } from "./internal/session/scheme.js";

export type { SessionCredentials as TwoStepCredentials } from "./internal/session/credentials.js";

const settingsSchema = lazy(() =>
  twoStepSettings().superRefine(({ placements }, context) => {
    for (const [index, placement] of placements.entries()) {
      if (placement.in === "xml") continue;
      for (const [field, message] of placementProblems(placement)) {
        context.addIssue({ code: "custom", path: ["placements", index, field], message });
      }
    }
  }),
);

/**
 * A login: credentials are sent to the provider once, in one step or several, and what it answers (a token, cookies) is
 * sent in each request. The session is renewed before it ends, or when the API answers 401, by the provider's own refresh
 * or another login; revoking the connection ends it. How all of that looks is said in the app's settings.
 *
 * @example
 * ```ts
 * // SAP Business One Service Layer: two cookies, 30 minutes.
 * const authSchemes = [
 *   {
 *     scheme: "TWO_STEP",
 *     fields: [
 *       { name: "company", displayName: "Company", description: "Company database" },
 *       { name: "username", displayName: "User", description: "User name" },
 *       { name: "password", displayName: "Password", description: "Password", secret: true },
 *     ],
 *     steps: [
 *       {
 *         request: {
 *           url: "https://{server}/b1s/v1/Login",
 *           body: { CompanyDB: "{company}", UserName: "{username}", Password: "{password}" },
 *         },
 *         values: {
 *           session: { from: "cookie", path: "B1SESSION" },
 *           route: { from: "cookie", path: "ROUTEID", required: false },
 *         },
 *       },
 *     ],
 *     expiry: { kind: "fixed", seconds: 1800 },
 *     placements: [
 *       { in: "cookie", name: "B1SESSION", template: "{session}" },
 *       { in: "cookie", name: "ROUTEID", template: "{route}" },
 *     ],
 *   },
 * ];
 * ```
 */
export function twoStep(): AuthScheme<TwoStepSettings, SessionCredentials> {
  return createSessionScheme({
    name: "TWO_STEP",
    parseSettings: (settings) => parseSettings(settingsSchema(), "TWO_STEP", settings),
    sessionOf: (settings) => settings,
  });
}
