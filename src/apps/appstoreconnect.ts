import { defineApp } from "../ports/app.js";

/**
 * App Store Connect: tokens signed with ES256, which may live twenty minutes.
 *
 * Source: https://developer.apple.com/documentation/appstoreconnectapi/generating-tokens-for-api-requests
 */
export const appstoreconnect = defineApp({
  slug: "appstoreconnect",
  name: "App Store Connect",
  description: "Apps, builds and testers in App Store Connect.",
  categories: ["developer tools"],
  docsUrl: "https://developer.apple.com/documentation/appstoreconnectapi",
  baseUrl: "https://api.appstoreconnect.apple.com/v1",
  authSchemes: [
    {
      scheme: "JWT",
      algorithm: "ES256",
      key: { description: "The team key's `.p8` file" },
      fields: [
        {
          name: "issuer_id",
          displayName: "Issuer id",
          description: "Above the list of team keys",
          pattern: "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        },
        { name: "key_id", displayName: "Key id", description: "In the list of team keys" },
      ],
      header: { kid: "{key_id}", typ: "JWT" },
      claims: { iss: "{issuer_id}", aud: "appstoreconnect-v1" },
      lifetimeSeconds: 1_200,
    },
  ],
});
