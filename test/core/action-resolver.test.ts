import { defineAction, defineApp } from "mooring";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { acmeApp, consented, openData, PROVIDER, setUp, setUpOAuth } from "../support/acme.js";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const number = { action: "OPENDATA_GET_NUMBER", params: { id: "7" }, entityId: "ada" };
const tickets = { action: "ACME_LIST_TICKETS", entityId: "ada" };
const keyed = defineApp({
  slug: "keyed",
  name: "Keyed",
  description: "Wants a key of the user's",
  baseUrl: `${PROVIDER}/keyed`,
  authSchemes: [{ scheme: "API_KEY", placements: [{ in: "header", name: "X-Api-Key" }] }],
  actions: [
    defineAction({
      name: "KEYED_GET",
      app: "keyed",
      description: "Gets it.",
      input: z.strictObject({}),
      request: { method: "GET", path: "/" },
    }),
  ],
});

describe("an app that needs no connection", () => {
  const answer = () =>
    server.use(
      http.get("https://opendata.example/numbers/:id", ({ params, request }) =>
        HttpResponse.json({ id: params["id"], authorization: request.headers.get("authorization") }),
      ),
    );

  it("can be used at once: nothing is stored", async () => {
    answer();
    const { toolset } = setUp();
    expect(await toolset.executeAction(number)).toEqual({
      data: { id: "7", authorization: null },
      error: null,
      successful: true,
    });
    expect(await toolset.getIntegrations({ includeDisabled: true })).toEqual([]);
  });

  it("is used through a connection when there is one", async () => {
    answer();
    const { toolset } = setUp();
    const request = await toolset.getEntity("ada").initiateConnection({ app: "opendata" });
    const connection = await request.waitUntilActive();
    expect((await toolset.executeAction(number)).successful).toBe(true);
    const [integration] = await toolset.getIntegrations({ app: "opendata" });
    await integration?.disable();
    expect((await toolset.executeAction({ ...number, connectedAccountId: connection.id })).error?.code).toBe(
      "INTEGRATION_DISABLED",
    );
  });

  it("cannot be used anonymously when its base URL depends on the user", async () => {
    const app = defineApp({
      slug: "opendata",
      name: "Open Data",
      description: "Numbers of one region",
      baseUrl: "https://{region}.opendata.example",
      connectionParams: [{ name: "region", displayName: "Region", description: "Where" }],
      authSchemes: [{ scheme: "NO_AUTH" }],
      actions: openData.actions,
    });
    const { toolset } = setUp({ apps: [app] });
    const result = await toolset.executeAction(number);
    expect(result.error).toMatchObject({
      code: "CONNECTION_REQUIRED",
      connectionRequired: { app: "opendata", expectedParams: [{ name: "region", is_secret: false }] },
    });
  });
});

describe("a connection that is missing", () => {
  it("is started: the result says where to send the user", async () => {
    const { toolset } = await setUpOAuth();
    const { error, successful, data } = await toolset.executeAction(tickets);
    expect({ successful, data }).toEqual({ successful: false, data: null });
    const [pending] = await toolset.getEntity("ada").getConnections();
    expect(error).toMatchObject({
      code: "CONNECTION_REQUIRED",
      retryable: false,
      connectionRequired: {
        app: "acme",
        authScheme: "OAUTH2",
        connectedAccountId: pending?.id,
        expectedParams: [],
      },
    });
    expect(pending?.status).toBe("INITIATED");
    expect(new URL(error?.connectionRequired?.redirectUrl ?? "").origin).toBe(PROVIDER);
  });

  it("stays one, however often it is missed", async () => {
    const { toolset } = await setUpOAuth();
    const first = await toolset.executeAction(tickets);
    const second = await toolset.executeAction(tickets);
    const third = await toolset.executeRequest({
      app: "acme",
      entityId: "ada",
      method: "GET",
      endpoint: "/tickets",
    });
    const ids = [first, second, third].map(({ error }) => error?.connectionRequired?.connectedAccountId);
    expect(new Set(ids).size).toBe(1);
    expect(await toolset.getEntity("ada").getConnections()).toHaveLength(1);
  });

  it("is asked for when the user must give something first: nothing is stored", async () => {
    const { toolset } = setUp({ apps: [keyed] });
    const { error } = await toolset.executeAction({ action: "KEYED_GET", entityId: "ada" });
    expect(error?.connectionRequired).toMatchObject({
      app: "keyed",
      authScheme: "API_KEY",
      connectedAccountId: null,
      redirectUrl: null,
      expectedParams: [{ name: "api_key", required: true, is_secret: true, expected_from_customer: true }],
    });
    expect(await toolset.getEntity("ada").getConnections()).toEqual([]);
    expect(await toolset.getIntegrations()).toEqual([]);
  });

  it("of an app nobody configured is the developer's to fix", async () => {
    const { toolset } = setUp({ apps: [acmeApp()] });
    const { error } = await toolset.executeAction(tickets);
    expect(error).toMatchObject({
      code: "INTEGRATION_REQUIRED",
      hint: expect.stringContaining("toolset.createIntegration("),
    });
  });

  it("is another entity's, as far as anyone can tell", async () => {
    const { toolset } = await setUpOAuth();
    const request = await toolset.getEntity("mallory").initiateConnection({
      app: "acme",
      authScheme: "API_KEY",
      connectionParams: { api_key: "key-of-mallory" },
    });
    const connectedAccountId = request.connectedAccountId;
    expect((await toolset.executeAction(tickets)).error?.code).toBe("CONNECTION_REQUIRED");
    const unknown = "019b76da-a800-7000-8000-000000000009";
    const [foreign, none] = await Promise.all([
      toolset.executeAction({ ...tickets, connectedAccountId }),
      toolset.executeAction({ ...tickets, connectedAccountId: unknown }),
    ]);
    expect(foreign.error?.message.replace(connectedAccountId, unknown)).toBe(none.error?.message);
    expect(foreign.error?.code).toBe("CONNECTION_NOT_FOUND");
  });

  it("to this app is not found by the id of a connection to another", async () => {
    const { toolset } = await setUpOAuth();
    const request = await toolset.getEntity("ada").initiateConnection({ app: "opendata" });
    const result = await toolset.executeAction({
      ...tickets,
      connectedAccountId: request.connectedAccountId,
    });
    expect(result.error?.code).toBe("CONNECTION_NOT_FOUND");
  });
});

