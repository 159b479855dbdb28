import { defineApp } from "../ports/app.js";

/**
 * Trello: scopes, and how long the token lives, are said in the authorization URL. A key and a token that a user made by
 * hand go into the same header, unsigned; it is also what downloads of attachments take.
 *
 * Source: https://developer.atlassian.com/cloud/trello/guides/rest-api/authorization/,
 * https://developer.atlassian.com/cloud/trello/rest/api-group-tokens/
 */
export const trello = defineApp({
  slug: "trello",
  name: "Trello",
  description: "Boards, lists and cards in Trello.",
  categories: ["project management"],
  docsUrl: "https://developer.atlassian.com/cloud/trello/rest/",
  baseUrl: "https://api.trello.com/1",
  authSchemes: [
    {
      scheme: "OAUTH1",
      requestTokenUrl: "https://trello.com/1/OAuthGetRequestToken",
      authorizationUrl: "https://trello.com/1/OAuthAuthorizeToken",
      accessTokenUrl: "https://trello.com/1/OAuthGetAccessToken",
      verifier: "required",
      scopes: ["read", "write"],
      scopeParam: { in: "authorization", separator: "," },
      authorizationParams: { expiration: "never" },
      revocationUrl: "https://api.trello.com/1/tokens/{oauth_token}",
      revocationMethod: "DELETE",
    },
    {
      scheme: "API_KEY",
      secret: "required",
      displayName: "API key",
      description: "API key of your Power-Up; the secret is the token you made with it",
      placements: [
        {
          in: "header",
          name: "Authorization",
          template: 'OAuth oauth_consumer_key="{api_key}", oauth_token="{api_secret}"',
        },
      ],
    },
  ],
  account: { url: "/members/me", id: "id", label: "fullName", email: "email" },
});
