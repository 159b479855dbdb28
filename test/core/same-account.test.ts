import type { StorageAdapter } from "mooring";
import { memoryStorage } from "mooring";
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
  http.post(`${PROVIDER}/revoke`, () => new HttpResponse(null)),
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
  const inner = memoryStorage();
  let meanwhile: () => Promise<unknown> = async () => undefined;
  const storage: StorageAdapter = {
    ...inner,
    connections: {
      ...inner.connections,
      async list(query) {
        const page = await inner.connections.list(query);
        const once = meanwhile;
        meanwhile = async () => undefined;
        await once();
        return page;
      },
    },
  };
  const { toolset } = await setUpOAuth({
    apps: [acmeApp({ account: { url: "/me", id: "id" } })],
    storage,
    ...options,
  });
  const entity = toolset.getEntity("ada");
  return {
    toolset,
    entity,
    /** Done after the next list of connections was read, and before its reader goes on. */
    afterLookup(work: () => Promise<unknown>) {
      meanwhile = work;
    },
    /** Newest first. */
    statuses: async () => (await entity.getConnections()).map(({ id, status }) => [id, status]),
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

describe("a connection that is found as the one to the account, and stopped before it is written,", () => {
  it("stays disabled: the finished flow is a connection of its own", async () => {
    const { connect, afterLookup, statuses } = await setUpAccounts();
    const first = (await connect()).connection;
    afterLookup(() => first.disable());
    const second = (await connect()).connection;
    expect(second.id).not.toBe(first.id);
    expect(await statuses()).toEqual([
      [second.id, "ACTIVE"],
      [first.id, "INACTIVE"],
    ]);
    expect(await second.request("/tickets").json()).toEqual({ with: "Bearer access-2" });
  });

  it("stays disabled when there was no browser, too", async () => {
    const { connectWithKey, afterLookup, statuses } = await setUpAccounts();
    const first = await connectWithKey("key-1");
    afterLookup(() => first.disable());
    const second = await connectWithKey("key-2");
    expect(await statuses()).toEqual([
      [second.id, "ACTIVE"],
      [first.id, "INACTIVE"],
    ]);
    expect(await second.request("/tickets").json()).toEqual({ with: "key-2" });
  });

  it("stays revoked", async () => {
    const { connect, connectWithKey, afterLookup, statuses } = await setUpAccounts();
    const byKey = await connectWithKey("key-1");
    afterLookup(() => byKey.revoke());
    const otherKey = await connectWithKey("key-2");
    const first = (await connect()).connection;
    afterLookup(() => first.revoke());
    const second = (await connect()).connection;
    expect(await statuses()).toEqual([
      [second.id, "ACTIVE"],
      [first.id, "REVOKED"],
      [otherKey.id, "ACTIVE"],
      [byKey.id, "REVOKED"],
    ]);
  });

  it("gives way to another one to the same account", async () => {
    const { connect, afterLookup, entity, statuses } = await setUpAccounts();
    const older = (await connect({ alias: "work" })).connection;
    const newer = (await connect({ alias: "home" })).connection;
    afterLookup(() => newer.disable());
    const third = (await connect()).connection;
    expect(third.id).toBe(older.id);
    expect(await statuses()).toEqual([
      [newer.id, "INACTIVE"],
      [older.id, "ACTIVE"],
    ]);
    expect((await entity.getConnection({ alias: "work" })).id).toBe(older.id);
  });

  it("is gone when it was deleted: the finished flow is a connection of its own", async () => {
    const { connect, connectWithKey, afterLookup, statuses } = await setUpAccounts();
    const first = (await connect()).connection;
    afterLookup(() => first.delete());
    const second = (await connect()).connection;
    const byKey = await connectWithKey("key-1");
    afterLookup(() => byKey.delete());
    const otherKey = await connectWithKey("key-2");
    expect(await statuses()).toEqual([
      [otherKey.id, "ACTIVE"],
      [second.id, "ACTIVE"],
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
