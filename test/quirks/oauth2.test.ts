import { describe, expect, it } from "vitest";
import type { Journey } from "./journey.js";
import { connect } from "./journey.js";
import { BASIC, FORM, POSTED, REDIRECT, shown } from "./requests.js";

const CODE = `redirect_uri=${REDIRECT}&code=c&grant_type=authorization_code`;

interface Golden extends Journey {
  /** Groups of docs/provider-quirks.md it shows. */
  readonly groups: readonly number[];
  /** Query of the authorization request, or what else is behind the URL. */
  readonly authorize: string;
  readonly exchange: readonly [
    line: string,
    contentType: string | null,
    authorization: string | null,
    body: string,
  ];
  /** What the connection keeps beside its tokens. */
  readonly kept?: Readonly<Record<string, string>>;
  readonly expiresAt?: string;
}

const standard = (rest: string) => `?response_type=code&redirect_uri=${REDIRECT}&state=STATE${rest}`;
const PKCE = "&code_challenge=CHALLENGE&code_challenge_method=S256";

const GOLDEN: Readonly<Record<string, Golden>> = {
  tiktok: {
    groups: [1, 2],
    authorize: `https://www.tiktok.com/v2/auth/authorize/${standard("&scope=user.info.basic&client_key=id")}`,
    exchange: [
      "POST https://open.tiktokapis.com/v2/oauth/token/",
      FORM,
      null,
      `${CODE}&client_key=id&client_secret=secret`,
    ],
  },
  tiktokads: {
    groups: [2, 14, 21, 25, 28, 29],
    callback: { auth_code: "c" },
    tokens: { code: 0, message: "OK", data: { access_token: "at", advertiser_ids: ["7"], scope: [4] } },
    authorize: `https://business-api.tiktok.com/portal/auth?redirect_uri=${REDIRECT}&state=STATE&app_id=id`,
    exchange: [
      "POST https://business-api.tiktok.com/open_api/v1.3/oauth2/access_token/",
      "application/json",
      null,
      `{"auth_code":"c","app_id":"id","secret":"secret"}`,
    ],
    kept: { advertiser_id: "7" },
  },
  strava: {
    groups: [1, 8],
    authorize: `https://www.strava.com/oauth/authorize?approval_prompt=auto&${standard("&scope=read%2Cactivity%3Aread&client_id=id").slice(1)}`,
    // Not `/oauth/token`, as the cross-check list has it: the documentation has the one below `/api/v3`.
    exchange: ["POST https://www.strava.com/api/v3/oauth/token", FORM, null, `${CODE}&${POSTED}`],
  },
  printful: {
    groups: [3, 30],
    tokens: { access_token: "at", expires_at: "1795531600", token_type: "bearer" },
    authorize: `https://www.printful.com/oauth/authorize?redirect_url=${REDIRECT}&state=STATE&client_id=id`,
    exchange: [
      "POST https://www.printful.com/oauth/token",
      FORM,
      null,
      `code=c&grant_type=authorization_code&${POSTED}`,
    ],
    expiresAt: "2026-11-24T14:46:40.000Z",
  },
  optimizely: {
    groups: [4],
    authorize: `https://app.optimizely.com/oauth2/authorize${standard("&scopes=all&client_id=id")}`,
    exchange: ["POST https://app.optimizely.com/oauth2/token", FORM, null, `${CODE}&${POSTED}`],
  },
  dropbox: {
    groups: [5],
    authorize: `https://www.dropbox.com/oauth2/authorize?token_access_type=offline&${standard(`&scope=account_info.read+files.metadata.read${PKCE}&client_id=id`).slice(1)}`,
    exchange: [
      "POST https://api.dropboxapi.com/oauth2/token",
      FORM,
      null,
      `redirect_uri=${REDIRECT}&code=c&code_verifier=VERIFIER&grant_type=authorization_code&${POSTED}`,
    ],
  },
  outlook: {
    groups: [6],
    authorize: `https://login.microsoftonline.com/common/oauth2/v2.0/authorize${standard(`&scope=offline_access+User.Read+Mail.Read${PKCE}&client_id=id`)}`,
    exchange: [
      "POST https://login.microsoftonline.com/common/oauth2/v2.0/token",
      FORM,
      null,
      `redirect_uri=${REDIRECT}&code=c&code_verifier=VERIFIER&grant_type=authorization_code&${POSTED}`,
    ],
  },
  confluence: {
    groups: [7, 21, 57],
    api: { "accessible-resources": [{ id: "cloud-1", url: "https://acme.atlassian.net" }] },
    authorize: `https://auth.atlassian.com/authorize?audience=api.atlassian.com&prompt=consent&${standard("&scope=read%3Aconfluence-content.all+read%3Ame+offline_access&client_id=id").slice(1)}`,
    exchange: [
      "POST https://auth.atlassian.com/oauth/token",
      "application/json",
      null,
      `{"redirect_uri":"https://app.example.com/callback","code":"c","grant_type":"authorization_code","client_id":"id","client_secret":"secret"}`,
    ],
    kept: { cloud_id: "cloud-1" },
  },
  basecamp: {
    groups: [57],
    api: { "authorization.json": { identity: { id: 1 }, accounts: [{ id: 99, name: "Acme" }] } },
    authorize: `https://launchpad.37signals.com/authorization/new${standard("&client_id=id")}`,
    // Without the `type` of former times, which is still taken but no longer recommended.
    exchange: ["POST https://launchpad.37signals.com/authorization/token", FORM, null, `${CODE}&${POSTED}`],
    kept: { account_id: "99" },
  },
  hubstaff: {
    groups: [9, 18],
    authorize: `https://account.hubstaff.com/authorizations/new${standard(`&scope=openid+hubstaff%3Aread&nonce=NONCE${PKCE}&client_id=id`)}`,
    exchange: [
      "POST https://account.hubstaff.com/access_tokens",
      FORM,
      BASIC,
      `redirect_uri=${REDIRECT}&code=c&code_verifier=VERIFIER&grant_type=authorization_code`,
    ],
  },
  apollo: {
    groups: [10],
    authorize: `https://app.apollo.io/#/oauth/authorize${standard("&scope=read_user_profile&client_id=id")}`,
    exchange: ["POST https://app.apollo.io/api/v1/oauth/token", FORM, null, `${CODE}&${POSTED}`],
  },
  shopify: {
    groups: [11],
    params: { shop: "acme" },
    authorize: `https://acme.myshopify.com/admin/oauth/authorize${standard("&scope=read_products&client_id=id")}`,
    exchange: [
      "POST https://acme.myshopify.com/admin/oauth/access_token",
      FORM,
      null,
      `expiring=1&${CODE}&${POSTED}`,
    ],
    kept: { shop: "acme" },
  },
  linkedin: {
    groups: [12],
    authorize: `https://www.linkedin.com/oauth/v2/authorization${standard("&scope=openid+profile+email&nonce=NONCE&client_id=id")}`,
    exchange: ["POST https://www.linkedin.com/oauth/v2/accessToken", FORM, null, `${CODE}&${POSTED}`],
  },
  quickbooks: {
    groups: [15, 60],
    params: { api_host: "sandbox-quickbooks.api.intuit.com" },
    callback: { code: "c", realmId: "9130347" },
    authorize: `https://appcenter.intuit.com/connect/oauth2${standard("&scope=com.intuit.quickbooks.accounting&client_id=id")}`,
    exchange: ["POST https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer", FORM, BASIC, CODE],
    kept: { api_host: "sandbox-quickbooks.api.intuit.com", realm_id: "9130347" },
  },
  zohocrm: {
    groups: [15, 31],
    callback: { code: "c", location: "eu", "accounts-server": "https://accounts.zoho.eu" },
    tokens: { access_token: "at", api_domain: "https://www.zohoapis.eu", expires_in: 3600 },
    authorize: `https://accounts.zoho.com/oauth/v2/auth?access_type=offline&prompt=consent&${standard("&scope=ZohoCRM.modules.READ%2CZohoCRM.users.READ&client_id=id").slice(1)}`,
    exchange: ["POST https://accounts.zoho.eu/oauth/v2/token", FORM, null, `${CODE}&${POSTED}`],
    kept: { accounts_host: "accounts.zoho.eu", api_host: "www.zohoapis.eu" },
    expiresAt: "2026-11-24T13:00:00.000Z",
  },
  followupboss: {
    groups: [3, 16],
    authorize: `https://app.followupboss.com/oauth/authorize?response_type=auth_code&redirect_uri=${REDIRECT}&state=STATE&client_id=id`,
    exchange: [
      "POST https://app.followupboss.com/oauth/token",
      FORM,
      BASIC,
      `grant_type=auth_code&state=STATE&redirect_uri=${REDIRECT}&code=c`,
    ],
  },
  notion: {
    groups: [19],
    authorize: `https://api.notion.com/v1/oauth/authorize?owner=user&${standard("&client_id=id").slice(1)}`,
    exchange: [
      "POST https://api.notion.com/v1/oauth/token",
      "application/json",
      BASIC,
      `{"redirect_uri":"https://app.example.com/callback","code":"c","grant_type":"authorization_code"}`,
    ],
  },
  stripe: {
    groups: [20, 30],
    authorize: `https://marketplace.stripe.com/oauth/v2/authorize${standard("&client_id=id")}`,
    // The secret, a colon, and no password.
    exchange: ["POST https://api.stripe.com/v1/oauth/token", FORM, "Basic c2VjcmV0Og==", CODE],
    expiresAt: "2026-11-24T13:00:00.000Z",
  },
  untappd: {
    groups: [21, 29],
    tokens: { meta: { http_code: 200 }, response: { access_token: "at" } },
    authorize: `https://untappd.com/oauth/authenticate/?response_type=code&redirect_url=${REDIRECT}&state=STATE&client_id=id`,
    exchange: [
      `GET https://untappd.com/oauth/authorize/?response_type=code&redirect_url=${REDIRECT}&code=c&${POSTED}`,
      null,
      null,
      "",
    ],
  },
  smartsheet: {
    groups: [23, 25],
    authorize: `https://app.smartsheet.com/b/authorize${standard("&scope=READ_SHEETS&client_id=id")}`,
    // SHA-256 of "secret|c".
    exchange: [
      "POST https://api.smartsheet.com/2.0/token",
      FORM,
      null,
      "code=c&grant_type=authorization_code&client_id=id&hash=ed155048cc46ef269f5ddf8913e290a905a223d9658895df8ac474e7b534a063",
    ],
  },
  withings: {
    groups: [28, 29],
    tokens: {
      status: 0,
      body: { userid: "5", access_token: "at", expires_in: 10_800, scope: "user.info,user.metrics" },
    },
    authorize: `https://account.withings.com/oauth2_user/authorize2${standard("&scope=user.info%2Cuser.metrics&client_id=id")}`,
    exchange: [
      "POST https://wbsapi.withings.net/v2/oauth2",
      FORM,
      null,
      `action=requesttoken&${CODE}&${POSTED}`,
    ],
    kept: { user_id: "5" },
    expiresAt: "2026-11-24T15:00:00.000Z",
  },
  square: {
    groups: [8, 30, 60],
    tokens: { access_token: "at", expires_at: "2026-12-24T12:00:00Z", merchant_id: "M" },
    params: { host: "connect.squareupsandbox.com" },
    authorize: `https://connect.squareupsandbox.com/oauth2/authorize?session=false&${standard("&scope=MERCHANT_PROFILE_READ&client_id=id").slice(1)}`,
    exchange: [
      "POST https://connect.squareupsandbox.com/oauth2/token",
      "application/json",
      null,
      `{"redirect_uri":"https://app.example.com/callback","code":"c","grant_type":"authorization_code","client_id":"id","client_secret":"secret"}`,
    ],
    kept: { host: "connect.squareupsandbox.com", merchant_id: "M" },
    expiresAt: "2026-12-24T12:00:00.000Z",
  },
  mailchimp: {
    groups: [32],
    api: { "oauth2/metadata": { dc: "us6", user_id: 1 } },
    authorize: `https://login.mailchimp.com/oauth2/authorize${standard("&client_id=id")}`,
    exchange: ["POST https://login.mailchimp.com/oauth2/token", FORM, null, `${CODE}&${POSTED}`],
    kept: { dc: "us6" },
  },
};

