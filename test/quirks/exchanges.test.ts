import { describe, expect, it } from "vitest";
import { connect } from "./journey.js";

const DAY = 86_400_000;
const SIXTY_DAYS = 5_184_000;

/** A provider that gives an hour's token for the code, and one of sixty days for that. */
const META = {
  facebook: {
    exchange: "fb_exchange_token",
    long: "GET https://graph.facebook.com/v25.0/oauth/access_token?grant_type=fb_exchange_token&client_id=id&client_secret=secret&fb_exchange_token=",
    renewal:
      "GET https://graph.facebook.com/v25.0/oauth/access_token?grant_type=fb_exchange_token&client_id=id&client_secret=secret&fb_exchange_token=",
    account: { "/me?": { id: "7", name: "Ada" } },
  },
  instagram: {
    exchange: "ig_exchange_token",
    long: "GET https://graph.instagram.com/access_token?grant_type=ig_exchange_token&client_secret=secret&access_token=",
    renewal: "GET https://graph.instagram.com/refresh_access_token?grant_type=ig_refresh_token&access_token=",
    account: { "/me?": { user_id: "7", username: "Ada" } },
  },
  threads: {
    exchange: "th_exchange_token",
    long: "GET https://graph.threads.net/access_token?grant_type=th_exchange_token&client_secret=secret&access_token=",
    renewal: "GET https://graph.threads.net/refresh_access_token?grant_type=th_refresh_token&access_token=",
    account: { "/me?": { id: "7", username: "Ada" } },
  },
} as const;

describe("a token that is exchanged for a longer one, and renewed with itself", () => {
  it.each(Object.entries(META))("is what %s gives", async (slug, { exchange, long, renewal, account }) => {
    const api: Record<string, unknown> = {
      ...account,
      [exchange]: { access_token: "long-1", token_type: "bearer", expires_in: SIXTY_DAYS },
    };
    const { finish, sent, time } = await connect(slug, { api });
    const connection = await finish();
    expect(sent[1]?.line).toBe(`${long}at`);
    expect(sent[1]?.headers.get("authorization")).toBeNull();
    expect(connection.expiresAt?.getTime()).toBe(time.now + SIXTY_DAYS * 1000);
    expect(connection.account).toMatchObject({ id: "7", label: "Ada" });

    for (const part of [exchange, "refresh_access_token"]) {
      api[part] = { access_token: "long-2", token_type: "bearer", expires_in: SIXTY_DAYS };
    }
    time.now += 20 * DAY;
    await connection.request("/x");
    expect(sent.at(-1)?.headers.get("authorization")).toBe("Bearer long-1");
    time.now += 11 * DAY;
    await connection.request("/x");
    expect(sent.at(-2)?.line).toBe(`${renewal}long-1`);
    expect(sent.at(-1)?.headers.get("authorization")).toBe("Bearer long-2");
  });

  it("ends the connection where it was left to expire", async () => {
    const long = { access_token: "long-1", token_type: "bearer", expires_in: SIXTY_DAYS };
    const api: Record<string, unknown> = { "/me?": { id: "7" }, fb_exchange_token: long };
    const { finish, time } = await connect("facebook", { api });
    const connection = await finish();
    time.now += 61 * DAY;
    const error = { message: "Error validating access token", type: "OAuthException", code: 190 };
    api["fb_exchange_token"] = Response.json({ error }, { status: 400 });
    await expect(connection.request("/x")).rejects.toMatchObject({ code: "REAUTHORIZATION_REQUIRED" });
    expect((await connection.reload()).status).toBe("EXPIRED");
  });
});

describe("a token that is exchanged for another API's (RFC 8693)", () => {
  const org = {
    access_token: "org-1",
    refresh_token: "rt-1",
    instance_url: "https://acme.my.salesforce.com",
  };
  const tenant = {
    access_token: "tenant-1",
    token_type: "Bearer",
    expires_in: 7200,
    instance_url: "acme.c360a.salesforce.com",
  };

  it("is exchanged again whenever it is renewed, as at Salesforce Data Cloud", async () => {
    const api: Record<string, unknown> = { a360: tenant };
    const { finish, sent, time } = await connect("salesforcedatacloud", { tokens: org, api });
    const connection = await finish();
    expect(sent.slice(0, 2).map(({ line, body }) => [line, body])).toEqual([
      ["POST https://login.salesforce.com/services/oauth2/token", expect.stringContaining("code=c")],
      [
        "POST https://acme.my.salesforce.com/services/a360/token",
        "grant_type=urn%3Asalesforce%3Agrant-type%3Aexternal%3Acdp&subject_token=org-1&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token",
      ],
    ]);
    expect(connection.params).toMatchObject({ tenant_host: "acme.c360a.salesforce.com" });
    await connection.request("/api/v1/profile");
    expect(sent.at(-1)?.line).toBe("GET https://acme.c360a.salesforce.com/api/v1/profile");
    expect(sent.at(-1)?.headers.get("authorization")).toBe("Bearer tenant-1");

    time.now += 7_200_000;
    api["a360"] = { ...tenant, access_token: "tenant-2" };
    await connection.request("/api/v1/profile");
    expect(sent.at(-3)?.body).toContain("grant_type=refresh_token");
    expect(sent.at(-3)?.body).toContain("refresh_token=rt-1");
    expect(sent.at(-1)?.headers.get("authorization")).toBe("Bearer tenant-2");
  });

  it("takes no host from the answer that is not the provider's", async () => {
    const api = { a360: { ...tenant, instance_url: "https://salesforce.com.evil.example" } };
    const { finish, sent } = await connect("salesforcedatacloud", { tokens: org, api });
    await expect(finish()).rejects.toMatchObject({ code: "AUTHORIZATION_FAILED" });
    expect(sent.some(({ line }) => line.includes("evil"))).toBe(false);
  });
});

