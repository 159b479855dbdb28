import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { consented, PROVIDER, setUp, setUpOAuth } from "../support/acme.js";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const TOKENS = { access_token: "access-1", token_type: "Bearer", expires_in: 3600 };

async function started() {
  server.use(http.post(`${PROVIDER}/token`, () => HttpResponse.json(TOKENS)));
  const made = await setUpOAuth();
  const ada = made.toolset.getEntity("ada");
  return { ...made, ada, request: await ada.initiateConnection({ app: "acme" }) };
}

describe("waitUntilActive", () => {
  it("resolves when the callback arrives, in whichever process", async () => {
    const { request, storage, clock, toolset } = await started();
    const waiting = request.waitUntilActive();
    await vi.waitFor(() => expect(clock.sleeping).toBe(1));
    await toolset.handleCallback(consented(request.redirectUrl), { entityId: "ada" });
    await clock.advance(1_000);
    expect(await waiting).toMatchObject({ id: request.connectedAccountId, status: "ACTIVE" });
    expect(
      (await storage.connections.get({ id: request.connectedAccountId, entityId: "ada" }))?.connection.status,
    ).toBe("ACTIVE");
  });

  it("resolves at once for what is ACTIVE already", async () => {
    const { toolset } = setUp();
    const request = await toolset
      .getEntity("ada")
      .initiateConnection({ app: "acme", authScheme: "BEARER_TOKEN", connectionParams: { token: "t-1" } });
    expect(request.toJSON()).toEqual({
      connectionStatus: "ACTIVE",
      connectedAccountId: request.connectedAccountId,
      redirectUrl: null,
    });
    expect(request.bindingCookie).toBeNull();
    expect((await request.waitUntilActive({ timeoutMs: 0 })).status).toBe("ACTIVE");
  });

  it("gives up after its time, and may be called again", async () => {
    const { request, clock } = await started();
    const outcome = request.waitUntilActive({ timeoutMs: 5_000 }).catch((error: unknown) => error);
    await vi.waitFor(() => expect(clock.sleeping).toBe(1));
    await clock.advance(5_000);
    expect(await outcome).toMatchObject({
      code: "CONNECTION_WAIT_TIMEOUT",
      status: "INITIATED",
      retryable: true,
    });
    await expect(request.waitUntilActive({ timeoutMs: 0 })).rejects.toMatchObject({
      code: "CONNECTION_WAIT_TIMEOUT",
      hint: expect.stringContaining("`redirectUrl`"),
    });
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("refuses %d as a time", async (timeoutMs) => {
    const { request } = await started();
    await expect(request.waitUntilActive({ timeoutMs })).rejects.toMatchObject({
      code: "INPUT_INVALID",
      issues: [{ path: "timeoutMs" }],
    });
  });

  it("stops when its caller does, with the caller's reason", async () => {
    const { request, clock } = await started();
    const controller = new AbortController();
    const outcome = request.waitUntilActive({ signal: controller.signal }).catch((error: unknown) => error);
    await vi.waitFor(() => expect(clock.sleeping).toBe(1));
    const reason = new Error("the page was closed");
    controller.abort(reason);
    expect(await outcome).toBe(reason);
    expect(clock.sleeping).toBe(0);
    await expect(request.waitUntilActive({ signal: controller.signal })).rejects.toBe(reason);
  });

  it("fails at once when the attempt has failed, and when the connection is gone", async () => {
    const { request, toolset, ada } = await started();
    const denied = consented(request.redirectUrl, { error: "access_denied" });
    await expect(toolset.handleCallback(denied, { entityId: "ada" })).rejects.toThrow("did not authorize");
    await expect(request.waitUntilActive()).rejects.toMatchObject({
      code: "CONNECTION_NOT_ACTIVE",
      status: "FAILED",
      message: expect.stringContaining("AUTHORIZATION_DENIED: access_denied"),
    });
    await (await ada.getConnection({ connectionId: request.connectedAccountId })).delete();
    await expect(request.waitUntilActive()).rejects.toMatchObject({ code: "CONNECTION_NOT_FOUND" });
  });
});
