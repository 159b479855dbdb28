import { defineApp } from "../ports/app.js";

/**
 * Huawei Cloud SMS: WSSE, with SHA-256. The digest is that of the documented formula: Huawei's samples in some languages
 * encode its hexadecimal form instead. Each region is a host of its own.
 *
 * Source: https://support.huaweicloud.com/api-msgsms/sms_05_0046.html,
 * https://support.huaweicloud.com/api-msgsms/sms_05_0000.html
 */
export const huaweicloudsms = defineApp({
  slug: "huaweicloudsms",
  name: "Huawei Cloud SMS",
  description: "Text messages sent with Huawei Cloud.",
  categories: ["communication"],
  docsUrl: "https://support.huaweicloud.com/api-msgsms/sms_05_0000.html",
  baseUrl: "https://smsapi.{region}.myhuaweicloud.com/sms",
  connectionParams: [
    {
      name: "region",
      displayName: "Region",
      description: "As in the application access address: `cn-north-4`",
      pattern: "[a-z]{2}-[a-z]+-[0-9]",
    },
  ],
  authSchemes: [
    {
      scheme: "HMAC",
      construction: "digest",
      key: { name: "app_secret", displayName: "Application secret", description: "Of the SMS application" },
      fields: [{ name: "app_key", displayName: "Application key", description: "Of the same application" }],
      canonical: ["{nonce}{timestamp}{app_secret}"],
      timestamp: "iso_seconds",
      encoding: "base64",
      placements: [
        {
          in: "header",
          name: "Authorization",
          template: 'WSSE realm="SDP",profile="UsernameToken",type="Appkey"',
        },
        {
          in: "header",
          name: "X-WSSE",
          template:
            'UsernameToken Username="{app_key}",PasswordDigest="{signature}",Nonce="{nonce}",Created="{timestamp}"',
        },
      ],
    },
  ],
});