describe("a grant with several tokens", () => {
  it("has those of another audience by its refresh token, as at Microsoft", async () => {
    const api = { "/me": { id: "7", mail: null, userPrincipalName: "ada@acme.example" } };
    const tokens = { access_token: "at", refresh_token: "rt-1", expires_in: 3600, scope: "User.Read" };
    const { finish, sent } = await connect("sharepoint", { params: { tenant: "acme" }, tokens, api });
    const connection = await finish();
    expect(sent[1]?.body).toBe(
      "scope=https%3A%2F%2Facme.sharepoint.com%2F.default+offline_access&refresh_token=rt-1&grant_type=refresh_token&client_id=id&client_secret=secret",
    );
    expect(connection.scopes).toEqual(["User.Read"]);
  });

  const bot = { access_token: "xoxe.xoxb-1", refresh_token: "xoxe-b1", expires_in: 43_200, ok: true };
  const user = { access_token: "xoxe.xoxp-1", refresh_token: "xoxe-u1", expires_in: 43_200 };
  const answer = { ...bot, authed_user: user, team: { id: "T1", name: "Acme" } };
  const api = { "auth.test": { ok: true, team_id: "T1", user_id: "U1", user: "ada" } };

  it("sends each where it belongs, as at Slack", async () => {
    const { authorize, finish, sent } = await connect("slackuser", { tokens: answer, api });
    expect(new URL(authorize).searchParams.get("user_scope")).toBe(
      "search:read,reminders:write,users.profile:write",
    );
    const connection = await finish();
    await connection.request("/chat.postMessage", { method: "POST", json: {} });
    expect(sent.at(-1)?.headers.get("authorization")).toBe("Bearer xoxe.xoxb-1");
    await connection.request("/search.messages", { searchParams: { query: "a" } });
    expect(sent.at(-1)?.headers.get("authorization")).toBe("Bearer xoxe.xoxp-1");
  });

  it("ends each of them when the connection is revoked", async () => {
    const { finish, sent } = await connect("slackuser", { tokens: answer, api });
    await (await finish()).revoke();
    const ended = sent.filter(({ line }) => line.endsWith("/auth.revoke"));
    expect(ended.map(({ headers }) => headers.get("authorization"))).toEqual([
      "Bearer xoxe.xoxb-1",
      "Bearer xoxe.xoxp-1",
    ]);
  });

  /** A connection whose tokens have expired, and what refresh tokens are sent from then on. */
  async function expired(renewed: object) {
    const { finish, sent, time, answers } = await connect("slackuser", { tokens: answer, api });
    const connection = await finish();
    time.now += 43_200_000;
    answers.tokens = renewed;
    const spent = () => sent.flatMap(({ body }) => new URLSearchParams(body).getAll("refresh_token"));
    const sentTo = async (path: string) => {
      await connection.request(path);
      return sent.at(-1)?.headers.get("authorization");
    };
    return { sentTo, spent };
  }

  it("renews each with its own refresh token, and none of them twice", async () => {
    const { sentTo, spent } = await expired({ ...bot, access_token: "new", refresh_token: "xoxe-2" });
    expect(await sentTo("/users.list")).toBe("Bearer new");
    expect(await sentTo("/search.messages")).toBe("Bearer new");
    expect(spent()).toEqual(["xoxe-b1", "xoxe-u1"]);
  });

  it("takes one that stands in the answer to the other's renewal", async () => {
    const newer = { ...user, access_token: "xoxe.xoxp-2" };
    const { sentTo, spent } = await expired({ ...answer, authed_user: newer });
    expect(await sentTo("/search.messages")).toBe("Bearer xoxe.xoxp-2");
    expect(spent()).toEqual(["xoxe-b1"]);
  });
});
