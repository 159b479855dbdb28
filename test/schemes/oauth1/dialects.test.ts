import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { answering, CALLBACK_URL, CONSUMER, credentials, setUp, URLS } from "./support.js";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

describe("OAUTH1, as providers bend it", () => {
  const callback = (query: Readonly<Record<string, string>>) =>
    new URL(`${CALLBACK_URL}?${new URLSearchParams(query)}`);
  const begin = async (settings: Readonly<Record<string, unknown>> = {}) => {
    const known = await setUp({ ...URLS, callback: "authorization", ...settings });
    const { redirectUrl } = await known.entity.initiateConnection({ app: known.app });
    const back = new URL(new URL(redirectUrl ?? "").searchParams.get("oauth_callback") ?? "");
    return { ...known, state: back.searchParams.get("state") ?? "" };
  };

  it("knows a refusal by the parameter the app definition names", async () => {
    answering(server, credentials("request-1"), credentials("access-1"));
    const { toolset, state } = await begin({ denial: { parameter: "authorize", equals: "0" } });
    const no = callback({ state, oauth_token: "request-1", authorize: "0" });
    await expect(toolset.handleCallback(no, { entityId: "ada" })).rejects.toMatchObject({
      code: "AUTHORIZATION_DENIED",
    });
    const other = await begin({ denial: { parameter: "authorize", equals: "0" } });
    const yes = callback({ state: other.state, oauth_token: "request-1", authorize: "1" });
    const { connection } = await other.toolset.handleCallback(yes, { entityId: "ada" });
    expect(connection.status).toBe("ACTIVE");
  });

  it("goes without a callback URL (`oob`): the user brings what the provider shows", async () => {
    const received = answering(
      server,
      credentials("request-1", "&oauth_callback_confirmed=true"),
      credentials(),
    );
    const outOfBand = { ...CONSUMER, oauth_redirect_uri: "oob" };
    const { toolset, entity, app } = await setUp({ ...URLS, callbackKey: "oauth_token" }, outOfBand);
    const { redirectUrl } = await entity.initiateConnection({ app });
    expect(received[0]?.authorization).toContain('oauth_callback="oob"');
    expect(redirectUrl).toBe(`${URLS.authorizationUrl}?oauth_token=request-1`);
    const brought = callback({ oauth_token: "request-1", oauth_verifier: "1234567" });
    const { connection } = await toolset.handleCallback(brought, { entityId: "ada" });
    expect(connection.status).toBe("ACTIVE");
    expect(received[1]?.authorization).toContain('oauth_verifier="1234567"');
  });

  it.each([
    ["oob", "CONFIG_INVALID"],
    ["connect/callback", "INPUT_INVALID"],
    ["https://app.example.com/callback#here", "INPUT_INVALID"],
    ["https://app.example.com/call back", "INPUT_INVALID"],
  ])("takes no callback URL a state cannot come back with: %s", async (oauth_redirect_uri, code) => {
    await expect(setUp(URLS, { ...CONSUMER, oauth_redirect_uri })).rejects.toMatchObject({
      code,
      issues: [{ path: "authConfig.oauth_redirect_uri" }],
    });
  });

  it("takes no callback that does not say whose token it is for", async () => {
    answering(server, credentials("request-1"));
    const { toolset, state, entity } = await begin();
    await expect(toolset.handleCallback(callback({ state }), { entityId: "ada" })).rejects.toMatchObject({
      code: "STATE_INVALID",
    });
    expect(await entity.getConnections()).toMatchObject([{ status: "FAILED" }]);
  });

  it("wants a verifier where the app definition says there is one", async () => {
    answering(server, credentials("request-1"));
    const { toolset, state } = await begin({ verifier: "required" });
    const bare = callback({ state, oauth_token: "request-1" });
    await expect(toolset.handleCallback(bare, { entityId: "ada" })).rejects.toMatchObject({
      code: "AUTHORIZATION_FAILED",
    });
  });

  it("keeps what was asked for as the scopes, since the provider does not say what it granted", async () => {
    answering(server, credentials("request-1"), credentials("access-1"));
    const { toolset, state } = await begin({
      scopeParam: { in: "authorization" },
      scopes: ["read", "write"],
    });
    const back = callback({ state, oauth_token: "request-1" });
    const { connection } = await toolset.handleCallback(back, { entityId: "ada" });
    expect(connection.scopes).toEqual(["read", "write"]);
  });
});

describe("OAUTH1A where the provider does not confirm the callback URL", () => {
  it.each(["", "&oauth_callback_confirmed=false"])("refuses the token: %j", async (more) => {
    const { entity, app } = await setUp({ scheme: "OAUTH1A", ...URLS });
    answering(server, credentials("t", more));
    await expect(entity.initiateConnection({ app })).rejects.toMatchObject({
      code: "TOKEN_RESPONSE_INVALID",
      hint: expect.stringContaining("OAUTH1"),
    });
    expect(await entity.getConnections()).toEqual([]);
  });
});
