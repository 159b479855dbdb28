import { defineApp, MooringToolSet, memoryStorage } from "mooring";
import { fakeClock } from "mooring/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OAuth1Server } from "../support/oauth1-server.js";
import { CONSUMER, startOAuth1Server } from "../support/oauth1-server.js";

const CALLBACK_URL = "https://app.example.com/connect/callback";
let server: OAuth1Server;
let clock: ReturnType<typeof fakeClock>;
beforeEach(async () => {
  clock = fakeClock();
  server = await startOAuth1Server(() => clock.now());
});
afterEach(() => server.close());

async function setUp(settings: Readonly<Record<string, unknown>> = {}, consumer = CONSUMER) {
  const app = defineApp({
    slug: "acme",
    name: "Acme",
    description: "Acme's ticket system",
    baseUrl: `${server.url}/api`,
    authSchemes: [
      {
        scheme: "OAUTH1A",
        requestTokenUrl: `${server.url}/request_token`,
        authorizationUrl: `${server.url}/authorize`,
        accessTokenUrl: `${server.url}/access_token`,
        revocationUrl: `${server.url}/revoke`,
        metadata: { user_id: "user_id" },
        account: { id: "user_id", label: "screen_name" },
        ...settings,
      },
    ],
  });
  const toolset = new MooringToolSet({
    storage: memoryStorage(),
    clock,
    callbackUrl: CALLBACK_URL,
    apps: [app],
  });
  await toolset.createIntegration({
    app,
    authConfig: { consumer_key: consumer.key, consumer_secret: consumer.secret },
  });
  const entity = toolset.getEntity("ada");
  const begin = () => entity.initiateConnection({ app });
  return {
    toolset,
    entity,
    begin,
    async connect() {
      const request = await begin();
      const callback = await server.consent(request.redirectUrl);
      return (await toolset.handleCallback(callback, { entityId: "ada" })).connection;
    },
  };
}

describe("OAUTH1A with a server made by others", () => {
  it.each(["HMAC-SHA1", "HMAC-SHA256"])("connects and calls with %s", async (signatureMethod) => {
    const { connect } = await setUp({ signatureMethod });
    const connection = await connect();
    expect(connection).toMatchObject({
      status: "ACTIVE",
      params: { user_id: "7" },
      account: { id: "7", email: null, label: "ada" },
    });
    expect(await connection.request("/tickets", { searchParams: { q: "a b+c&d" } }).json()).toMatchObject({
      method: "GET",
      query: { q: "a b+c&d" },
    });
  });

  it("signs the fields of a form, and sends no other body twice", async () => {
    const { connect } = await setUp();
    const connection = await connect();
    const form = new URLSearchParams({ status: "Hello Ladies + Gentlemen, a signed request!", "c@": "" });
    expect(await connection.request("/tickets", { method: "POST", body: form }).json()).toMatchObject({
      body: { status: "Hello Ladies + Gentlemen, a signed request!", "c@": "" },
    });
    expect(await connection.request("/tickets?a=1", { method: "POST", json: { title: "é" } }).json()).toEqual(
      {
        method: "POST",
        query: { a: "1" },
        body: { title: "é" },
      },
    );
  });

  it("never puts the request's own parameters into the header", async () => {
    const { connect } = await setUp();
    const connection = await connect();
    await connection.request("/tickets", { searchParams: { q: "secret-query" } });
    expect(server.received.at(-1)).toMatch(/^GET \/api\/tickets\?q=secret-query OAuth /);
    expect(server.received.at(-1)?.split("OAuth ")[1]).not.toContain("secret-query");
  });

  it("can sign in the query", async () => {
    const { connect } = await setUp({ placement: "query" });
    const connection = await connect();
    const answer = await connection.request("/tickets?q=a%20b").json();
    expect(answer).toMatchObject({ query: { q: "a b", oauth_signature_method: "HMAC-SHA1" } });
  });

  it("finds the flow by the token where the callback URL must be the registered one", async () => {
    const { toolset, begin } = await setUp({ callbackKey: "oauth_token" });
    const request = await begin();
    const callback = await server.consent(request.redirectUrl);
    expect(callback.searchParams.has("state")).toBe(false);
    await expect(toolset.handleCallback(callback, { entityId: "mallory" })).rejects.toMatchObject({
      code: "ENTITY_MISMATCH",
    });
    const again = await server.consent((await begin()).redirectUrl);
    expect((await toolset.handleCallback(again, { entityId: "ada" })).connection.status).toBe("ACTIVE");
    await expect(toolset.handleCallback(again, { entityId: "ada" })).rejects.toMatchObject({
      code: "STATE_INVALID",
    });
  });

  it("revokes, and connects again under the same id", async () => {
    const { toolset, connect } = await setUp();
    const connection = await connect();
    await connection.revoke();
    expect(server.received.at(-1)).toMatch(/^POST \/revoke OAuth /);
    const request = await connection.reconnect();
    const callback = await server.consent(request.redirectUrl);
    const again = await toolset.handleCallback(callback, { entityId: "ada" });
    expect(again.connection).toMatchObject({ id: connection.id, status: "ACTIVE" });
    expect((await again.connection.fetch("/tickets")).status).toBe(200);
  });

  it("signs anew what is sent again: a nonce works once", async () => {
    const { connect } = await setUp();
    const connection = await connect();
    const statuses = [await connection.fetch("/tickets"), await connection.fetch("/tickets")].map(
      ({ status }) => status,
    );
    expect(statuses).toEqual([200, 200]);
    const nonces = server.received.map((line) => /oauth_nonce="([^"]+)"/.exec(line)?.[1]);
    const sent = nonces.filter((nonce) => nonce !== undefined);
    expect(new Set(sent).size).toBe(sent.length);
  });
});

