import type { Sent } from "./journey.js";

/** The callback URL of a journey, as it stands in a form or a query. */
export const REDIRECT = encodeURIComponent("https://app.example.com/callback");
export const FORM = "application/x-www-form-urlencoded;charset=UTF-8";
/** HTTP Basic of the client `id` with the secret `secret`. */
export const BASIC = "Basic aWQ6c2VjcmV0";
/** That client in a form. */
export const POSTED = "client_id=id&client_secret=secret";

/** What is pinned of a request: line, type, credentials and body. */
export const shown = ({ line, headers, body }: Sent) =>
  [line, headers.get("content-type"), headers.get("authorization"), body] as const;
