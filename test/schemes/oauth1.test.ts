import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { loopbackServer } from "../support/loopback-server.js";
import { answering, CONSUMER, credentials, PROVIDER, setUp, URLS } from "./oauth1/support.js";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

describe("OAUTH1, before Revision A", () => {
  it("says the callback in the authorization URL, and needs no verifier", async () => {
    const { toolset, entity, app } = await setUp({
      ...URLS,
      callback: "authorization",
      authorizationParams: { name: "Acme" },
    });
    const received = answering(server, credentials("request-1"), credentials("access-1"));
    const url = new URL((await entity.initiateConnection({ app })).redirectUrl ?? "");
    expect(Object.fromEntries(url.searchParams)).toMatchObject({ oauth_token: "request-1", name: "Acme" });
    expect(received[0]?.authorization).not.toContain("oauth_callback");
    const callback = new URL(url.searchParams.get("oauth_callback") ?? "");
    callback.searchParams.set("oauth_token", "request-1");
    const { connection } = await toolset.handleCallback(callback, { entityId: "ada" });
    expect(received[1]?.authorization).toContain('oauth_token="request-1"');
    expect(received[1]?.authorization).not.toContain("oauth_verifier");
    expect(connection.status).toBe("ACTIVE");
  });

  it("asks for scopes where the provider wants them, signed with the rest", async () => {
    const { entity, app } = await setUp({
      ...URLS,
      scopeParam: { in: "requestToken" },
      scopes: ["read", "write"],
      requestTokenParams: { x_auth_access_type: "write" },
    });
    const received = answering(server, credentials());
    await entity.initiateConnection({ app });
    expect(received[0]?.body).toBe("x_auth_access_type=write&scope=read%2Cwrite");
  });

  it("asks with GET where the provider wants that: the parameters are in the query", async () => {
    const { entity, app } = await setUp({
      ...URLS,
      requestTokenMethod: "GET",
      requestTokenParams: { a: "b c" },
    });
    const received = answering(server, credentials());
    await entity.initiateConnection({ app });
    expect(received[0]).toMatchObject({ url: `${PROVIDER}/request?a=b%20c`, body: "" });
  });

  it("takes JSON and a wrong content type for a form", async () => {
    const { entity, app } = await setUp();
    answering(server, () => HttpResponse.json({ oauth_token: "t", oauth_token_secret: "s" }));
    expect((await entity.initiateConnection({ app })).connectionStatus).toBe("INITIATED");
    answering(server, () => HttpResponse.html("oauth_token=t&oauth_token_secret=s"));
    expect((await entity.initiateConnection({ app })).connectionStatus).toBe("INITIATED");
  });
});

describe("OAUTH1 with a token the user brings", () => {
  const GIVEN = { tokens: "given", signatureMethod: "HMAC-SHA256" };

  it("is ready at once, and names the realm as the provider writes it", async () => {
    const { entity, app } = await setUp(
      {
        ...GIVEN,
        consumer: "connection",
        realm: { template: "{account_id}", replace: { "-": "_" }, upperCase: true },
      },
      {},
    );
    let authorization: string | null = null;
    server.use(
      http.get(`${PROVIDER}/api/tickets`, ({ request }) => {
        authorization = request.headers.get("authorization");
        return HttpResponse.json([]);
      }),
    );
    const request = await entity.initiateConnection({
      app,
      connectionParams: {
        account_id: "1234567-sb1",
        oauth_token: "t",
        oauth_token_secret: "ts",
        ...CONSUMER,
      },
    });
    await (await request.waitUntilActive()).request("/tickets");
    expect(authorization).toMatch(/^OAuth realm="1234567_SB1", oauth_consumer_key="ck", /);
    expect(authorization).toContain('oauth_signature_method="HMAC-SHA256"');
  });

  it("names the field that is missing, and stores nothing", async () => {
    const { entity, app } = await setUp(GIVEN);
    await expect(
      entity.initiateConnection({ app, connectionParams: { oauth_token: "t" } }),
    ).rejects.toMatchObject({
      code: "INPUT_INVALID",
      issues: [{ path: "connectionParams.oauth_token_secret" }],
    });
    expect(await entity.getConnections()).toEqual([]);
  });
});

describe("an answer OAUTH1 refuses, storing nothing", () => {
  it.each<readonly [string, () => Response, Readonly<Record<string, unknown>>]>([
    ["HTML", () => HttpResponse.html("<html>not here</html>"), { code: "TOKEN_RESPONSE_INVALID" }],
    [
      "a form without the secret",
      () => new HttpResponse("oauth_token=t"),
      { code: "TOKEN_RESPONSE_INVALID" },
    ],
    [
      "an empty token",
      () => new HttpResponse("oauth_token=&oauth_token_secret=s"),
      { code: "TOKEN_RESPONSE_INVALID" },
    ],
    ["nothing", () => new HttpResponse(""), { code: "TOKEN_RESPONSE_INVALID" }],
    [
      "a redirect",
      () => HttpResponse.redirect("https://evil.example/"),
      { code: "TOKEN_RESPONSE_INVALID", status: 302 },
    ],
    ["more than 1 MB", () => new HttpResponse("a=b".padEnd(1_000_001)), { code: "TOKEN_RESPONSE_INVALID" }],
    [
      "a problem with status 200",
      () => new HttpResponse("oauth_problem=token_expired"),
      { providerError: "token_expired" },
    ],
    [
      "X's JSON",
      () =>
        HttpResponse.json(
          { errors: [{ code: 32, message: "Could not authenticate you." }] },
          { status: 401 },
        ),
      { code: "TOKEN_EXCHANGE_FAILED", status: 401 },
    ],
    ["503", () => new HttpResponse("", { status: 503 }), { retryable: true }],
    ["no answer", () => HttpResponse.error(), { retryable: true }],
  ])("%s", async (_case, answer, expected) => {
    const { entity, app } = await setUp();
    answering(server, answer);
    const refused = entity.initiateConnection({ app });
    await expect(refused).rejects.toMatchObject({ name: "TokenError", ...expected });
    await expect(refused).rejects.not.toThrow("cs");
    expect(await entity.getConnections()).toEqual([]);
  });

  it("that is cut off", async () => {
    server.close();
    const { origin: url } = await loopbackServer(() => ({ body: "oauth_token=t&oauth_", hangUp: true }));
    const { entity, app } = await setUp({ ...URLS, requestTokenUrl: `${url}/request` });
    await expect(entity.initiateConnection({ app })).rejects.toMatchObject({
      name: "TokenError",
      retryable: true,
    });
    server.listen({ onUnhandledRequest: "error" });
  });
});
