import { defineApp } from "../ports/app.js";

/**
 * Amazon SES: Signature Version 4, a host for each region. The service's name in signatures is `ses`, unlike the host's.
 *
 * Source: https://docs.aws.amazon.com/ses/latest/APIReference-V2/Welcome.html,
 * https://docs.aws.amazon.com/general/latest/gr/ses.html
 */
export const amazonses = defineApp({
  slug: "amazonses",
  name: "Amazon SES",
  description: "Email sent with Amazon SES.",
  categories: ["email"],
  docsUrl: "https://docs.aws.amazon.com/ses/latest/APIReference-V2/Welcome.html",
  baseUrl: "https://email.{region}.amazonaws.com/v2/email",
  connectionParams: [
    {
      name: "region",
      displayName: "Region",
      description: "Such as `eu-central-1`",
      pattern: "[a-z]{2}(?:-[a-z]+)+-[0-9]",
    },
  ],
  authSchemes: [{ scheme: "AWS_SIGV4", region: "{region}", service: "ses" }],
});
