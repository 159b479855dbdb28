import type { AppInput } from "mooring";
import { defineApp } from "mooring";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { githubApp } from "../../src/schemes/github-app.js";
import { CALLBACK_URL, setUp } from "../support/acme.js";
import type { GithubAppServer } from "../support/github-app-server.js";
import { startGithubAppServer } from "../support/github-app-server.js";
import { rsaKey } from "../support/keys.js";
import { refusedSettings } from "./harness.js";

const rsa = rsaKey();
const CONFIG = { app_id: "12345", app_slug: "my-app", private_key: rsa.pkcs8.replaceAll("\n", "\\n") };
const CLIENT = { client_id: "Iv1.client", client_secret: "client-secret-1" };

let github: GithubAppServer;
beforeEach(async () => {
  github = await startGithubAppServer("12345", rsa.publicKey);
  github.installations.set("77", "ada").set("88", "mallory");
});
afterEach(() => github.close());

type Settings = Omit<Extract<AppInput["authSchemes"][number], { scheme: "GITHUB_APP" }>, "scheme">;

async function hub(settings: Settings = {}, config: Record<string, string> = { ...CONFIG, ...CLIENT }) {
  const userTokenUrl = `${github.origin}/login/oauth/access_token`;
  const app = defineApp({
    slug: "hub",
    name: "Hub",
    description: "Repositories",
    baseUrl: github.origin,
    authSchemes: [{ scheme: "GITHUB_APP", apiUrl: github.origin, userTokenUrl, ...settings }],
  });
  const { toolset, clock } = setUp({ apps: [app] });
  github.now = clock.now() / 1000;
  await toolset.createIntegration({ app: "hub", authConfig: config });
  const ada = toolset.getEntity("ada");
  const start = () => ada.initiateConnection({ app: "hub" });
  const back = async (redirectUrl: string | null, query: Record<string, string>) => {
    const state = new URL(redirectUrl ?? "").searchParams.get("state") ?? "";
    const url = `${CALLBACK_URL}?${new URLSearchParams({ ...query, state })}`;
    return (await toolset.handleCallback(url, { entityId: "ada" })).connection;
  };
  const install = async (query: Record<string, string>) => back((await start()).redirectUrl, query);
  const advance = async (seconds: number) => {
    await clock.advance(seconds * 1000);
    github.now = clock.now() / 1000;
  };
  return { ada, start, back, install, advance };
}
const INSTALLED = { installation_id: "77", setup_action: "install", code: "code-of-ada" };
const answered = async (response: Promise<Response>): Promise<unknown> => (await response).json();
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

