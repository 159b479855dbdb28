import { defineApp } from "../ports/app.js";

/**
 * SerpApi: the key is a query parameter. The account endpoint repeats the key in its answer.
 *
 * Source: https://serpapi.com/search-api, https://serpapi.com/account-api
 */
export const serpapi = defineApp({
  slug: "serpapi",
  name: "SerpApi",
  description: "Search results of many engines by SerpApi.",
  categories: ["search"],
  docsUrl: "https://serpapi.com/search-api",
  baseUrl: "https://serpapi.com",
  authSchemes: [{ scheme: "API_KEY", placements: [{ in: "query", name: "api_key" }] }],
  account: { url: "/account.json", id: "account_id", email: "account_email", label: "account_email" },
});
