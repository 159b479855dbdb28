import { catalogue } from "mooring/apps";
import { describe, expect, it } from "vitest";

/**
 * Where other open-source libraries' lists of providers send browsers and codes, without `https://`: written down from
 * elsewhere, so that a slip in the catalogue shows. Those lists are older than the documentation in places. Of OAuth 1.0
 * it is where users log in and where access tokens are from.
 */
const ELSEWHERE: readonly (readonly [slug: string, authorize: string, token: string])[] = [
  ["apple", "appleid.apple.com/auth/authorize", "appleid.apple.com/auth/token"],
  ["asana", "app.asana.com/-/oauth_authorize", "app.asana.com/-/oauth_token"],
  ["basecamp", "launchpad.37signals.com/authorization/new", "launchpad.37signals.com/authorization/token"],
  ["bitbucket", "bitbucket.org/site/oauth2/authorize", "bitbucket.org/site/oauth2/access_token"],
  ["box", "api.box.com/oauth2/authorize", "api.box.com/oauth2/token"],
  ["clickup", "app.clickup.com/api", "api.clickup.com/api/v2/oauth/token"],
  ["confluence", "auth.atlassian.com/authorize", "auth.atlassian.com/oauth/token"],
  ["digitalocean", "cloud.digitalocean.com/v1/oauth/authorize", "cloud.digitalocean.com/v1/oauth/token"],
  ["discogs", "discogs.com/oauth/authorize", "api.discogs.com/oauth/access_token"],
  ["discord", "discord.com/api/oauth2/authorize", "discord.com/api/oauth2/token"],
  ["docusign", "{account_host}/oauth/auth", "{account_host}/oauth/token"],
  ["dropbox", "www.dropbox.com/oauth2/authorize", "api.dropboxapi.com/oauth2/token"],
  ["facebook", "www.facebook.com/dialog/oauth", "graph.facebook.com/oauth/access_token"],
  ["figma", "www.figma.com/oauth", "www.figma.com/api/oauth/token"],
  ["github", "github.com/login/oauth/authorize", "github.com/login/oauth/access_token"],
  ["gitlab", "gitlab.com/oauth/authorize", "gitlab.com/oauth/token"],
  ["gmail", "accounts.google.com/o/oauth2/v2/auth", "oauth2.googleapis.com/token"],
  ["hubspot", "app.hubspot.com/oauth/authorize", "api.hubapi.com/oauth/v1/token"],
  ["instagram", "api.instagram.com/oauth/authorize", "api.instagram.com/oauth/access_token"],
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
  [
    "salesforce",
    "{login_host}.salesforce.com/services/oauth2/authorize",
    "{login_host}.salesforce.com/services/oauth2/token",
  ],
  ["shopify", "{shop}.myshopify.com/admin/oauth/authorize", "{shop}.myshopify.com/admin/oauth/access_token"],
  ["slack", "slack.com/oauth/authorize", "slack.com/api/oauth.access"],
  ["smartsheet", "app.smartsheet.com/b/authorize", "api.smartsheet.com/2.0/token"],
  ["spotify", "accounts.spotify.com/authorize", "accounts.spotify.com/api/token"],
  ["square", "{host}/oauth2/authorize", "{host}/oauth2/token"],
  ["strava", "www.strava.com/oauth/authorize", "www.strava.com/oauth/token"],
  ["stripe", "connect.stripe.com/oauth/authorize", "connect.stripe.com/oauth/token"],
  ["threads", "threads.net/oauth/authorize", "graph.threads.net/oauth/access_token"],
  ["tiktok", "open-api.tiktok.com/platform/oauth/connect/", "open-api.tiktok.com/oauth/access_token/"],
  ["trello", "trello.com/1/OAuthAuthorizeToken", "trello.com/1/OAuthGetAccessToken"],
  ["tripit", "www.tripit.com/oauth/authorize", "api.tripit.com/oauth/access_token"],
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
  "discogs authorize": "the documentation has it with `www.`",
  "discord authorize": "the documentation has it without `/api`",
  "facebook authorize": "the documentation has the API's version in it",
  "facebook token": "the documentation has the API's version in it",
  "figma token": "moved to the API's host; the former one was turned off in February 2025",
  "hubspot token": "`/oauth/v1` ends in February 2027",
  "instagram authorize": "the other is that of the Basic Display API, which is gone",
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

/** Where the same lists ask whose a token is. */
const ACCOUNTS: readonly (readonly [slug: string, url: string])[] = [
  ["bitbucket", "api.bitbucket.org/2.0/user"],
  ["box", "api.box.com/2.0/users/me"],
  ["clickup", "api.clickup.com/api/v2/user"],
  ["confluence", "api.atlassian.com/me"],
  ["discord", "discord.com/api/users/@me"],
  ["dropbox", "api.dropboxapi.com/2/users/get_current_account"],
  ["facebook", "graph.facebook.com/me"],
  ["figma", "api.figma.com/v1/me"],
  ["hubspot", "api.hubapi.com/oauth/v1/access-tokens"],
  ["instagram", "graph.instagram.com/me"],
  ["mailchimp", "login.mailchimp.com/oauth2/metadata"],
  ["netlify", "api.netlify.com/api/v1/user"],
  ["pipedrive", "api.pipedrive.com/users/me"],
  ["reddit", "oauth.reddit.com/api/v1/me"],
  ["spotify", "api.spotify.com/v1/me"],
  ["strava", "www.strava.com/api/v3/athlete"],
  ["threads", "graph.threads.net/v1.0/me"],
  ["tiktok", "open.tiktokapis.com/v2/user/info/"],
  ["x", "api.x.com/2/users/me"],
  ["zoom", "api.zoom.us/v2/users/me"],
];
const ACCOUNT_DEVIATIONS: Readonly<Record<string, string>> = {
  discord: "the documentation has the API's version in it",
  facebook: "the documentation has the API's version in it",
  hubspot: "the other has the token in its path, and ends in February 2027",
  pipedrive: "the token response says where the company's API is",
};

/** Where the same lists send tokens to be revoked. */
const REVOCATIONS: readonly (readonly [slug: string, url: string])[] = [
  ["box", "api.box.com/oauth2/revoke"],
  ["discord", "discord.com/api/oauth2/token/revoke"],
  ["dropbox", "api.dropboxapi.com/2/auth/token/revoke"],
  ["gmail", "oauth2.googleapis.com/revoke"],
  ["quickbooks", "developer.api.intuit.com/v2/oauth2/tokens/revoke"],
  ["salesforce", "{login_host}.salesforce.com/services/oauth2/revoke"],
  ["tiktok", "open.tiktokapis.com/v2/oauth/revoke/"],
  ["zoom", "zoom.us/oauth/revoke"],
];

interface Endpoints {
  readonly authorize: string | null | undefined;
  readonly token: string | null | undefined;
  readonly revoke: string | null | undefined;
}

/** What an app's first OAuth scheme has for endpoints. */
function endpointsOf(slug: string): Endpoints | undefined {
  const schemes = catalogue.find((app) => app.slug === slug)?.authSchemes ?? [];
  const [first] = schemes.flatMap((settings): readonly Endpoints[] => {
    if ("tokenRequestFormat" in settings) {
      const { authorizationUrl, tokenUrl, revocationUrl, revocationRequest } = settings;
      return [
        { authorize: authorizationUrl, token: tokenUrl, revoke: revocationUrl ?? revocationRequest?.url },
      ];
    }
    if (!("accessTokenUrl" in settings)) return [];
    const { authorizationUrl, accessTokenUrl, revocationUrl } = settings;
    return [{ authorize: authorizationUrl, token: accessTokenUrl, revoke: revocationUrl }];
  });
  return first;
}

/** Where an app asks whose a token is, without what it asks for. */
function accountOf(slug: string): string | undefined {
  const app = catalogue.find((candidate) => candidate.slug === slug);
  const url = app?.account?.url;
  if (url === undefined) return undefined;
  return `${url.startsWith("/") ? app?.baseUrl : ""}${url}`.split("?")[0];
}

describe("the endpoints of the catalogue", () => {
  it("are those another list has, but for known reasons", () => {
    const differing = ELSEWHERE.flatMap(([slug, authorize, token]) => {
      const own = endpointsOf(slug);
      return [
        ...(own?.authorize === `https://${authorize}` ? [] : [`${slug} authorize`]),
        ...(own?.token === `https://${token}` ? [] : [`${slug} token`]),
      ];
    });
    expect(differing).toEqual(Object.keys(DEVIATIONS));
  });

  it("that say whose a token is are those another list has, but for known reasons", () => {
    const differing = ACCOUNTS.filter(([slug, url]) => accountOf(slug) !== `https://${url}`);
    expect(differing.map(([slug]) => slug)).toEqual(Object.keys(ACCOUNT_DEVIATIONS));
  });

  it("that revoke are those another list has", () => {
    const differing = REVOCATIONS.filter(([slug, url]) => endpointsOf(slug)?.revoke !== `https://${url}`);
    expect(differing).toEqual([]);
  });
});
