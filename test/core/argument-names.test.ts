import { describe, expect, it } from "vitest";
import { acmeApp, CALLBACK_URL, CLIENT, setUp, setUpOAuth } from "../support/acme.js";

const KEY = { api_key: "key-1" };
const states = (url: string | null) => new URL(url ?? "").searchParams;

describe("the seed's names", () => {
  it("appName, authMode, connectedAccountParams and config.labels start a connection", async () => {
    const { toolset } = setUp();
    const request = await toolset.getEntity("ada").initiateConnection({
      appName: "ACME",
      authMode: "API_KEY",
      connectedAccountParams: KEY,
      config: { labels: ["work"] },
    });
    const connection = await request.waitUntilActive();
    expect(connection).toMatchObject({ app: "acme", authScheme: "API_KEY", labels: ["work"] });
  });

  it.each([
    ["redirectUrl", { redirectUrl: "https://app.example.com/done" }],
    ["redirectUri", { redirectUri: "https://app.example.com/done" }],
    ["config.redirectUrl", { config: { redirectUrl: "https://app.example.com/done" } }],
  ])("%s says where the user lands", async (_name, given) => {
    const { toolset } = await setUpOAuth({ allowedRedirectUrls: ["https://elsewhere.example"] });
    const started = toolset.getEntity("ada").initiateConnection({ app: "acme", ...given });
    await expect(started).rejects.toMatchObject({ issues: [{ path: "redirectUrl" }] });
  });

  it("appUniqueKey, authMode and useComposioAuth make an integration", async () => {
    const { toolset } = setUp({ managedAuth: { acme: CLIENT } });
    const integration = await toolset.createIntegration({
      appUniqueKey: "acme",
      authMode: "OAUTH2",
      useComposioAuth: true,
    });
    expect(integration).toMatchObject({ app: "acme", authScheme: "OAUTH2", useManagedAuth: true });
    expect((await toolset.getIntegrations({ appName: "acme" })).map(({ id }) => id)).toEqual([
      integration.id,
    ]);
  });

  it("are accepted when expected params are asked for", async () => {
    const { toolset } = setUp();
    const names = toolset
      .fetchExpectedIntegrationParams({ appUniqueKey: "acme", authMode: "OAUTH2" })
      .map(({ name }) => name);
    expect(names).toEqual(["client_id", "client_secret", "oauth_redirect_uri", "scopes"]);
    const user = await toolset.getExpectedParamsForUser({ appName: "acme", authMode: "API_KEY" });
    expect(user.expectedParams.map(({ name }) => name)).toEqual(["api_key"]);
  });

  it("connectedAccountId finds a connection", async () => {
    const { toolset } = setUp();
    const ada = toolset.getEntity("ada");
    const request = await ada.initiateConnection({
      app: "acme",
      authScheme: "API_KEY",
      connectionParams: KEY,
    });
    const { connectedAccountId } = request;
    expect((await ada.getConnection({ connectedAccountId })).id).toBe(connectedAccountId);
  });

  it("give way to nothing: two names with one value are one, with two they are refused", async () => {
    const { toolset } = setUp();
    const ada = toolset.getEntity("ada");
    const given = { authScheme: "API_KEY", connectionParams: KEY };
    const same = await ada.initiateConnection({ app: "acme", appName: "acme", ...given });
    expect(same.connectionStatus).toBe("ACTIVE");
    const conflicts = [
      { app: "acme", appName: "opendata", ...given },
      { app: "acme", authMode: "BASIC", ...given },
      { app: "acme", connectedAccountParams: { api_key: "key-2" }, ...given },
      { app: "acme", labels: ["a"], config: { labels: ["b"] }, ...given },
      { app: "acme", redirectUrl: "/a", redirectUri: "/b", ...given },
      { app: "acme", useManagedAuth: true, useComposioAuth: false, ...given },
    ];
    for (const conflict of conflicts) {
      await expect(ada.initiateConnection(conflict)).rejects.toMatchObject({
        name: "ConfigurationError",
        code: "CONFIG_INVALID",
        hint: expect.stringContaining("only"),
      });
    }
  });
});

describe("an argument", () => {
  it("may be null or undefined for none", async () => {
    const { toolset } = setUp();
    const ada = toolset.getEntity("ada");
    const given = { app: "acme", authScheme: "API_KEY", connectionParams: KEY };
    const request = await Reflect.apply(ada.initiateConnection, ada, [
      { ...given, alias: undefined, labels: null, redirectUrl: null },
    ]);
    expect(request.connectionStatus).toBe("ACTIVE");
  });

  it("may name the app by its definition", async () => {
    const { toolset } = setUp();
    expect(await toolset.getIntegrations({ app: acmeApp() })).toEqual([]);
  });

  it("is refused with the fields there are when it is unknown", async () => {
    const { toolset } = await setUpOAuth();
    const ada = toolset.getEntity("ada");
    const [integration] = await toolset.getIntegrations();
    const calls = [
      () => ada.initiateConnection(Object.assign({ app: "acme" }, { scope: "a" })),
      () => ada.ensureConnected(Object.assign({ app: "acme" }, { scope: "a" })),
      () => ada.getConnection(Object.assign({ app: "acme" }, { scope: "a" })),
      () => ada.getConnections(Object.assign({ app: "acme" }, { scope: "a" })),
      () => toolset.createIntegration(Object.assign({ app: "acme" }, { scope: "a" })),
      () => toolset.getIntegrations(Object.assign({ app: "acme" }, { scope: "a" })),
      () => toolset.getExpectedParamsForUser(Object.assign({ app: "acme" }, { scope: "a" })),
      () => integration?.update(Object.assign({ name: "acme" }, { scope: "a" })),
    ];
    for (const call of calls) {
      await expect(call()).rejects.toMatchObject({
        name: "ValidationError",
        message: expect.stringContaining('"scope"'),
        hint: expect.stringContaining("It takes "),
      });
    }
  });

  it("of scopes may be a list or text, separated by commas or spaces", async () => {
    const { toolset } = await setUpOAuth();
    for (const scopes of [["a", "b"], "a,b", "a b", " a, b "]) {
      const request = await toolset.getEntity("ada").initiateConnection({ app: "acme", scopes });
      expect(states(request.redirectUrl).get("scope")).toBe("a b");
      expect(states(request.redirectUrl).get("redirect_uri")).toBe(CALLBACK_URL);
    }
  });
});