describe("GITHUB_APP in use", () => {
  it("sends the user to install the app, and gets a token of the installation", async () => {
    const { start, back } = await hub();
    const request = await start();
    expect(request.redirectUrl).toMatch(
      /^https:\/\/github\.com\/apps\/my-app\/installations\/new\?state=[\w-]+$/,
    );
    const connection = await back(request.redirectUrl, INSTALLED);
    expect(connection).toMatchObject({
      status: "ACTIVE",
      account: { id: "7", label: "ada" },
      scopes: ["issues:write", "metadata:read"],
      params: { installation_id: "77" },
    });
    await expect(answered(connection.request("/repos"))).resolves.toEqual({ token: "ghs_77_1" });
  });

  it("gets another token before an hour is over", async () => {
    const { install, advance } = await hub();
    const connection = await install(INSTALLED);
    await advance(3_400);
    await expect(answered(connection.request("/repos"))).resolves.toEqual({ token: "ghs_77_2" });
  });

  it("refuses an installation the user may not see: the id in the URL proves nothing", async () => {
    const { ada, install } = await hub();
    const error = await failure(install({ ...INSTALLED, installation_id: "88" }));
    expect(error).toMatchObject({ code: "AUTHORIZATION_FAILED" });
    await expect(failure(install({ installation_id: "88", setup_action: "install" }))).resolves.toMatchObject(
      {
        code: "AUTHORIZATION_FAILED",
        hint: expect.stringContaining("Request user authorization"),
      },
    );
    expect(github.requests.filter((request) => request.includes("access_tokens"))).toEqual([]);
    expect((await ada.getConnections()).filter(({ status }) => status === "ACTIVE")).toEqual([]);
  });

  it("takes a callback without a code where the host vouches for the user", async () => {
    const { install } = await hub({ verifyUser: false }, CONFIG);
    await expect(install({ installation_id: "77", setup_action: "update" })).resolves.toMatchObject({
      status: "ACTIVE",
    });
  });

  it.each<[string, Record<string, string>, object]>([
    [
      "waits for an owner",
      { setup_action: "request" },
      { code: "AUTHORIZATION_FAILED", message: expect.stringContaining("approval") },
    ],
    ["names no installation", { code: "code-of-ada" }, { code: "AUTHORIZATION_FAILED" }],
    ["names something else", { ...INSTALLED, installation_id: "77/../88" }, { code: "AUTHORIZATION_FAILED" }],
    [
      "was denied",
      { error: "access_denied" },
      { code: "AUTHORIZATION_DENIED", providerError: "access_denied" },
    ],
    [
      "was denied, whatever else it says",
      { ...INSTALLED, error: "access_denied" },
      { code: "AUTHORIZATION_DENIED", providerError: "access_denied" },
    ],
    ["has failed", { ...INSTALLED, error: "<b>" }, { code: "AUTHORIZATION_FAILED", providerError: null }],
  ])("activates nothing when the callback %s", async (_what, query, expected) => {
    const { install } = await hub();
    await expect(failure(install(query))).resolves.toMatchObject(expected);
    expect(github.requests).toEqual([]);
  });

  it("says why GitHub refuses the user's code, which it does with status 200", async () => {
    const { ada, install } = await hub();
    await expect(failure(install({ ...INSTALLED, code: "spent" }))).resolves.toMatchObject({
      code: "TOKEN_EXCHANGE_FAILED",
      providerError: "bad_verification_code",
    });
    expect((await ada.getConnections()).filter(({ status }) => status === "ACTIVE")).toEqual([]);
  });

  it("does not take an answer that is no list of installations for one without the user's", async () => {
    const { install } = await hub();
    github.isDown = true;
    await expect(failure(install(INSTALLED))).resolves.toMatchObject({
      code: "TOKEN_RESPONSE_INVALID",
      message: expect.stringContaining("`installations`"),
    });
  });

  it("expires when the app was uninstalled, and works again after another installation", async () => {
    const { back, install, advance } = await hub();
    const connection = await install(INSTALLED);
    github.installations.delete("77");
    await advance(3_600);
    await expect(failure(connection.request("/repos"))).resolves.toMatchObject({
      code: "REAUTHORIZATION_REQUIRED",
      status: 404,
    });
    github.installations.set("99", "ada");
    await back((await connection.reconnect()).redirectUrl, { ...INSTALLED, installation_id: "99" });
    await expect(answered(connection.request("/repos"))).resolves.toEqual({ token: "ghs_99_2" });
  });

  it("ends the token when the connection is revoked, also one that ended by itself", async () => {
    const { install } = await hub();
    const connection = await install(INSTALLED);
    await connection.revoke();
    expect(github.requests.at(-1)).toBe("DELETE /installation/token");
    const again = await install(INSTALLED);
    github.now += 7_200;
    await expect(again.revoke()).resolves.toBeDefined();
  });

  it("needs no browser where the installation is given", async () => {
    const { ada } = await hub(
      { installation: "given" },
      { app_id: CONFIG.app_id, private_key: CONFIG.private_key },
    );
    const connect = async (installation_id: string) =>
      (await ada.initiateConnection({ app: "hub", connectionParams: { installation_id } })).waitUntilActive();
    const connection = await connect("77");
    await expect(answered(connection.request("/repos"))).resolves.toEqual({ token: "ghs_77_1" });
    await expect(failure(connect("7/7"))).resolves.toMatchObject({
      issues: [{ path: "connectionParams.installation_id" }],
    });
    await expect(failure(connect("404"))).resolves.toMatchObject({
      code: "TOKEN_EXCHANGE_FAILED",
      status: 404,
    });
  });

  it("says that the app's key or the clock is wrong", async () => {
    const other = await hub({}, { ...CONFIG, ...CLIENT, private_key: rsaKey().pkcs8 });
    await expect(failure(other.install(INSTALLED))).resolves.toMatchObject({
      code: "TOKEN_EXCHANGE_FAILED",
      status: 401,
    });
    const { install } = await hub();
    github.now -= 50;
    await expect(install(INSTALLED)).resolves.toMatchObject({ status: "ACTIVE" });
    github.now -= 50;
    await expect(failure(install(INSTALLED))).resolves.toMatchObject({
      status: 401,
      message: expect.stringContaining("clock"),
    });
  });

  it("takes no integration whose key is none", async () => {
    const error = await failure(hub({}, { ...CONFIG, ...CLIENT, private_key: "SECRET!" }));
    expect(error).toMatchObject({ code: "CONFIG_INVALID", issues: [{ path: "authConfig.private_key" }] });
    expect(JSON.stringify(error)).not.toContain("SECRET");
  });
});

describe("GITHUB_APP settings", () => {
  it.each<[string, Record<string, unknown>, string]>([
    ["a plain http API", { apiUrl: "http://ghe.example/api/v3" }, "apiUrl"],
    ["an unknown way to install", { installation: "magic" }, "installation"],
  ])("refuse %s", (_what, settings, path) => {
    expect(refusedSettings(githubApp(), settings)).toMatchObject({
      code: "CONFIG_INVALID",
      issues: [{ path }],
    });
  });
});
