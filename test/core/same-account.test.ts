import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { acmeApp, consented, PROVIDER, setUpOAuth } from "../support/acme.js";

let account = "ada@acme";
let issued = 0;
const server = setupServer(
  http.get(`${PROVIDER}/api/me`, () => HttpResponse.json({ id: account })),
  http.get(`${PROVIDER}/api/tickets`, ({ request }) =>
    HttpResponse.json({ with: request.headers.get("authorization") ?? request.headers.get("x-api-key") }),
  ),
  http.post(`${PROVIDER}/token`, () => {
    issued += 1;
    return HttpResponse.json({ access_token: `access-${issued}` });
  }),
);
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => {
  account = "ada@acme";
  issued = 0;
});
afterAll(() => server.close());

async function setUpAccounts(options: { readonly sameAccount?: "update" | "add" } = {}) {
  const { toolset } = await setUpOAuth({
    apps: [acmeApp({ account: { url: "/me", id: "id" } })],
    ...options,
  });
  const entity = toolset.getEntity("ada");
  return {
    toolset,
    entity,
    async connect(given: { readonly alias?: string; readonly labels?: readonly string[] } = {}) {
      const request = await entity.initiateConnection({ app: "acme", authScheme: "OAUTH2", ...given });
      const finished = await toolset.handleCallback(consented(request.redirectUrl), { entityId: "ada" });
      return { request, connection: finished.connection };
    },
    connectWithKey: async (api_key: string) =>
      (
        await entity.initiateConnection({ app: "acme", authScheme: "API_KEY", connectionParams: { api_key } })
      ).waitUntilActive(),
  };
}

describe("a second connection of the same account", () => {
  it("renews the first, which keeps its id", async () => {
    const { connect, entity } = await setUpAccounts();
    const first = await connect();
    const second = await connect();
    expect(second.connection.id).toBe(first.connection.id);
    expect(await entity.getConnections()).toHaveLength(1);
    expect(await first.connection.request("/tickets").json()).toEqual({ with: "Bearer access-2" });
  });

  it("is what the one who waits for it gets", async () => {
    const { connect } = await setUpAccounts();
    const first = await connect();
    const { request } = await connect();
    expect((await request.waitUntilActive()).id).toBe(first.connection.id);
  });

  it("renews without a browser too", async () => {
    const { connectWithKey, entity } = await setUpAccounts();
    const first = await connectWithKey("key-1");
    const second = await connectWithKey("key-2");
    expect(second.id).toBe(first.id);
    expect(await entity.getConnections()).toHaveLength(1);
    expect(await first.request("/tickets").json()).toEqual({ with: "key-2" });
  });

  it("loses no label, and gives the name it was asked for", async () => {
    const { connect } = await setUpAccounts();
    await connect({ labels: ["one"] });
    const { connection } = await connect({ labels: ["two"], alias: "work" });
    expect(connection).toMatchObject({ labels: ["one", "two"], alias: "work" });
  });

  it("stands beside the first when both have names", async () => {
    const { connect, entity } = await setUpAccounts();
    await connect({ alias: "work" });
    await connect({ alias: "home" });
    expect(await entity.getConnections()).toHaveLength(2);
  });

  it("stands beside the first when the host wants it so", async () => {
    const { connect, connectWithKey, entity } = await setUpAccounts({ sameAccount: "add" });
    await connect();
    await connect();
    await connectWithKey("key-1");
    await connectWithKey("key-1");
    expect(await entity.getConnections()).toHaveLength(4);
  });

  it("does not bring back one that the host has disabled", async () => {
    const { connect, entity } = await setUpAccounts();
    const first = await connect();
    await first.connection.disable();
    await connect();
    expect((await entity.getConnections()).map(({ status }) => status).toSorted()).toEqual([
      "ACTIVE",
      "INACTIVE",
    ]);
  });
});

describe("a connection of another account", () => {
  it("is another connection when the same person has it at another site", async () => {
    const app = acmeApp({
      account: { url: "/me", id: "id" },
      connectionParams: [{ name: "site", displayName: "Site", description: "Yours" }],
    });
    const { toolset } = await setUpOAuth({ apps: [app] });
    const connectTo = async (site: string) => {
      const connectionParams = { site, api_key: "key-1" };
      const entity = toolset.getEntity("ada");
      const request = await entity.initiateConnection({
        app: "acme",
        authScheme: "API_KEY",
        connectionParams,
      });
      return (await request.waitUntilActive()).id;
    };
    const ids = [await connectTo("one"), await connectTo("two"), await connectTo("one")];
    expect(ids[1]).not.toBe(ids[0]);
    expect(ids[2]).toBe(ids[0]);
  });

  it("is another connection", async () => {
    const { connect, entity } = await setUpAccounts();
    await connect();
    account = "charles@acme";
    await connect();
    expect((await entity.getConnections()).map((connection) => connection.account?.id)).toEqual([
      "charles@acme",
      "ada@acme",
    ]);
  });

  it("is another connection when it is another entity's, whatever the account", async () => {
    const { connect, toolset } = await setUpAccounts();
    await connect();
    const request = await toolset
      .getEntity("mallory")
      .initiateConnection({ app: "acme", authScheme: "OAUTH2" });
    await toolset.handleCallback(consented(request.redirectUrl), { entityId: "mallory" });
    expect(await toolset.getEntity("mallory").getConnections()).toHaveLength(1);
    expect(await toolset.getEntity("ada").getConnections()).toHaveLength(1);
  });
});