describe("a connection that was granted too little", () => {
  it("is asked for more: the result says where to send the user, and it works meanwhile", async () => {
    server.use(
      http.post(`${PROVIDER}/token`, () =>
        HttpResponse.json({ access_token: "at-1", token_type: "bearer", scope: "tickets:read" }),
      ),
      http.get(`${PROVIDER}/api/tickets`, () => HttpResponse.json([])),
    );
    const { toolset } = await setUpOAuth();
    const ada = toolset.getEntity("ada");
    const request = await ada.initiateConnection({ app: "acme" });
    await toolset.handleCallback(consented(request.redirectUrl), { entityId: "ada" });
    const create = { action: "ACME_CREATE_TICKET", params: { title: "a" }, entityId: "ada" };
    const { error } = await toolset.executeAction(create);
    expect(error).toMatchObject({
      code: "INSUFFICIENT_SCOPE",
      connectionRequired: { app: "acme", connectedAccountId: request.connectedAccountId },
    });
    const url = new URL(error?.connectionRequired?.redirectUrl ?? "");
    expect(url.searchParams.get("scope")).toBe("tickets:read tickets:write");
    expect((await toolset.executeAction(tickets)).successful).toBe(true);
  });
});

describe("a connection that does not execute", () => {
  it("is not used unless it is named, and then says why not", async () => {
    const { toolset } = await setUpOAuth();
    const given = { app: "acme", authScheme: "API_KEY", connectionParams: { api_key: "key-1" } };
    const connection = await (await toolset.getEntity("ada").initiateConnection(given)).waitUntilActive();
    await connection.disable();
    expect((await toolset.executeAction(tickets)).error?.code).toBe("CONNECTION_REQUIRED");
    const named = await toolset.executeAction({ ...tickets, connectedAccountId: connection.id });
    expect(named.error).toMatchObject({
      code: "CONNECTION_NOT_ACTIVE",
      hint: "Call `connection.enable()`.",
    });
  });
});

describe("what a scheme makes for a request", () => {
  it("comes back redacted, as what the user gave does", async () => {
    server.use(
      http.get(`${PROVIDER}/echo`, ({ request }) =>
        HttpResponse.json({ token: request.headers.get("authorization") }),
      ),
    );
    const app = defineApp({
      slug: "signed",
      name: "Signed",
      description: "Wants a token for each request",
      baseUrl: PROVIDER,
      authSchemes: [{ scheme: "JWT", algorithm: "HS256", reuse: false, claims: { jti: "{jti}" } }],
      actions: [
        defineAction({
          name: "SIGNED_ECHO",
          app: "signed",
          description: "Says what it got.",
          input: z.strictObject({}),
          request: { method: "GET", path: "/echo" },
        }),
      ],
    });
    const { toolset } = setUp({ apps: [app] });
    const connectionParams = { private_key: "a secret of at least thirty-two bytes" };
    await toolset.getEntity("ada").initiateConnection({ app: "signed", connectionParams });
    await expect(toolset.executeAction({ action: "SIGNED_ECHO", entityId: "ada" })).resolves.toEqual({
      data: { token: "Bearer [redacted]" },
      error: null,
      successful: true,
    });
  });
});