describe("a connection by OAuth 2.0", () => {
  it.each(Object.entries(GOLDEN))(
    "to %s sends and keeps what the documentation says",
    async (slug, golden) => {
      const { authorize, finish, sent } = await connect(slug, golden);
      expect(authorize).toBe(golden.authorize);
      const connection = await finish();
      const [request] = sent;
      expect(request === undefined ? null : shown(request)).toEqual(golden.exchange);
      expect(connection.params).toEqual(golden.kept ?? {});
      expect(connection.expiresAt?.toISOString() ?? null).toBe(golden.expiresAt ?? null);
    },
  );

  it.each([
    ["tiktokads", { code: 40_105, message: "token is wrong", data: {} }, { auth_code: "c" }],
    ["withings", { status: 503, error: "Invalid Params", body: {} }, { code: "c" }],
  ])("to %s fails where the body says so, whatever the status", async (slug, tokens, callback) => {
    const { finish } = await connect(slug, { tokens, callback });
    await expect(finish()).rejects.toMatchObject({ code: "TOKEN_EXCHANGE_FAILED" });
  });

  it.each([
    ["accounts.zoho.uk", "www.zohoapis.uk"],
    ["accounts.zoho.ae", "www.zohoapis.ae"],
    ["accounts.zohocloud.ca", "www.zohoapis.ca"],
  ])("goes to the data center of Zoho's that the user is in (%s)", async (accounts, api) => {
    const callback = { code: "c", "accounts-server": `https://${accounts}` };
    const tokens = { access_token: "at", api_domain: `https://${api}` };
    const { finish, sent } = await connect("zohocrm", { callback, tokens });
    expect((await finish()).params).toMatchObject({ accounts_host: accounts, api_host: api });
    expect(sent[0]?.line).toBe(`POST https://${accounts}/oauth/v2/token`);
  });

  it("takes no accounts host from the browser that is not the provider's", async () => {
    const callback = { code: "c", "accounts-server": "https://accounts.zoho.eu.evil.example" };
    const tokens = { access_token: "at", api_domain: "https://www.zohoapis.com" };
    const { finish, sent } = await connect("zohocrm", { callback, tokens });
    await finish();
    expect(sent[0]?.line).toBe("POST https://accounts.zoho.com/oauth/v2/token");
  });
});

