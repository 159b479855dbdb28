import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { acmeApp, CALLBACK_URL, CLIENT, consented, openData, PROVIDER, setUpOAuth } from "../support/acme.js";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const TOKENS = {
  access_token: "access-1",
  refresh_token: "refresh-1",
  token_type: "Bearer",
  expires_in: 3600,
};
const issueTokens = () => server.use(http.post(`${PROVIDER}/token`, () => HttpResponse.json(TOKENS)));

describe("a flow through the browser", () => {
  it("starts INITIATED with a redirect, and its JSON is exactly the seed's three fields", async () => {
    const { toolset } = await setUpOAuth();
    const request = await toolset.getEntity("ada").initiateConnection({ app: "acme" });
    expect(Object.keys(request.toJSON())).toEqual(["connectionStatus", "connectedAccountId", "redirectUrl"]);
    expect(request.connectionStatus).toBe("INITIATED");
    const url = new URL(request.redirectUrl ?? "");
    expect(url.origin + url.pathname).toBe(`${PROVIDER}/authorize`);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      client_id: CLIENT.client_id,
      redirect_uri: CALLBACK_URL,
      response_type: "code",
      scope: "tickets:read tickets:write",
      code_challenge_method: "S256",
    });
  });

  it("becomes ACTIVE when the user who started it comes back", async () => {
    issueTokens();
    const { toolset } = await setUpOAuth();
    const request = await toolset
      .getEntity("ada")
      .initiateConnection({ app: "acme", redirectUrl: "https://app.example.com/done" });
    const { connection, redirectUrl } = await toolset.handleCallback(consented(request.redirectUrl), {
      entityId: "ada",
    });
    expect(connection.status).toBe("ACTIVE");
    expect(redirectUrl).toBe("https://app.example.com/done");
    expect((await request.waitUntilActive()).id).toBe(connection.id);
  });

  it.each([
    ["a Request", (url: URL) => new Request(url)],
    ["a URL", (url: URL) => url],
    ["an absolute string", (url: URL) => url.href],
    ["the path a server gives", (url: URL) => url.pathname + url.search],
    ["a form post", (url: URL) => new Request(CALLBACK_URL, { method: "POST", body: url.searchParams })],
  ])("takes %s", async (_name, make) => {
    issueTokens();
    const { toolset } = await setUpOAuth();
    const request = await toolset.getEntity("ada").initiateConnection({ app: "acme" });
    const { connection } = await toolset.handleCallback(make(consented(request.redirectUrl)), {
      entityId: "ada",
    });
    expect(connection.status).toBe("ACTIVE");
  });

  it("is not finished by another entity, and not by anyone after that", async () => {
    const { toolset } = await setUpOAuth();
    const request = await toolset.getEntity("mallory").initiateConnection({ app: "acme" });
    const callback = consented(request.redirectUrl);
    await expect(toolset.handleCallback(callback, { entityId: "ada" })).rejects.toMatchObject({
      name: "AuthorizationError",
      code: "ENTITY_MISMATCH",
    });
    await expect(toolset.handleCallback(callback, { entityId: "mallory" })).rejects.toMatchObject({
      code: "STATE_INVALID",
    });
    await expect(request.waitUntilActive()).rejects.toMatchObject({
      code: "CONNECTION_NOT_ACTIVE",
      status: "FAILED",
    });
    expect(await toolset.getEntity("ada").getConnections()).toEqual([]);
  });

  it("is finished without an entity only by the browser that carries the binding cookie", async () => {
    issueTokens();
    const { toolset } = await setUpOAuth();
    const started = () => toolset.getEntity("ada").initiateConnection({ app: "acme" });
    const [bound, stolen, foreign] = [await started(), await started(), await started()];
    const cookie = bound.bindingCookie?.split(";")[0] ?? "";
    expect(bound.bindingCookie).toMatch(/; HttpOnly; SameSite=Lax; Secure$/);
    const returned = (url: string | null, headers: HeadersInit) => new Request(consented(url), { headers });

    const { connection } = await toolset.handleCallback(
      returned(bound.redirectUrl, { cookie: `a=b; ${cookie}` }),
    );
    expect(connection.status).toBe("ACTIVE");
    for (const [request, headers] of [
      [stolen, {}],
      [foreign, { cookie }],
    ] as const) {
      await expect(toolset.handleCallback(returned(request.redirectUrl, headers))).rejects.toMatchObject({
        code: "ENTITY_REQUIRED",
      });
    }
  });

  it("is content with the state when the toolset was built so, by name", async () => {
    issueTokens();
    const { toolset } = await setUpOAuth({ flowBinding: "state-only" });
    const request = await toolset.getEntity("ada").initiateConnection({ app: "acme" });
    expect((await toolset.handleCallback(consented(request.redirectUrl))).connection.status).toBe("ACTIVE");
  });

  it("expires after its time, for the callback and for who waits", async () => {
    const { toolset, clock } = await setUpOAuth();
    const entity = toolset.getEntity("ada");
    const request = await entity.initiateConnection({ app: "acme" });
    await clock.advance(600_000);
    expect((await entity.getConnections({ status: "EXPIRED" })).map(({ id }) => id)).toEqual([
      request.connectedAccountId,
    ]);
    await expect(request.waitUntilActive()).rejects.toMatchObject({ status: "EXPIRED" });
    await expect(
      toolset.handleCallback(consented(request.redirectUrl), { entityId: "ada" }),
    ).rejects.toMatchObject({
      code: "STATE_EXPIRED",
    });
  });

  it("lets one of many callers with the same callback through", async () => {
    issueTokens();
    const { toolset } = await setUpOAuth();
    const request = await toolset.getEntity("ada").initiateConnection({ app: "acme" });
    const callback = consented(request.redirectUrl);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, () => toolset.handleCallback(callback, { entityId: "ada" })),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("that the user denies tells the host which connection it was, and where the user wanted to land", async () => {
    const { toolset } = await setUpOAuth();
    const request = await toolset
      .getEntity("ada")
      .initiateConnection({ app: "acme", redirectUrl: "https://app.example.com/settings" });
    const denied = consented(request.redirectUrl, { error: "access_denied" });
    await expect(toolset.handleCallback(denied, { entityId: "ada" })).rejects.toMatchObject({
      code: "AUTHORIZATION_DENIED",
      connectionId: request.connectedAccountId,
      redirectUrl: "https://app.example.com/settings",
    });
  });

  it("tells another user nothing of whose connection it was", async () => {
    const { toolset } = await setUpOAuth();
    const request = await toolset
      .getEntity("ada")
      .initiateConnection({ app: "acme", redirectUrl: "/settings" });
    await expect(
      toolset.handleCallback(consented(request.redirectUrl), { entityId: "mallory" }),
    ).rejects.toMatchObject({ code: "ENTITY_MISMATCH", connectionId: null, redirectUrl: null });
  });

  it("does not land on the callback itself", async () => {
    const { toolset } = await setUpOAuth();
    await expect(
      toolset.getEntity("ada").initiateConnection({ app: "acme", redirectUrl: CALLBACK_URL }),
    ).rejects.toMatchObject({
      issues: [{ path: "redirectUrl", message: "expected where the user lands after the flow" }],
    });
  });

  it("that fails leaves a working connection alone, and says so to who waits", async () => {
    issueTokens();
    const { toolset } = await setUpOAuth();
    const entity = toolset.getEntity("ada");
    const first = await entity.initiateConnection({ app: "acme" });
    const { connection } = await toolset.handleCallback(consented(first.redirectUrl), { entityId: "ada" });
    const before = await connection.getAuthParams();
    const again = await connection.reconnect({ scopes: ["tickets:admin"] });
    expect(again.connectedAccountId).toBe(connection.id);
    const denied = consented(again.redirectUrl, { error: "access_denied" });
    await expect(toolset.handleCallback(denied, { entityId: "ada" })).rejects.toMatchObject({
      code: "AUTHORIZATION_DENIED",
      providerError: "access_denied",
    });
    await expect(again.waitUntilActive()).rejects.toMatchObject({
      code: "CONNECTION_NOT_ACTIVE",
      status: "FAILED",
    });
    expect((await connection.reload()).status).toBe("ACTIVE");
    expect(await connection.getAuthParams()).toEqual(before);
  });

  it("that is started again and succeeds replaces the credentials and keeps the id", async () => {
    issueTokens();
    const { toolset } = await setUpOAuth();
    const first = await toolset.getEntity("ada").initiateConnection({ app: "acme" });
    const { connection } = await toolset.handleCallback(consented(first.redirectUrl), { entityId: "ada" });
    const again = await connection.reconnect();
    server.use(
      http.post(`${PROVIDER}/token`, () => HttpResponse.json({ ...TOKENS, access_token: "access-2" })),
    );
    const finished = await toolset.handleCallback(consented(again.redirectUrl), { entityId: "ada" });
    expect(finished.connection.id).toBe(connection.id);
    expect((await again.waitUntilActive()).status).toBe("ACTIVE");
    expect((await connection.getAuthParams()).headers["authorization"]).toBe("Bearer access-2");
  });

  it("does not bring back what was revoked or disabled since it started", async () => {
    issueTokens();
    for (const stop of ["revoke", "disable"] as const) {
      const { toolset } = await setUpOAuth();
      server.use(http.post(`${PROVIDER}/revoke`, () => new HttpResponse(null)));
      const first = await toolset.getEntity("ada").initiateConnection({ app: "acme" });
      const { connection } = await toolset.handleCallback(consented(first.redirectUrl), { entityId: "ada" });
      const again = await connection.reconnect();
      const { status } = await connection[stop]();
      await expect(again.waitUntilActive()).rejects.toMatchObject({ status: "FAILED" });
      await expect(
        toolset.handleCallback(consented(again.redirectUrl), { entityId: "ada" }),
      ).rejects.toMatchObject({ code: "STATE_INVALID" });
      expect((await connection.reload()).status).toBe(status);
    }
  });

  it("brings back a revoked connection when it started after that", async () => {
    issueTokens();
    const { toolset } = await setUpOAuth();
    server.use(http.post(`${PROVIDER}/revoke`, () => new HttpResponse(null)));
    const first = await toolset.getEntity("ada").initiateConnection({ app: "acme" });
    const { connection } = await toolset.handleCallback(consented(first.redirectUrl), { entityId: "ada" });
    const again = await (await connection.revoke()).reconnect();
    await toolset.handleCallback(consented(again.redirectUrl), { entityId: "ada" });
    expect((await connection.reload()).status).toBe("ACTIVE");
  });

  it("does not overwrite what the user connected in another way while the code was exchanged", async () => {
    const { toolset } = await setUpOAuth();
    const entity = toolset.getEntity("ada");
    const request = await entity.initiateConnection({ app: "acme", alias: "work" });
    server.use(
      http.post(`${PROVIDER}/token`, async () => {
        const connectionParams = { api_key: "a-working-key" };
        await entity.initiateConnection({
          app: "acme",
          authScheme: "API_KEY",
          alias: "work",
          connectionParams,
        });
        return HttpResponse.json(TOKENS);
      }),
    );
    await expect(
      toolset.handleCallback(consented(request.redirectUrl), { entityId: "ada" }),
    ).rejects.toMatchObject({ code: "STATE_INVALID" });
    const connection = await entity.getConnection({ app: "acme" });
    expect((await connection.getAuthParams()).headers["x-api-key"]).toBe("a-working-key");
  });

  it("is bound over https by a cookie that no other host of the site can set", async () => {
    const { toolset } = await setUpOAuth();
    const started = () => toolset.getEntity("mallory").initiateConnection({ app: "acme" });
    const request = await started();
    expect(request.bindingCookie).toMatch(/^__Host-mooring-flow-/);
    const tossed = request.bindingCookie?.split(";")[0]?.replace("__Host-", "") ?? "";
    const callback = new Request(consented(request.redirectUrl), { headers: { cookie: tossed } });
    await expect(toolset.handleCallback(callback)).rejects.toMatchObject({ code: "ENTITY_REQUIRED" });
  });

  it("sends users nowhere the host does not allow", async () => {
    const { toolset } = await setUpOAuth({
      apps: [acmeApp(), openData],
      allowedRedirectUrls: ["https://app.example.com/in/"],
    });
    const entity = toolset.getEntity("ada");
    for (const redirectUrl of [
      "https://evil.example/",
      "https://app.example.com/internal",
      "https://app.example.com@evil.example/in/",
      "javascript:alert(1)",
      "//evil.example/in/",
    ]) {
      await expect(entity.initiateConnection({ app: "acme", redirectUrl })).rejects.toMatchObject({
        code: "INPUT_INVALID",
        issues: [{ path: "redirectUrl" }],
      });
    }
    const allowed = await entity.initiateConnection({ app: "acme", redirectUrl: "/in/done?tab=1" });
    expect(allowed.connectionStatus).toBe("INITIATED");
  });
});
