import { createServer } from "node:http";
import { defineApp, MooringToolSet, memoryStorage } from "mooring";
import { afterEach, describe, expect, it } from "vitest";
import type { AuthorizationServerOptions } from "../../../examples/support/authorization-server.js";
import { startAuthorizationServer } from "../../../examples/support/authorization-server.js";
import { createBrowser } from "../../../examples/support/browser.js";
import { listen } from "../../../examples/support/listen.js";

const CALLBACK_URL = "http://127.0.0.1:9/callback";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

const appAt = (issuer: string, settings: Readonly<Record<string, unknown>>) =>
  defineApp({
    slug: "acme",
    name: "Acme",
    description: "Acme",
    baseUrl: "https://api.acme.example",
    authSchemes: [{ scheme: "OAUTH2", issuer, scopes: ["issues:read"], clientRegistration: {}, ...settings }],
  });

async function at(options: AuthorizationServerOptions = {}) {
  const server = await startAuthorizationServer({ registration: true, ...options });
  closers.push(() => server.close());
  return server;
}

const toolsetWith = (app: ReturnType<typeof appAt>) =>
  new MooringToolSet({ storage: memoryStorage(), apps: [app], callbackUrl: CALLBACK_URL });

describe("a client that registers itself (RFC 7591), at oidc-provider", () => {
  it.each(["none", "client_secret_basic", "client_secret_post"])(
    "connects and refreshes with %s, with nothing set up before",
    async (clientAuthentication) => {
      const { issuer } = await at();
      const toolset = toolsetWith(appAt(issuer, { clientAuthentication }));
      const request = await toolset.getEntity("ada").initiateConnection({ app: "acme" });
      const callback = await createBrowser().authorize(request.redirectUrl ?? "", { login: "ada" });
      const { connection } = await toolset.handleCallback(callback, { entityId: "ada" });
      expect(connection.status).toBe("ACTIVE");
      const before = (await connection.getAuthParams()).headers;
      await connection.refresh();
      expect((await connection.getAuthParams()).headers).not.toEqual(before);
    },
  );

  it("is registered once, and shared by all who connect", async () => {
    const { issuer } = await at();
    const toolset = toolsetWith(appAt(issuer, { clientAuthentication: "none" }));
    const urls = [];
    for (const id of ["ada", "grace"]) {
      const { redirectUrl } = await toolset.getEntity(id).initiateConnection({ app: "acme" });
      urls.push(new URL(redirectUrl ?? ""));
    }
    expect(new Set(urls.map(({ searchParams }) => searchParams.get("client_id"))).size).toBe(1);
    expect(await toolset.getIntegrations()).toHaveLength(1);
  });

  it("is registered with the token that the provider gave the developer for that, and not without", async () => {
    const initialAccessToken = "initial-access-token-of-the-host";
    const { issuer } = await at({ initialAccessToken });
    const toolset = toolsetWith(appAt(issuer, { clientAuthentication: "client_secret_basic" }));
    for (const authConfig of [{}, { initial_access_token: "a wrong initial access token" }]) {
      const refused = toolset.createIntegration({ app: "acme", authConfig });
      await expect(refused).rejects.toMatchObject({ code: "TOKEN_EXCHANGE_FAILED", retryable: false });
      await expect(refused).rejects.not.toThrow("wrong initial");
    }
    await toolset.createIntegration({
      app: "acme",
      authConfig: { initial_access_token: initialAccessToken },
    });
    const request = await toolset.getEntity("ada").initiateConnection({ app: "acme" });
    const callback = await createBrowser().authorize(request.redirectUrl ?? "", { login: "ada" });
    const { connection } = await toolset.handleCallback(callback, { entityId: "ada" });
    expect(connection.status).toBe("ACTIVE");
    expect(JSON.stringify(await toolset.getIntegrations())).not.toContain(initialAccessToken);
  });

  it("is not registered where the developer has one", async () => {
    const { issuer } = await at({ registration: false });
    const toolset = toolsetWith(appAt(issuer, { clientAuthentication: "none" }));
    await toolset.createIntegration({
      app: "acme",
      authConfig: { client_id: "https://app.example/client.json" },
    });
    const { redirectUrl } = await toolset.getEntity("ada").initiateConnection({ app: "acme" });
    expect(new URL(redirectUrl ?? "").searchParams.get("client_id")).toBe("https://app.example/client.json");
  });

  it("is not registered where the host manages one", async () => {
    const { issuer } = await at({ registration: false });
    const toolset = new MooringToolSet({
      storage: memoryStorage(),
      apps: [appAt(issuer, { clientAuthentication: "none" })],
      callbackUrl: CALLBACK_URL,
      managedAuth: { acme: { client_id: "managed-1" } },
    });
    const { redirectUrl } = await toolset.getEntity("ada").initiateConnection({ app: "acme" });
    expect(new URL(redirectUrl ?? "").searchParams.get("client_id")).toBe("managed-1");
  });

  it("says so when the server has no such endpoint, and stores nothing", async () => {
    const { issuer } = await at({ registration: false });
    const toolset = toolsetWith(appAt(issuer, { clientAuthentication: "none" }));
    await expect(toolset.createIntegration({ app: "acme" })).rejects.toMatchObject({
      code: "TOKEN_RESPONSE_INVALID",
      message: expect.stringContaining("registration_endpoint"),
    });
    expect(await toolset.getIntegrations({ includeDisabled: true })).toEqual([]);
  });
});

describe("a registration endpoint that does not do its part", () => {
  async function answering(status: number, body: string, headers: Readonly<Record<string, string>> = {}) {
    const listening = await listen(
      createServer((_request, response) => void response.writeHead(status, headers).end(body)),
    );
    closers.push(() => listening.close());
    const { origin } = listening;
    return toolsetWith(
      appAt(origin, {
        authorizationUrl: `${origin}/a`,
        tokenUrl: `${origin}/t`,
        clientRegistration: { url: `${origin}/register` },
        clientAuthentication: "client_secret_post",
      }),
    );
  }

  it.each([
    [400, `{"error":"invalid_redirect_uri"}`, "TOKEN_EXCHANGE_FAILED", "invalid_redirect_uri"],
    [503, "", "TOKEN_EXCHANGE_FAILED", null],
    [200, "<html>", "TOKEN_RESPONSE_INVALID", null],
    [201, `{"client_id":"c"}`, "TOKEN_RESPONSE_INVALID", null],
    [201, `{"client_id":7}`, "TOKEN_RESPONSE_INVALID", null],
    [
      201,
      `{"client_id":"c","client_secret":"s","token_endpoint_auth_method":"client_secret_basic"}`,
      "TOKEN_RESPONSE_INVALID",
      null,
    ],
  ])("with status %d and %s ends in a typed error", async (status, body, code, providerError) => {
    const toolset = await answering(status, body);
    await expect(toolset.createIntegration({ app: "acme" })).rejects.toMatchObject({ code, providerError });
    expect(await toolset.getIntegrations({ includeDisabled: true })).toEqual([]);
  });

  it("is not followed elsewhere", async () => {
    const toolset = await answering(307, "", { location: "http://127.0.0.1:1/" });
    await expect(toolset.createIntegration({ app: "acme" })).rejects.toMatchObject({
      code: "TOKEN_RESPONSE_INVALID",
    });
  });
});
