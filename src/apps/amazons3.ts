import { defineApp } from "../ports/app.js";

/**
 * Amazon S3: Signature Version 4, a host for each region, the bucket first in the path. Bodies are sent as they come and are
 * no part of the signature, so that uploads may be streams.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html,
 * https://docs.aws.amazon.com/general/latest/gr/s3.html
 */
export const amazons3 = defineApp({
  slug: "amazons3",
  name: "Amazon S3",
  description: "Buckets and objects in Amazon S3.",
  categories: ["files"],
  docsUrl: "https://docs.aws.amazon.com/AmazonS3/latest/API/",
  baseUrl: "https://s3.{region}.amazonaws.com",
  connectionParams: [
    {
      name: "region",
      displayName: "Region",
      description: "Such as `eu-central-1`",
      pattern: "[a-z]{2}(?:-[a-z]+)+-[0-9]",
    },
  ],
  authSchemes: [{ scheme: "AWS_SIGV4", region: "{region}", service: "s3", payload: "unsigned" }],
});
