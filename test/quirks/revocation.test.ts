import { describe, expect, it } from "vitest";
import { connect } from "./journey.js";
import { BASIC, FORM, POSTED, shown } from "./requests.js";

const TOKENS = { access_token: "at", token_type: "bearer", refresh_token: "rt/1", expires_in: 3600 };
/** What the revoking request is told apart by, and the request. */
type Golden = readonly [line: string, contentType: string | null, authorization: string | null, body: string];

const byRfc7009 = (token: string, hint: string) => `token_type_hint=${hint}&token=${token}`;
const REFRESH = byRfc7009("rt%2F1", "refresh_token");

const GOLDEN: Readonly<Record<string, Golden>> = {
  github: [
    "DELETE https://api.github.com/applications/id/grant",
    "application/json",
    BASIC,
    `{"access_token":"at"}`,
  ],
  slack: ["POST https://slack.com/api/auth.revoke", null, "Bearer at", ""],
  // Not `/oauth/v1/token`, as the cross-check list has the token endpoint: that version ends in February 2027.
  hubspot: ["POST https://api.hubapi.com/oauth/2026-03/token/revoke", FORM, null, `${REFRESH}&${POSTED}`],
  strava: ["POST https://www.strava.com/oauth/deauthorize", FORM, null, "access_token=at"],
  gmail: ["POST https://oauth2.googleapis.com/revoke", FORM, null, `${REFRESH}&${POSTED}`],
  reddit: ["POST https://www.reddit.com/api/v1/revoke_token", FORM, BASIC, REFRESH],
  zoom: ["POST https://zoom.us/oauth/revoke", FORM, BASIC, "token=at"],
  twitch: ["POST https://id.twitch.tv/oauth2/revoke", FORM, null, "client_id=id&token=at"],
  digitalocean: ["POST https://cloud.digitalocean.com/v1/oauth/revoke", FORM, "Bearer at", "token=at"],
  calendly: ["POST https://auth.calendly.com/oauth/revoke", FORM, null, `${POSTED}&token=rt%2F1`],
};
const API = {
  "api.github.com/user": { id: 1, login: "ada" },
  "auth.test": { ok: true, team_id: "T1", user_id: "U1" },
  "account-info": { portalId: 7, uiDomain: "acme" },
  "v3/athlete": { id: 1 },
  "gmail.googleapis.com": { emailAddress: "ada@example.com" },
  userinfo: { sub: "1" },
  "api/v1/me": { id: "1", name: "ada" },
  "v2/users/me": { id: "1" },
  "helix/users": { data: [{ id: "1" }] },
  "v2/account": { account: { uuid: "1" } },
  "calendly.com/users/me": { resource: { uri: "u" } },
  "crm/v8/users": { users: [{ id: "1" }] },
  "auth.revoke": { ok: true, revoked: true },
};

describe("the end of a grant", () => {
  it.each(Object.entries(GOLDEN))("at %s is asked for as the provider wants it", async (slug, golden) => {
    const { finish, sent } = await connect(slug, { tokens: TOKENS, api: API });
    const connection = await finish();
    const before = sent.length;
    await connection.revoke();
    expect(sent.slice(before).map(shown)).toEqual([golden]);
    expect(connection.status).toBe("REVOKED");
  });

  it("at github is asked for in a version of the API, and by name", async () => {
    const { finish, sent } = await connect("github", { tokens: TOKENS, api: API });
    await (await finish()).revoke();
    expect(Object.fromEntries(sent.at(-1)?.headers ?? [])).toEqual({
      accept: "application/vnd.github+json",
      authorization: BASIC,
      "content-type": "application/json",
      "user-agent": "mooring",
      "x-github-api-version": "2022-11-28",
    });
  });

  it("at quickbooks and zendesk is asked for as the provider wants it", async () => {
    const quickbooks = await connect("quickbooks", { tokens: TOKENS, callback: { code: "c", realmId: "1" } });
    await (await quickbooks.finish()).revoke();
    const zendesk = await connect("zendesk", {
      tokens: TOKENS,
      params: { subdomain: "acme" },
      api: { "users/me.json": { user: { id: 1 } } },
    });
    await (await zendesk.finish()).revoke();
    expect([quickbooks, zendesk].map(({ sent }) => sent.slice(-1).map(shown))).toEqual([
      [
        [
          "POST https://developer.api.intuit.com/v2/oauth2/tokens/revoke",
          "application/json",
          BASIC,
          `{"token":"rt/1"}`,
        ],
      ],
      [["DELETE https://acme.zendesk.com/api/v2/oauth/tokens/current.json", null, "Bearer at", ""]],
    ]);
  });

  it("at zoom, of a token got without a user, is asked for by the client it was got with", async () => {
    const params = { account_id: "acc_1", client_id: "id", client_secret: "secret" };
    const { finish, sent } = await connect("zoomserver", {
      params,
      tokens: { access_token: "at", expires_in: 3600 },
    });
    await (await finish()).revoke();
    expect(sent.slice(-1).map(shown)).toEqual([
      ["POST https://zoom.us/oauth/revoke", FORM, BASIC, "token=at"],
    ]);
  });

  it("at zoho is that of the refresh token, by the query", async () => {
    const tokens = { ...TOKENS, api_domain: "https://www.zohoapis.com" };
    const { finish, sent } = await connect("zohocrm", { tokens, api: API });
    await (await finish()).revoke();
    expect(sent.at(-1)?.line).toBe("POST https://accounts.zoho.com/oauth/v2/token/revoke?token=rt%2F1");
  });

  it("at zoho needs a refresh token: without one nothing is sent", async () => {
    const tokens = { access_token: "at", api_domain: "https://www.zohoapis.com" };
    const { finish, sent } = await connect("zohocrm", { tokens, api: API });
    const connection = await finish();
    const before = sent.length;
    await connection.revoke();
    expect(sent).toHaveLength(before);
  });

  it("at google is that of the access token, where there is no other", async () => {
    const { finish, sent } = await connect("gmail", { tokens: { access_token: "at" }, api: API });
    await (await finish()).revoke();
    expect(sent.at(-1)?.body).toBe(`${byRfc7009("at", "access_token")}&${POSTED}`);
  });

  it("at slack has failed when the body says so", async () => {
    const { finish } = await connect("slack", {
      tokens: { ...TOKENS, ok: true },
      api: { ...API, "auth.revoke": { ok: false, error: "ratelimited" } },
    });
    await expect((await finish()).revoke()).rejects.toMatchObject({ code: "TOKEN_REVOKE_FAILED" });
  });
});
