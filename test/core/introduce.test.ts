import type { AppInput } from "mooring";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { acmeApp, consented, PROVIDER, setUpOAuth } from "../support/acme.js";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const ACCOUNT = { url: "/me", id: "data.id", email: "data.email", label: "data.name" };
const ada = { data: { id: 7, email: "ada@example.com", name: "Ada" } };

async function setUpApp(changes: Partial<AppInput>) {
  const { toolset } = await setUpOAuth({ apps: [acmeApp(changes)] });
  const entity = toolset.getEntity("ada");
  return {
    toolset,
    entity,
    async connect() {
      server.use(http.post(`${PROVIDER}/token`, () => HttpResponse.json({ access_token: "access-1" })));
      const request = await entity.initiateConnection({ app: "acme", authScheme: "OAUTH2" });
      return (await toolset.handleCallback(consented(request.redirectUrl), { entityId: "ada" })).connection;
    },
    connectWithKey: (api_key = "key-1") =>
      entity.initiateConnection({ app: "acme", authScheme: "API_KEY", connectionParams: { api_key } }),
  };
}

describe("the account of a new connection", () => {
  it("is what the app's endpoint says of it, asked with the new credentials", async () => {
    const { connect } = await setUpApp({ account: ACCOUNT });
    let authorization: string | null = null;
    server.use(
      http.get(`${PROVIDER}/api/me`, ({ request }) => {
        authorization = request.headers.get("authorization");
        return HttpResponse.json(ada);
      }),
    );
    expect((await connect()).account).toEqual({ id: "7", email: "ada@example.com", label: "Ada" });
    expect(authorization).toBe("Bearer access-1");
  });

  it("is asked for schemes without a browser too", async () => {
    const { connectWithKey } = await setUpApp({ account: ACCOUNT });
    server.use(http.get(`${PROVIDER}/api/me`, () => HttpResponse.json(ada)));
    const connection = await (await connectWithKey()).waitUntilActive();
    expect(connection.account).toEqual({ id: "7", email: "ada@example.com", label: "Ada" });
  });

  it.each([
    ["does not know", () => new HttpResponse(null, { status: 403 })],
    ["answers something else", () => HttpResponse.json({ data: {} })],
    ["answers HTML", () => HttpResponse.html("<html>")],
  ])("stays open when the endpoint %s", async (_case, answer) => {
    const { connect } = await setUpApp({ account: ACCOUNT });
    server.use(http.get(`${PROVIDER}/api/me`, answer));
    expect(await connect()).toMatchObject({ status: "ACTIVE", account: null });
  });

  it("may be told by several values, of which none may be missing", async () => {
    const { connectWithKey } = await setUpApp({ account: { url: "/me", id: ["team", "user"] } });
    server.use(http.get(`${PROVIDER}/api/me`, () => HttpResponse.json({ team: "t1", user: "u1" })));
    expect((await (await connectWithKey()).waitUntilActive()).account?.id).toBe("t1/u1");
    server.use(http.get(`${PROVIDER}/api/me`, () => HttpResponse.json({ user: "u1" })));
    expect((await (await connectWithKey()).waitUntilActive()).account).toBeNull();
  });

  it("is where a wrong key shows: nothing is stored", async () => {
    const { connectWithKey, entity } = await setUpApp({ account: ACCOUNT });
    server.use(http.get(`${PROVIDER}/api/me`, () => new HttpResponse(null, { status: 401 })));
    const refused = connectWithKey("wrong-key");
    await expect(refused).rejects.toMatchObject({
      name: "TokenError",
      code: "CREDENTIALS_REFUSED",
      status: 401,
      retryable: false,
      issues: [{ path: "connectionParams.api_key", message: "refused by Acme" }],
      cause: { name: "RequestError", status: 401 },
    });
    await expect(refused).rejects.not.toThrow("wrong-key");
    expect(await entity.getConnections()).toEqual([]);
  });
});

