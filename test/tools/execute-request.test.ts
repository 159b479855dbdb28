import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { acmeApp, openData, PROVIDER, setUp } from "../support/acme.js";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

async function connected() {
  const made = setUp();
  for (const entityId of ["ada", "bob"]) {
    await made.toolset.getEntity(entityId).initiateConnection({
      app: "acme",
      authScheme: "API_KEY",
      connectionParams: { api_key: `key-of-${entityId}` },
    });
  }
  return made;
}

describe("executeRequest", () => {
  const request = { app: "acme", entityId: "ada", method: "GET", endpoint: "/tickets" } as const;

  it("sends query, headers and body, with the entity's credentials", async () => {
    server.use(
      http.post(`${PROVIDER}/api/tickets`, async ({ request: sent }) => {
        return HttpResponse.json({
          query: [...new URL(sent.url).searchParams],
          trace: sent.headers.get("x-trace"),
          keyed: sent.headers.get("x-api-key") === "key-of-ada",
          body: await sent.json(),
        });
      }),
    );
    const { toolset } = await connected();
    const result = await toolset.executeRequest({
      ...request,
      method: "POST",
      parameters: [
        { name: "label", in: "query", value: "a" },
        { name: "label", in: "query", value: 2 },
        { name: "X-Trace", in: "header", value: true },
      ],
      body: { title: "New" },
    });
    expect(result).toEqual({
      data: {
        query: [
          ["label", "a"],
          ["label", "2"],
        ],
        trace: "true",
        keyed: true,
        body: { title: "New" },
      },
      error: null,
      successful: true,
    });
  });

  it("takes a failure with status 200 for one, as the app says", async () => {
    const app = acmeApp({ failure: { path: "code", not: 0, message: "why" } });
    server.use(
      http.get(`${PROVIDER}/api/tickets`, () => HttpResponse.json({ code: 40105, why: "key-of-ada" })),
    );
    const { toolset } = setUp({ apps: [app] });
    const connectionParams = { api_key: "key-of-ada" };
    await toolset
      .getEntity("ada")
      .initiateConnection({ app: "acme", authScheme: "API_KEY", connectionParams });
    expect(await toolset.executeRequest(request)).toMatchObject({
      successful: false,
      error: { code: "REQUEST_FAILED", message: "Acme refused: [redacted]" },
    });
  });

  it("finds the app by the connection", async () => {
    server.use(http.get(`${PROVIDER}/api/tickets`, () => new HttpResponse("plain")));
    const { toolset } = await connected();
    const [connection] = await toolset.getEntity("ada").getConnections();
    const { app: _app, ...rest } = request;
    const result = await toolset.executeRequest({ ...rest, connectedAccountId: connection?.id ?? "" });
    expect(result).toEqual({ data: "plain", error: null, successful: true });
  });

  it.each(["Authorization", "authorization", "Cookie", "Host", "Proxy-Authorization", "Content-Length"])(
    "leaves the header %s to Mooring",
    async (name) => {
      const { toolset } = await connected();
      const parameters = [{ name, in: "header", value: "x" }] as const;
      await expect(toolset.executeRequest({ ...request, parameters })).rejects.toMatchObject({
        code: "INPUT_INVALID",
        issues: [{ path: "parameters.0.name" }],
      });
    },
  );

  it("does not let a header of the caller's replace the key", async () => {
    const keys: (string | null)[] = [];
    server.use(
      http.get(`${PROVIDER}/api/tickets`, ({ request: { headers } }) => {
        keys.push(headers.get("x-api-key"));
        return HttpResponse.json([]);
      }),
    );
    const { toolset } = await connected();
    await toolset.executeRequest({
      ...request,
      parameters: [{ name: "x-api-key", in: "header", value: "mine" }],
    });
    expect(keys).toEqual(["key-of-ada"]);
  });

  it("names what is malformed", async () => {
    const { toolset } = await connected();
    for (const [wrong, path] of [
      [{ app: undefined }, "app"],
      [{ app: 5 }, "app"],
      [{ method: "TRACE" }, "method"],
      [{ endpoint: "" }, "endpoint"],
      [{ parameters: [{ name: "a", in: "path", value: "x" }] }, "parameters.0.in"],
      [{ entityId: undefined }, "entityId"],
    ] as const) {
      const call = Reflect.apply(toolset.executeRequest, toolset, [{ ...request, ...wrong }]);
      await expect(call).rejects.toMatchObject({
        code: "INPUT_INVALID",
        issues: expect.arrayContaining([expect.objectContaining({ path })]),
      });
    }
  });

  it("tells a caller's abort from its own timeout", async () => {
    server.use(http.all(`${PROVIDER}/api/tickets`, () => new Promise<never>(() => {})));
    const { toolset, clock } = await connected();
    const aborted = new AbortController();
    const cancelled = toolset.executeRequest({ ...request, signal: aborted.signal });
    aborted.abort();
    expect((await cancelled).error).toMatchObject({ code: "ACTION_ABORTED", retryable: false });
    const late = await toolset.executeRequest({ ...request, signal: AbortSignal.abort() });
    expect(late.error?.code).toBe("ACTION_ABORTED");

    const slow = [toolset.executeRequest(request), toolset.executeRequest({ ...request, method: "POST" })];
    await vi.waitFor(() => expect(clock.sleeping).toBe(2));
    await clock.advance(60_000);
    const [reading, writing] = await Promise.all(slow);
    expect(reading?.error).toMatchObject({ code: "ACTION_TIMEOUT", retryable: true });
    expect(writing?.error).toMatchObject({
      code: "ACTION_TIMEOUT",
      retryable: false,
      hint: expect.stringContaining("may have taken effect"),
    });
  });

  it("needs no connection where the app needs none", async () => {
    server.use(http.get("https://opendata.example/numbers/1", () => HttpResponse.json({ number: 1 })));
    const { toolset } = setUp();
    const endpoint = "/numbers/1";
    const result = await toolset.executeRequest({ app: openData, entityId: "ada", method: "GET", endpoint });
    expect(result.data).toEqual({ number: 1 });
  });
});
