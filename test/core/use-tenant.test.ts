import type { JsonBodyType } from "msw";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { acmeApp, consented, PROVIDER, setUpOAuth } from "../support/acme.js";

const SITES = [
  { id: "site-1", name: "One" },
  { id: "site-2", name: "Two" },
];
let sites: JsonBodyType = { sites: SITES };
const server = setupServer(
  http.get(`${PROVIDER}/sites`, () => HttpResponse.json(sites)),
  http.get(`${PROVIDER}/api/:site/tickets`, ({ params }) => HttpResponse.json({ site: params["site"] })),
  http.post(`${PROVIDER}/token`, () => HttpResponse.json({ access_token: "access-1" })),
);
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterAll(() => server.close());

const TENANTS = { url: `${PROVIDER}/sites`, list: "sites", id: "id", label: "name", param: "site_id" };

async function connect(answer: JsonBodyType = { sites: SITES }) {
  sites = answer;
  const app = acmeApp({ baseUrl: `${PROVIDER}/api/{site_id}`, origins: [PROVIDER], tenants: TENANTS });
  const { toolset } = await setUpOAuth({ apps: [app] });
  const request = await toolset.getEntity("ada").initiateConnection({ app: "acme", authScheme: "OAUTH2" });
  return (await toolset.handleCallback(consented(request.redirectUrl), { entityId: "ada" })).connection;
}

describe("a grant that reaches several tenants", () => {
  it("is used for the first", async () => {
    const connection = await connect();
    expect(await connection.request("tickets").json()).toEqual({ site: "site-1" });
  });

  it("lists them", async () => {
    const connection = await connect();
    expect(await connection.getTenants()).toEqual([
      { id: "site-1", label: "One" },
      { id: "site-2", label: "Two" },
    ]);
  });

  it("is used for another when the host says so", async () => {
    const connection = await connect();
    await connection.useTenant("site-2");
    expect(connection.params).toEqual({ site_id: "site-2" });
    expect(await connection.request("tickets").json()).toEqual({ site: "site-2" });
    expect(await (await connection.reload()).request("tickets").json()).toEqual({ site: "site-2" });
  });

  it("is not used for one it does not reach", async () => {
    const connection = await connect();
    await expect(connection.useTenant("site-3")).rejects.toMatchObject({
      code: "INPUT_INVALID",
      issues: [{ path: "id" }],
    });
    expect(await connection.request("tickets").json()).toEqual({ site: "site-1" });
  });

  it("connects nobody who has none", async () => {
    await expect(connect({ sites: [] })).rejects.toMatchObject({ code: "AUTHORIZATION_FAILED" });
  });

  it.each([{}, { sites: "none" }, { sites: [{ name: "no id" }] }])("must be listed: %j", async (answer) => {
    await expect(connect(answer)).rejects.toMatchObject({ code: "RESPONSE_INVALID" });
  });
});

describe("a grant that reaches one", () => {
  it("has no list of them", async () => {
    const { toolset } = await setUpOAuth();
    const request = await toolset.getEntity("ada").initiateConnection({ app: "acme", authScheme: "OAUTH2" });
    const { connection } = await toolset.handleCallback(consented(request.redirectUrl), { entityId: "ada" });
    await expect(connection.getTenants()).rejects.toMatchObject({ code: "CONFIG_INVALID" });
    await expect(connection.useTenant("site-1")).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });
});
