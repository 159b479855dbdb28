import { defineApp } from "../ports/app.js";

/**
 * Cloudflare R2: the API of Amazon S3, with the region `auto` and a host for each account.
 *
 * Source: https://developers.cloudflare.com/r2/api/s3/api/, https://developers.cloudflare.com/r2/get-started/s3/
 */
export const cloudflarer2 = defineApp({
  slug: "cloudflarer2",
  name: "Cloudflare R2",
  description: "Buckets and objects in Cloudflare R2.",
  categories: ["files"],
  docsUrl: "https://developers.cloudflare.com/r2/api/s3/api/",
  baseUrl: "https://{account_id}.r2.cloudflarestorage.com",
  connectionParams: [
    {
      name: "account_id",
      displayName: "Account id",
      description: "32 digits and letters, as in the S3 API endpoint",
      pattern: "[0-9a-f]{32}",
    },
  ],
  authSchemes: [{ scheme: "AWS_SIGV4", region: "auto", service: "s3" }],
});