describe("a request with an access token", () => {
  it.each([
    ["shopify", { shop: "acme" }, "x-shopify-access-token", "at"],
    ["bigcommerce", { store_hash: "abc123" }, "x-auth-token", "at"],
    ["twitch", {}, "client-id", "id"],
    ["tiktokads", {}, "access-token", "at"],
  ])("to %s has it where it belongs", async (slug, params, header, value) => {
    const journey =
      slug === "tiktokads"
        ? { callback: { auth_code: "c" }, tokens: { code: 0, data: { access_token: "at" } } }
        : { params };
    const { finish, sent } = await connect(slug, journey);
    await (await finish()).request("/x");
    const headers = sent.at(-1)?.headers;
    expect(headers?.get(header)).toBe(value);
    expect(headers?.get("authorization")).toBe(slug === "twitch" ? "Bearer at" : null);
  });

  it("to untappd has it in the query", async () => {
    const { finish, sent } = await connect("untappd", { tokens: { response: { access_token: "at" } } });
    await (await finish()).request("/x");
    expect(sent.at(-1)?.line).toBe("GET https://api.untappd.com/v4/x?access_token=at");
  });

  it("to xero names the tenant in a header", async () => {
    const { finish, sent } = await connect("xero", { api: { "/connections": [{ tenantId: "t-1" }] } });
    await (await finish()).request("/Organisation");
    expect(sent.map(({ headers }) => headers.get("xero-tenant-id"))).toEqual([null, null, "t-1"]);
  });
});
