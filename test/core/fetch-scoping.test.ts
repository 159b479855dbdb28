import { defineApp } from "mooring";
import { describe, expect, it } from "vitest";
import { setUp } from "../support/acme.js";

/** A network that answers everything, and remembers where credentials went. */
function openNetwork(answer: (url: URL) => Response = () => Response.json({})) {
  const sent: { readonly url: string; readonly key: string | null }[] = [];
  const fetch = async (input: Request | URL | string, init?: RequestInit) => {
    const request = new Request(input, init);
    sent.push({ url: request.url, key: request.headers.get("x-api-key") });
    return answer(new URL(request.url));
  };
  return { fetch, sent };
}

const scheme = { scheme: "API_KEY", placements: [{ in: "header", name: "X-Api-Key" }] } as const;
const files = defineApp({
  slug: "files",
  name: "Files",
  description: "Files, and where they are uploaded to",
  baseUrl: "https://api.files.example/v1",
  origins: ["https://uploads.files.example"],
  authSchemes: [scheme],
});
const shop = (pattern?: string) =>
  defineApp({
    slug: "shop",
    name: "Shop",
    description: "A shop of one's own",
    baseUrl: "https://{subdomain}.shop.example/api",
    connectionParams: [
      {
        name: "subdomain",
        displayName: "Subdomain",
        description: "Yours",
        ...(pattern === undefined ? {} : { pattern }),
      },
    ],
    authSchemes: [scheme],
  });

async function connectedTo(
  app: ReturnType<typeof shop>,
  params: Readonly<Record<string, string>> = {},
  answer?: (url: URL) => Response,
) {
  const network = openNetwork(answer);
  const { toolset } = setUp({ apps: [app], fetch: network.fetch });
  const request = await toolset
    .getEntity("ada")
    .initiateConnection({ app, connectionParams: { api_key: "key-1", ...params } });
  return { toolset, connection: await request.waitUntilActive(), ...network };
}

describe("credentials go", () => {
  it.each([
    ["/files", "https://api.files.example/v1/files"],
    ["files?page=2", "https://api.files.example/v1/files?page=2"],
    ["https://api.files.example/v2/files", "https://api.files.example/v2/files"],
    ["https://uploads.files.example/new", "https://uploads.files.example/new"],
  ])("to the app's declared origins: %s", async (path, url) => {
    const { connection, sent } = await connectedTo(files);
    await connection.request(path);
    await connection.fetch(path);
    expect(sent).toEqual([
      { url, key: "key-1" },
      { url, key: "key-1" },
    ]);
  });

  it.each([
    "https://evil.example/",
    "https://api.files.example.evil.example/",
    "https://api.files.example@evil.example/",
    "http://api.files.example/v1/files",
    "https://api.files.example:8443/v1/files",
    "https://other.files.example/",
    "//evil.example/",
    "/\\evil.example/",
    "/../admin",
    "/%2e%2e/admin",
    "javascript:alert(1)",
    "file:///etc/passwd",
  ])("nowhere else: %s", async (path) => {
    const { toolset, connection, sent } = await connectedTo(files);
    const forbidden = { name: "RequestError", code: "URL_FORBIDDEN" };
    await expect(connection.request(path)).rejects.toMatchObject(forbidden);
    await expect(connection.fetch(path)).rejects.toMatchObject(forbidden);
    const result = await toolset.executeRequest({
      app: "files",
      entityId: "ada",
      method: "GET",
      endpoint: path,
    });
    expect(result).toMatchObject({ successful: false, error: { code: "URL_FORBIDDEN" } });
    expect(sent).toEqual([]);
  });

  it("along a redirect within the origin, but not to another one, not even on the way back", async () => {
    const hops: Readonly<Record<string, string>> = {
      "https://api.files.example/v1/a": "/v1/b",
      "https://api.files.example/v1/b": "https://cdn.example/c",
      "https://cdn.example/c": "https://api.files.example/v1/d",
    };
    const { connection, sent } = await connectedTo(files, {}, ({ href }) => {
      const location = hops[href];
      return location === undefined
        ? Response.json({})
        : new Response(null, { status: 302, headers: { location } });
    });
    await connection.request("/a");
    expect(sent).toEqual([
      { url: "https://api.files.example/v1/a", key: "key-1" },
      { url: "https://api.files.example/v1/b", key: "key-1" },
      { url: "https://cdn.example/c", key: null },
      { url: "https://api.files.example/v1/d", key: null },
    ]);
  });
});

const HOSTILE = [
  "evil.example/",
  "evil.example#",
  "evil.example?",
  "user@evil.example",
  "evil.example:443/",
  "evil.example\\",
  "..",
  ".",
  "a/b",
  "a b",
  "ada\n",
  "%2e%2e",
  "аda",
  "",
];

describe("a base URL that depends on the user", () => {
  it("leads to that user's own place", async () => {
    const { connection, sent } = await connectedTo(shop(), { subdomain: "ada-1" });
    await connection.request("/orders");
    expect(sent).toEqual([{ url: "https://ada-1.shop.example/api/orders", key: "key-1" }]);
    await expect(connection.request("https://eve.shop.example/api/orders")).rejects.toMatchObject({
      code: "URL_FORBIDDEN",
    });
  });

  it.each(HOSTILE)("refuses %j when connecting", async (subdomain) => {
    await expect(connectedTo(shop(), { subdomain })).rejects.toMatchObject({
      code: "INPUT_INVALID",
      issues: [{ path: "connectionParams.subdomain" }],
    });
  });

  it.each(HOSTILE.filter((subdomain) => subdomain !== ""))(
    "refuses %j whatever the app's pattern lets through: nothing is sent",
    async (subdomain) => {
      const network = openNetwork();
      const { toolset } = setUp({ apps: [shop("[^]*")], fetch: network.fetch });
      const call = async () => {
        const request = await toolset
          .getEntity("ada")
          .initiateConnection({ app: "shop", connectionParams: { api_key: "key-1", subdomain } });
        return (await request.waitUntilActive()).request("/orders");
      };
      await expect(call()).rejects.toMatchObject({
        code: "INPUT_INVALID",
        issues: [{ path: "connectionParams.subdomain" }],
      });
      expect(network.sent).toEqual([]);
    },
  );

  it("refuses a value that was put into the row behind our back", async () => {
    const network = openNetwork();
    const { toolset, storage } = setUp({ apps: [shop()], fetch: network.fetch });
    const request = await toolset
      .getEntity("ada")
      .initiateConnection({ app: "shop", connectionParams: { api_key: "key-1", subdomain: "ada" } });
    const row = await storage.connections.get({ id: request.connectedAccountId, entityId: "ada" });
    if (row === null) throw new Error("expected the row");
    const { version } = row.connection;
    const params = { subdomain: "eve" };
    await storage.connections.compareAndSwap({ ...row.connection, params, version: version + 1 }, version);
    const connection = await request.waitUntilActive();
    await expect(connection.request("/orders")).rejects.toMatchObject({ code: "CIPHERTEXT_MOVED" });
    expect(network.sent).toEqual([]);
  });
});
