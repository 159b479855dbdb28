import { defineApp } from "mooring";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { consented, setUp } from "../../support/acme.js";

const ISSUER = "https://id.acme.example";
const LIFETIME_SECONDS = 3_600;
const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterAll(() => server.close());

/** A server that registers clients whose secrets live an hour, and knows their refresh tokens apart. */
function registering() {
  const app = defineApp({
    slug: "acme",
    name: "Acme",
    description: "Tickets",
    baseUrl: "https://api.acme.example",
    authSchemes: [
      {
        scheme: "OAUTH2",
        authorizationUrl: `${ISSUER}/authorize`,
        tokenUrl: `${ISSUER}/token`,
        clientRegistration: { url: `${ISSUER}/register` },
      },
    ],
  });
  const { toolset, clock } = setUp({ apps: [app] });
  let registered = 0;
  const asked: string[] = [];
  server.resetHandlers(
    http.post(`${ISSUER}/register`, () => {
      registered += 1;
      const client_secret_expires_at = Math.floor(clock.now() / 1000) + LIFETIME_SECONDS;
      const client = { client_id: `client-${registered}`, client_secret: `secret-${registered}` };
      return HttpResponse.json({ ...client, client_secret_expires_at }, { status: 201 });
    }),
    http.post(`${ISSUER}/token`, async ({ request }) => {
      asked.push(new URLSearchParams(await request.text()).get("client_id") ?? "");
      return HttpResponse.json({
        access_token: "a",
        token_type: "Bearer",
        expires_in: 60,
        refresh_token: "r",
      });
    }),
  );
  const ada = toolset.getEntity("ada");
  const connect = async () => {
    const { redirectUrl } = await ada.initiateConnection({ app: "acme" });
    return (await toolset.handleCallback(consented(redirectUrl), { entityId: "ada" })).connection;
  };
  return { toolset, clock, ada, asked, connect, registered: () => registered };
}

const EXPIRED = {
  name: "ConfigurationError",
  code: "CONFIG_INVALID",
  message: expect.stringContaining("forceNewIntegration"),
  issues: [{ path: "authConfig.client_secret", message: expect.stringContaining("expired on") }],
};

describe("a registered client whose secret expires", () => {
  it("is used until then, and after that not at all: nobody is sent away, and no connection expires", async () => {
    const { clock, ada, asked, connect, registered } = registering();
    const connection = await connect();
    await connection.refresh();
    expect(asked).toEqual(["client-1", "client-1"]);
    await clock.advance(LIFETIME_SECONDS * 1000);
    await expect(ada.initiateConnection({ app: "acme" })).rejects.toMatchObject(EXPIRED);
    await expect(connection.refresh()).rejects.toMatchObject(EXPIRED);
    expect((await connection.reload()).status).toBe("ACTIVE");
    expect(asked).toHaveLength(2);
    expect(registered()).toBe(1);
  });

  it("is followed by another for new connections, when the developer says so", async () => {
    const { toolset, clock, asked, connect } = registering();
    const old = await connect();
    await clock.advance(LIFETIME_SECONDS * 1000);
    await toolset.createIntegration({ app: "acme", forceNewIntegration: true });
    const fresh = await connect();
    expect(asked).toEqual(["client-1", "client-2"]);
    expect(fresh.integrationId).not.toBe(old.integrationId);
    await expect(old.refresh()).rejects.toMatchObject(EXPIRED);
  });

  it("goes on with a secret that was rotated: connections keep their client", async () => {
    const { toolset, clock, asked, connect } = registering();
    const connection = await connect();
    await clock.advance(LIFETIME_SECONDS * 1000);
    const [integration] = await toolset.getIntegrations();
    await integration?.update({ authConfig: { client_secret: "secret-1b", client_secret_expires_at: "0" } });
    await connection.refresh();
    expect(asked).toEqual(["client-1", "client-1"]);
  });
});
