import { defineApp } from "../ports/app.js";

/**
 * DeepL: keys of the free plan, which end in `:fx`, work at a host of their own.
 *
 * Source: https://developers.deepl.com/docs/getting-started/auth
 */
export const deepl = defineApp({
  slug: "deepl",
  name: "DeepL",
  description: "Translations by DeepL.",
  categories: ["language"],
  docsUrl: "https://developers.deepl.com/docs/api-reference",
  baseUrl: "https://{plan}.deepl.com/v2",
  connectionParams: [
    {
      name: "plan",
      displayName: "Plan",
      description: "`api-free` for keys that end in `:fx`, `api` for all others",
      default: "api",
      pattern: "api|api-free",
    },
  ],
  authSchemes: [
    {
      scheme: "API_KEY",
      placements: [{ in: "header", name: "Authorization", template: "DeepL-Auth-Key {api_key}" }],
    },
  ],
});