describe("OAUTH1A refuses", () => {
  const wrong = { ...CONSUMER, secret: "wrong-secret" };

  it("to begin with a wrong secret: nothing is stored, nothing is shown", async () => {
    const { begin, entity } = await setUp({}, wrong);
    const refused = begin();
    await expect(refused).rejects.toMatchObject({
      name: "TokenError",
      code: "TOKEN_EXCHANGE_FAILED",
      providerError: "signature_invalid",
      status: 401,
    });
    await expect(refused).rejects.not.toThrow("wrong-secret");
    expect(await entity.getConnections()).toEqual([]);
  });

  it("to begin with a clock that is wrong, and says to look at it", async () => {
    await server.close();
    server = await startOAuth1Server(() => clock.now() + 3_600_000);
    const { begin, entity } = await setUp();
    await expect(begin()).rejects.toThrow("this machine's clock");
    expect(await entity.getConnections()).toEqual([]);
  });

  it("a callback whose verifier is wrong", async () => {
    const { toolset, begin, entity } = await setUp();
    const callback = await server.consent((await begin()).redirectUrl);
    callback.searchParams.set("oauth_verifier", "guessed");
    await expect(toolset.handleCallback(callback, { entityId: "ada" })).rejects.toMatchObject({
      name: "TokenError",
    });
    expect(await entity.getConnections()).toMatchObject([{ status: "FAILED" }]);
  });

  it.each([
    ["has no verifier", "oauth_verifier", null, "AUTHORIZATION_FAILED"],
    ["names another token", "oauth_token", "another", "STATE_INVALID"],
    ["says that the user refused", "denied", "the-token", "AUTHORIZATION_DENIED"],
    ["says so in the field's own words", "oauth_problem", "user_refused", "AUTHORIZATION_DENIED"],
    ["tells of another problem", "oauth_problem", "consumer_key_unknown", "AUTHORIZATION_FAILED"],
  ])("a callback that %s", async (_case, name, value, code) => {
    const { toolset, begin } = await setUp();
    const callback = await server.consent((await begin()).redirectUrl);
    if (value === null) callback.searchParams.delete(name);
    else callback.searchParams.set(name, value);
    await expect(toolset.handleCallback(callback, { entityId: "ada" })).rejects.toMatchObject({ code });
  });

  it.each([
    [{ requestTokenUrl: null }, "requestTokenUrl"],
    [{ accessTokenUrl: "http://acme.example/token" }, "accessTokenUrl"],
    [{ signatureMethod: "HMAC-MD5" }, "signatureMethod"],
    [{ realm: { template: 'a"b' } }, "realm.template"],
    [{ nonce: "x" }, ""],
  ])("settings that cannot work: %j", async (settings, path) => {
    await expect(setUp(settings)).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      issues: expect.arrayContaining([{ path: expect.stringContaining(path), message: expect.any(String) }]),
    });
  });
});
