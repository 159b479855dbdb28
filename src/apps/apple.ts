import { defineApp } from "../ports/app.js";

/**
 * Sign in with Apple: name and e-mail are told only in a callback that is posted, and the client secret is a JWT that the
 * team's key signs. `client_id` is the Services ID, `issuer_id` the team's, and `key_id` and `private_key` are of a key for
 * Sign in with Apple. Who signed in is in the ID token. What Apple's tokens call is its token endpoint alone.
 *
 * Source: https://developer.apple.com/documentation/signinwithapplerestapi/request-an-authorization-to-the-sign-in-with-apple-server.,
 * https://developer.apple.com/documentation/signinwithapplerestapi/generate-and-validate-tokens,
 * https://developer.apple.com/documentation/accountorganizationaldatasharing/creating-a-client-secret
 */
export const apple = defineApp({
  slug: "apple",
  name: "Apple",
  description: "Sign in with Apple: who the user is, and whether they still are.",
  categories: ["identity"],
  docsUrl: "https://developer.apple.com/documentation/signinwithapplerestapi",
  baseUrl: "https://appleid.apple.com",
  authSchemes: [
    {
      scheme: "OAUTH2",
      issuer: "https://appleid.apple.com",
      // Source: https://developer.apple.com/documentation/signinwithapplerestapi/fetch_apple_s_public_key_for_verifying_token_signature
      jwksUrl: "https://appleid.apple.com/auth/keys",
      authorizationUrl: "https://appleid.apple.com/auth/authorize",
      tokenUrl: "https://appleid.apple.com/auth/token",
      // Source: https://developer.apple.com/documentation/signinwithapplerestapi/revoke-tokens
      revocationUrl: "https://appleid.apple.com/auth/revoke",
      scopes: ["name", "email"],
      // Required with either scope.
      authorizationParams: { response_mode: "form_post" },
      pkce: false,
      clientAuthentication: "private_key_jwt",
      clientAssertion: {
        algorithm: "ES256",
        audience: "https://appleid.apple.com",
        issuer: "{issuer_id}",
        parameter: "client_secret",
      },
    },
  ],
});
