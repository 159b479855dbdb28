import { beforeAll, describe, expect, it } from "vitest";
import type { Printed } from "../../examples/seed-walkthrough.js";
import { main } from "../../examples/seed-walkthrough.js";

let printed: Printed;
beforeAll(async () => {
  printed = await main();
});

/** A field as the page prints it; what is secret says so here. */
const field = (overrides: Readonly<Record<string, unknown>>) => ({
  type: "string",
  default: null,
  required: true,
  expected_from_customer: false,
  is_secret: false,
  get_current_user_endpoint: null,
  ...overrides,
});

const token = field({
  name: "token",
  display_name: "Token",
  description: "Token for bearer token auth",
  expected_from_customer: true,
  is_secret: true,
});

const uuid = expect.stringMatching(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const active = { connectionStatus: "ACTIVE", connectedAccountId: uuid, redirectUrl: null };

describe("integrations", () => {
  it("are listed without being made", () => {
    expect(printed["has integration, before"]).toBe(false);
    expect(printed["has integration, after"]).toBe(true);
  });

  it("expect the page's four fields of a developer with an OAuth 2.0 app", () => {
    expect(printed["expected integration params"]).toEqual([
      field({ name: "client_id", display_name: "Client id", description: "Client id of the app" }),
      field({
        name: "client_secret",
        display_name: "Client secret",
        description: "Client secret of the app",
        is_secret: true,
      }),
      field({
        name: "oauth_redirect_uri",
        display_name: "Redirect URI",
        description: "Add this Redirect URL to your app's OAuth allow list.",
        default: "https://app.example.com/connect/callback",
        required: false,
      }),
      field({
        name: "scopes",
        display_name: "Scopes",
        description: "Scopes to request from the user, comma separated",
        default:
          "https://www.googleapis.com/auth/gmail.modify,https://www.googleapis.com/auth/userinfo.profile",
        required: false,
      }),
    ]);
  });

  it("are created once", () => {
    expect(printed["created once"]).toBe(true);
    expect(printed["the created integration"]).toMatchObject({
      id: uuid,
      name: "gmail_1",
      authScheme: "OAUTH2",
      enabled: true,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
  });
});

describe("an entity", () => {
  it("is the app's user, known without having been created", () => {
    expect(printed["entity id"]).toBe("default");
    expect(printed["connections of the entity"]).toEqual([]);
  });

  it("is the one whose account tool calls use", () => {
    expect(printed["handled tool calls"]).toEqual([
      {
        role: "tool",
        tool_call_id: "call_1",
        content: expect.stringContaining("CONNECTION_REQUIRED"),
      },
    ]);
  });
});

describe("a connection", () => {
  it("is looked for with NoItemsFoundError meaning none", () => {
    expect(printed["has active connection, before"]).toBe(false);
    expect(printed["has active connection, after"]).toBe(true);
  });

  it("expects of the user what its scheme needs", () => {
    expect(printed["expected params by integration id"]).toEqual([]);
    expect(printed["expected params by app and scheme"]).toEqual([token]);
  });

  it("is made with and without parameters", () => {
    expect(printed["connection without parameters"]).toEqual(active);
    expect(printed["connection with parameters"]).toEqual(active);
  });
});

describe("the page's three examples", () => {
  it("start GitHub's OAuth 2.0 flow", () => {
    expect(printed["github params"]).toEqual([]);
    expect(printed["github connection request"]).toEqual({
      connectionStatus: "INITIATED",
      connectedAccountId: uuid,
      redirectUrl: expect.stringMatching(/^https:\/\/github\.com\/login\/oauth\/authorize\?/),
    });
  });

  it("connect Gmail with a bearer token", () => {
    expect(printed["gmail params"]).toEqual([token]);
    expect(printed["gmail connection request"]).toEqual(active);
  });

  it("connect Notion with an API key", () => {
    expect(printed["notion params"]).toEqual([
      field({
        name: "api_key",
        display_name: "API Key",
        description: "Your notion API key for authentication. Obtain it from your notion settings.",
        expected_from_customer: true,
        is_secret: true,
      }),
    ]);
    expect(printed["notion connection request"]).toEqual(active);
  });
});
