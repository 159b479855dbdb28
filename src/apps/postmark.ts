import { defineApp } from "../ports/app.js";

/**
 * Postmark, for one server of an account.
 *
 * Source: https://postmarkapp.com/developer/api/overview
 */
export const postmark = defineApp({
  slug: "postmark",
  name: "Postmark",
  description: "Email by Postmark.",
  categories: ["email"],
  docsUrl: "https://postmarkapp.com/developer",
  baseUrl: "https://api.postmarkapp.com",
  headers: { accept: "application/json" },
  authSchemes: [
    {
      scheme: "API_KEY",
      placements: [{ in: "header", name: "X-Postmark-Server-Token", template: "{api_key}" }],
      displayName: "Server API token",
    },
  ],
  account: { url: "/server", id: "ID", label: "Name" },
});