describe("what a provider says of where its API is", () => {
  const OAUTH2 = {
    scheme: "OAUTH2" as const,
    authorizationUrl: `${PROVIDER}/authorize`,
    tokenUrl: `${PROVIDER}/token`,
    tokenResponse: { metadata: { told: "told" } },
  };
  const connectTold = async (told: string, changes: Partial<AppInput>) => {
    const { toolset } = await setUpOAuth({ apps: [acmeApp({ authSchemes: [OAUTH2], ...changes })] });
    const entity = toolset.getEntity("ada");
    server.use(http.post(`${PROVIDER}/token`, () => HttpResponse.json({ access_token: "access-1", told })));
    const request = await entity.initiateConnection({ app: "acme", authScheme: "OAUTH2" });
    const finished = toolset.handleCallback(consented(request.redirectUrl), { entityId: "ada" });
    return { entity, finished };
  };

  it.each([
    "evil.example/",
    "evil.example#",
    "a@evil.example",
    "evil.example?",
    "a\\b",
    "..",
    "{told}",
    "a。b",
    "a\nb",
    "%2e",
  ])("is refused when it is %j: nothing is activated", async (told) => {
    const { entity, finished } = await connectTold(told, { baseUrl: "https://{told}.acme.example" });
    await expect(finished).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      issues: [{ path: "params.told" }],
    });
    expect(await entity.getConnections()).toMatchObject([{ status: "FAILED", params: {} }]);
  });

  it("is said not to fit where no header of the app can carry it", async () => {
    const { finished } = await connectTold("a\r\nx-evil: 1", { headers: { "x-told": "{told}" } });
    const { connection } = await finished;
    const refused = connection.request("/tickets");
    await expect(refused.json()).rejects.toMatchObject({ name: "RequestError", code: "REQUEST_FAILED" });
    await expect(refused.json()).rejects.not.toThrow("x-evil");
  });
});

describe("what only an API call tells", () => {
  const followUp = {
    url: "/session",
    params: { shard: { path: "api_url", pattern: "https://([\\w-]+)\\..+" } },
  };
  const templated = {
    baseUrl: "https://{shard}.acme.example/api",
    origins: [PROVIDER],
    followUps: [{ ...followUp, url: `${PROVIDER}/session` }],
  };

  it("is kept with the connection, and may fill the base URL", async () => {
    const { connect } = await setUpApp(templated);
    server.use(
      http.get(`${PROVIDER}/session`, () => HttpResponse.json({ api_url: "https://eu-1.acme.example" })),
      http.get("https://eu-1.acme.example/api/tickets", () => HttpResponse.json([1])),
    );
    const connection = await connect();
    expect(connection.params).toEqual({ shard: "eu-1" });
    expect(await connection.request("/tickets").json()).toEqual([1]);
  });

  it.each([{ api_url: "http://evil.example/" }, { api_url: "https://eu-1.acme.example/" }, {}])(
    "must be there and of the form the app says: %j decides",
    async (answer) => {
      const { connect } = await setUpApp({
        ...templated,
        followUps: [
          {
            url: `${PROVIDER}/session`,
            params: { shard: { path: "api_url", pattern: "https://([\\w-]+)\\.acme\\.example" } },
          },
        ],
      });
      server.use(http.get(`${PROVIDER}/session`, () => HttpResponse.json(answer)));
      await expect(connect()).rejects.toMatchObject({ code: "RESPONSE_INVALID" });
    },
  );

  it("fails the attempt when the API does not tell it", async () => {
    const { connect, entity } = await setUpApp(templated);
    server.use(http.get(`${PROVIDER}/session`, () => new HttpResponse(null, { status: 403 })));
    await expect(connect()).rejects.toMatchObject({ name: "RequestError", status: 403 });
    expect(await entity.getConnections()).toMatchObject([
      { status: "FAILED", statusReason: "REQUEST_FAILED" },
    ]);
  });

  it("is not asked for where the provider's URL is not the app's", async () => {
    const { connect } = await setUpApp({
      followUps: [{ url: "https://evil.example/session", params: { shard: "s" } }],
    });
    await expect(connect()).rejects.toMatchObject({ code: "URL_FORBIDDEN" });
  });
});
