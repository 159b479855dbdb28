import { catalogue } from "mooring/apps";
import { describe, expect, it } from "vitest";

/**
 * Where another open-source library's list of providers sends browsers and codes, without `https://`: written down from
 * elsewhere, so that a slip in the catalogue shows. That list is older than the documentation in places.
 */
const ELSEWHERE: readonly (readonly [slug: string, authorize: string, token: string])[] = [
  ["asana", "app.asana.com/-/oauth_authorize", "app.asana.com/-/oauth_token"],
  ["basecamp", "launchpad.37signals.com/authorization/new", "launchpad.37signals.com/authorization/token"],
  ["bitbucket", "bitbucket.org/site/oauth2/authorize", "bitbucket.org/site/oauth2/access_token"],
  ["box", "api.box.com/oauth2/authorize", "api.box.com/oauth2/token"],
  ["confluence", "auth.atlassian.com/authorize", "auth.atlassian.com/oauth/token"],
  ["digitalocean", "cloud.digitalocean.com/v1/oauth/authorize", "cloud.digitalocean.com/v1/oauth/token"],
  ["discord", "discord.com/api/oauth2/authorize", "discord.com/api/oauth2/token"],
  ["dropbox", "www.dropbox.com/oauth2/authorize", "api.dropboxapi.com/oauth2/token"],
  ["figma", "www.figma.com/oauth", "www.figma.com/api/oauth/token"],
  ["github", "github.com/login/oauth/authorize", "github.com/login/oauth/access_token"],
  ["gitlab", "gitlab.com/oauth/authorize", "gitlab.com/oauth/token"],
  ["gmail", "accounts.google.com/o/oauth2/v2/auth", "oauth2.googleapis.com/token"],
  ["hubspot", "app.hubspot.com/oauth/authorize", "api.hubapi.com/oauth/v1/token"],
  ["linear", "linear.app/oauth/authorize", "api.linear.app/oauth/token"],
  ["linkedin", "www.linkedin.com/oauth/v2/authorization", "www.linkedin.com/oauth/v2/accessToken"],
  ["mailchimp", "login.mailchimp.com/oauth2/authorize", "login.mailchimp.com/oauth2/token"],
  ["netlify", "app.netlify.com/authorize", "api.netlify.com/oauth/token"],
  ["notion", "api.notion.com/v1/oauth/authorize", "api.notion.com/v1/oauth/token"],
  ["optimizely", "app.optimizely.com/oauth2/authorize", "app.optimizely.com/oauth2/token"],
  [
    "outlook",
    "login.microsoftonline.com/common/oauth2/v2.0/authorize",
    "login.microsoftonline.com/common/oauth2/v2.0/token",
  ],
  ["pipedrive", "oauth.pipedrive.com/oauth/authorize", "oauth.pipedrive.com/oauth/token"],
  ["quickbooks", "appcenter.intuit.com/connect/oauth2", "oauth.platform.intuit.com/oauth2/v1/tokens/bearer"],
  ["reddit", "ssl.reddit.com/api/v1/authorize", "ssl.reddit.com/api/v1/access_token"],
  ["shopify", "{shop}.myshopify.com/admin/oauth/authorize", "{shop}.myshopify.com/admin/oauth/access_token"],
  ["slack", "slack.com/oauth/authorize", "slack.com/api/oauth.access"],
  ["smartsheet", "app.smartsheet.com/b/authorize", "api.smartsheet.com/2.0/token"],
  ["spotify", "accounts.spotify.com/authorize", "accounts.spotify.com/api/token"],
  ["strava", "www.strava.com/oauth/authorize", "www.strava.com/oauth/token"],
  ["stripe", "connect.stripe.com/oauth/authorize", "connect.stripe.com/oauth/token"],
  ["tiktok", "open-api.tiktok.com/platform/oauth/connect/", "open-api.tiktok.com/oauth/access_token/"],
  ["twitch", "id.twitch.tv/oauth2/authorize", "id.twitch.tv/oauth2/token"],
  ["typeform", "api.typeform.com/oauth/authorize", "api.typeform.com/oauth/token"],
  ["untappd", "untappd.com/oauth/authenticate", "untappd.com/oauth/authorize"],
  ["withings", "account.withings.com/oauth2_user/authorize2", "wbsapi.withings.net/v2/oauth2"],
  ["wrike", "www.wrike.com/oauth2/authorize", "www.wrike.com/oauth2/token"],
  ["x", "twitter.com/i/oauth2/authorize", "api.twitter.com/2/oauth2/token"],
  ["zendesk", "{subdomain}.zendesk.com/oauth/authorizations/new", "{subdomain}.zendesk.com/oauth/tokens"],
  ["zoom", "zoom.us/oauth/authorize", "zoom.us/oauth/token"],
];
/** Where the documentation says otherwise, and why. */
const DEVIATIONS: Readonly<Record<string, string>> = {
  "box authorize": "the documentation has the host users log in at",
  "discord authorize": "the documentation has it without `/api`",
  "figma token": "moved to the API's host; the former one was turned off in February 2025",
  "hubspot token": "`/oauth/v1` ends in February 2027",
  "reddit authorize": "`ssl.reddit.com` is a former host",
  "reddit token": "`ssl.reddit.com` is a former host",
  "slack authorize": "the other is that of classic apps",
  "slack token": "the other is that of classic apps",
  "strava token": "the documentation has it below `/api/v3`",
  "stripe authorize": "the other is that of Connect, this one that of Stripe Apps",
  "stripe token": "the other is that of Connect, this one that of Stripe Apps",
  "tiktok authorize": "the other is that of Login Kit's first version, which is gone",
  "tiktok token": "the other is that of Login Kit's first version, which is gone",
  "untappd authorize": "the documentation has a slash at the end",
  "untappd token": "the documentation has a slash at the end",
  "wrike authorize": "the documentation has the host users log in at",
  "wrike token": "the documentation has the host users log in at",
  "x authorize": "renamed",
  "x token": "renamed",
};

describe("the endpoints of the catalogue", () => {
  it("are those another list has, but for known reasons", () => {
    const differing = ELSEWHERE.flatMap(([slug, authorize, token]) => {
      const schemes = catalogue.find((app) => app.slug === slug)?.authSchemes ?? [];
      const [oauth2] = schemes.flatMap((settings) => ("tokenRequestFormat" in settings ? [settings] : []));
      return [
        ...(oauth2?.authorizationUrl === `https://${authorize}` ? [] : [`${slug} authorize`]),
        ...(oauth2?.tokenUrl === `https://${token}` ? [] : [`${slug} token`]),
      ];
    });
    expect(differing).toEqual(Object.keys(DEVIATIONS));
  });
});
