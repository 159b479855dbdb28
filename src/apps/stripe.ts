import { defineApp } from "../ports/app.js";

/**
 * Stripe: a Stripe App's tokens are got with the secret key as user name and no password, and live an hour without saying so.
 * A key of one's own works as Bearer token, or as user name of HTTP Basic with an empty password.
 *
 * No revocation: the account uninstalls the app.
 *
 * Source: https://docs.stripe.com/stripe-apps/api-authentication/oauth, https://docs.stripe.com/api/authentication
 */
export const stripe = defineApp({
  slug: "stripe",
  name: "Stripe",
  description: "Payments, customers and subscriptions in Stripe.",
  categories: ["payments"],
  docsUrl: "https://docs.stripe.com/api",
  baseUrl: "https://api.stripe.com/v1",
  authSchemes: [
    {
      scheme: "OAUTH2",
      authorizationUrl: "https://marketplace.stripe.com/oauth/v2/authorize",
      tokenUrl: "https://api.stripe.com/v1/oauth/token",
      clientAuthentication: "client_secret_as_username",
      pkce: false,
      tokenResponse: { defaultExpiresIn: 3600, metadata: { stripe_user_id: "stripe_user_id" } },
    },
    { scheme: "BEARER_TOKEN" },
    {
      scheme: "BASIC",
      username: {
        displayName: "Secret key",
        description: "Begins with `sk_` or `rk_`",
        template: "{username}",
      },
      password: { displayName: "Password", description: "Leave it empty", template: "", required: false },
    },
  ],
  // Source: https://docs.stripe.com/api/accounts/retrieve
  account: { url: "/account", id: "id", email: "email", label: "business_profile.name" },
});
