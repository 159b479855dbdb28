import { describe, expect, it } from "vitest";
import type { Journey } from "./journey.js";
import { connect } from "./journey.js";
import { BASIC, FORM, POSTED, shown } from "./requests.js";

const TOKENS = { access_token: "at", token_type: "bearer", refresh_token: "rt", expires_in: 3600 };
const GRANT = "refresh_token=rt&grant_type=refresh_token";
const ME = { id: "1", email: "ada@example.com", handle: "ada" };

interface Golden extends Journey {
  readonly refresh: readonly [line: string, contentType: string, authorization: string | null, body: string];
}

const GOLDEN: Readonly<Record<string, Golden>> = {
  figma: {
    api: { "/v1/me": ME },
    refresh: ["POST https://api.figma.com/v1/oauth/refresh", FORM, BASIC, GRANT],
  },
  basecamp: {
    api: { "authorization.json": { identity: { id: 1 }, accounts: [{ id: 99, name: "Acme" }] } },
    refresh: ["POST https://launchpad.37signals.com/authorization/token", FORM, null, `${GRANT}&${POSTED}`],
  },
  withings: {
    tokens: { status: 0, body: { ...TOKENS, userid: "5" } },
    refresh: [
      "POST https://wbsapi.withings.net/v2/oauth2",
      FORM,
      null,
      `action=requesttoken&${GRANT}&${POSTED}`,
    ],
  },
};

describe("a refresh", () => {
  it.each(Object.entries(GOLDEN))("at %s is what the documentation says", async (slug, golden) => {
    const { finish, sent } = await connect(slug, { tokens: TOKENS, ...golden });
    const connection = await finish();
    const before = sent.length;
    await connection.refresh();
    expect(sent.slice(before).map(shown)).toEqual([golden.refresh]);
  });

  it("at figma brings no refresh token: the first one is sent again", async () => {
    const { finish, sent, answers } = await connect("figma", { tokens: TOKENS, api: { "/v1/me": ME } });
    const connection = await finish();
    answers.tokens = { access_token: "at2", token_type: "bearer", expires_in: 3600 };
    await connection.refresh();
    await connection.refresh();
    expect(sent.slice(-2).map(({ body }) => body)).toEqual([GRANT, GRANT]);
  });

  it("at basecamp can be had again with what the first one rotated to", async () => {
    const { finish, sent, answers } = await connect("basecamp", { tokens: TOKENS, ...GOLDEN["basecamp"] });
    const connection = await finish();
    answers.tokens = { ...TOKENS, access_token: "at2", refresh_token: "rt2" };
    await connection.refresh();
    await connection.refresh();
    expect(sent.at(-1)?.body).toBe(`refresh_token=rt2&grant_type=refresh_token&${POSTED}`);
  });
});

describe("a refresh at exactonline", () => {
  const journey = {
    params: { country: "nl" },
    tokens: { ...TOKENS, expires_in: "600" },
    api: { "current/Me": { d: { results: [{ UserID: "u-1", CurrentDivision: 7 }] } } },
  };
  const MINUTE = 60_000;
  const refreshes = (sent: readonly { readonly line: string }[]) =>
    sent.filter(({ line }) => line === "POST https://start.exactonline.nl/api/oauth2/token").length - 1;

  it.each([
    ["not asked for within nine and a half minutes", 9.5 * MINUTE, 0],
    ["asked for after that, before the tenth", 9.75 * MINUTE, 1],
  ])("is %s", async (_name, age, expected) => {
    const { finish, sent, time } = await connect("exactonline", journey);
    const connection = await finish();
    time.now += age;
    await connection.request("current/Me");
    expect(refreshes(sent)).toBe(expected);
  });
});

describe("scopes", () => {
  const API = { userinfo: { sub: "1", email: "ada@example.com" }, "calendar/v3": { id: "ada@example.com" } };

  it("are those that were granted, whatever was asked for", async () => {
    const scope = "https://www.googleapis.com/auth/calendar.events.readonly";
    const { authorize, finish, answers } = await connect("googlecalendar", {
      tokens: { ...TOKENS, scope },
      api: API,
    });
    expect(new URL(authorize).searchParams.get("scope")?.split(" ").length).toBeGreaterThan(1);
    const connection = await finish();
    expect(connection.scopes).toEqual([scope]);
    // Google leaves the refresh token out, and others the scope, which RFC 6749 §6 allows where nothing changed.
    answers.tokens = { access_token: "at2", expires_in: 3600 };
    await connection.refresh();
    expect(connection.scopes).toEqual([scope]);
    answers.tokens = { access_token: "at3", expires_in: 3600, scope: "" };
    await connection.refresh();
    expect(connection.scopes).toEqual([scope]);
  });

  it("at slack and github come as a list with commas", async () => {
    const slack = await connect("slack", {
      tokens: { ok: true, access_token: "at", scope: "chat:write,users:read" },
      api: { "auth.test": { ok: true, team_id: "T1", user_id: "U1" } },
    });
    expect((await slack.finish()).scopes).toEqual(["chat:write", "users:read"]);
    const github = await connect("github", {
      tokens: { access_token: "at", scope: "repo,read:user" },
      api: { "/user": { id: 1, login: "ada" } },
    });
    expect((await github.finish()).scopes).toEqual(["repo", "read:user"]);
  });
});
