import { defineAction, defineApp } from "mooring";
import { fakeClock } from "mooring/testing";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import type { AuthorizationServer } from "../../examples/support/authorization-server.js";
import { startAuthorizationServer } from "../../examples/support/authorization-server.js";
import { createBrowser } from "../../examples/support/browser.js";
import { setUp } from "../support/acme.js";

let server: AuthorizationServer;
beforeAll(async () => {
  server = await startAuthorizationServer({ grantTypes: ["device_code"], dpop: "with nonces" });
});
afterAll(() => server.close());

/** A toolset on memory whose app is connected at another device, with tokens bound to a key. */
async function setUpIssuer() {
  const clock = fakeClock(Date.now());
  const app = defineApp({
    slug: "issuer",
    name: "Issuer",
    description: "Connects at another device",
    baseUrl: server.issuer,
    actions: [
      defineAction({
        name: "ISSUER_GET_ME",
        app: "issuer",
        description: "Says who the user is.",
        annotations: { readOnly: true },
        input: z.strictObject({}),
        request: { method: "GET", path: "/me" },
      }),
    ],
    authSchemes: [
      {
        scheme: "OAUTH2",
        grantType: "device_code",
        issuer: server.issuer,
        dpop: "ES256",
        scopes: [...server.scopes],
      },
    ],
  });
  const { toolset } = setUp({ apps: [app], clock });
  await toolset.createIntegration({ app: "issuer", authConfig: server.client });
  const pass = async () => {
    await vi.waitFor(() => expect(clock.sleeping).toBe(1));
    await clock.advance(5_000);
  };
  return { toolset, pass };
}

async function begin() {
  const { toolset, pass } = await setUpIssuer();
  const request = await toolset.getEntity("ada").initiateConnection({ app: "issuer" });
  return { request, pass };
}

describe("a device flow through the toolset, against oidc-provider", () => {
  it("sends the user to the page, connects when the user has agreed, calls the API and is renewed", async () => {
    const { request, pass } = await begin();
    expect(request.redirectUrl).toBe(request.device?.verificationUriComplete);
    const waiting = request.waitUntilActive();
    await pass();
    await createBrowser().enterCode(request.device?.verificationUriComplete ?? "", { login: "ada" });
    await pass();
    const connection = await waiting;
    expect(connection.account).toMatchObject({ id: "ada", email: "ada@acme.example" });
    const me = async () => (await connection.fetch("/me")).json();
    expect(await me()).toMatchObject({ sub: "ada" });
    server.expireAccessTokens();
    expect(await me()).toMatchObject({ sub: "ada" });
  });

  it("can begin with a tool call, which tells the code, and ends without anyone waiting for it", async () => {
    const { toolset, pass } = await setUpIssuer();
    const call = { action: "ISSUER_GET_ME", entityId: "ada" };
    const { error } = await toolset.executeAction(call);
    const { redirectUrl = null, userCode = null } = error?.connectionRequired ?? {};
    expect(userCode).toMatch(/^[A-Z0-9-]{8,}$/);
    expect(error?.hint).toContain(`enter ${userCode} there`);
    await createBrowser().enterCode(redirectUrl ?? "", { login: "ada" });
    await pass();
    await vi.waitFor(async () => {
      const [connection] = await toolset.getEntity("ada").getConnections();
      expect(connection?.status).toBe("ACTIVE");
    });
    expect(await toolset.executeAction(call)).toMatchObject({ data: { sub: "ada" }, successful: true });
  });

  it("says so when the user says no", async () => {
    const { request, pass } = await begin();
    const outcome = request.waitUntilActive().catch((error: unknown) => error);
    await createBrowser().enterCode(request.device?.verificationUriComplete ?? "", {
      login: "ada",
      consent: false,
    });
    await pass();
    expect(await outcome).toMatchObject({ code: "AUTHORIZATION_DENIED" });
  });
});
