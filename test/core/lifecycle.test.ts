import type { LifecycleEvent, LifecycleHooks } from "mooring";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { consented, PROVIDER, setUpOAuth } from "../support/acme.js";

const tokens = (n: number) => ({
  access_token: `access-${n}`,
  token_type: "bearer",
  refresh_token: `refresh-${n}`,
  expires_in: 3600,
});
let answers = 0;
const server = setupServer(
  http.post(`${PROVIDER}/token`, () => {
    answers += 1;
    return HttpResponse.json(tokens(answers));
  }),
  http.post(`${PROVIDER}/revoke`, () => new HttpResponse(null, { status: 200 })),
);
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

/** A host with a hook for everything. */
async function listening(overrides: LifecycleHooks = {}) {
  const heard: LifecycleEvent[] = [];
  const note = (event: LifecycleEvent): void => {
    heard.push(event);
  };
  const hooks: LifecycleHooks = {
    "connection.active": note,
    "connection.refreshed": note,
    "connection.expired": note,
    "connection.revoked": note,
    "connection.deleted": note,
    "flow.failed": note,
    ...overrides,
  };
  const made = await setUpOAuth({ hooks });
  const ada = made.toolset.getEntity("ada");
  const connect = async (entity = ada) => {
    const request = await entity.initiateConnection({ app: "acme", authScheme: "OAUTH2" });
    const callback = consented(request.redirectUrl);
    return (await made.toolset.handleCallback(callback, { entityId: entity.id })).connection;
  };
  /** What was told since the last look. */
  const told = async () => {
    await made.toolset.deliverEvents();
    return heard.splice(0).map(({ type, reason }) => (reason === null ? type : `${type}: ${reason}`));
  };
  return { ...made, ada, connect, told, heard };
}

describe("hooks", () => {
  it("follow a connection through its whole life", async () => {
    const { connect, told, clock } = await listening();
    const connection = await connect();
    expect(await told()).toEqual(["connection.active"]);
    await clock.advance(3_600_000);
    await connection.getAuthParams();
    expect(await told()).toEqual(["connection.refreshed"]);
    await connection.disable();
    expect(await told()).toEqual([]);
    await connection.enable();
    expect(await told()).toEqual(["connection.active"]);
    await connection.revoke();
    expect(await told()).toEqual(["connection.revoked: revoked by the host"]);
    await connection.delete();
    expect(await told()).toEqual(["connection.deleted"]);
    await connection.delete();
    expect(await told()).toEqual([]);
  });

  it("hear of credentials that are refused for good", async () => {
    const { connect, told, clock } = await listening();
    const connection = await connect();
    await told();
    server.use(
      http.post(`${PROVIDER}/token`, () => HttpResponse.json({ error: "invalid_grant" }, { status: 400 })),
    );
    await clock.advance(3_600_000);
    await expect(connection.getAuthParams()).rejects.toMatchObject({ code: "REAUTHORIZATION_REQUIRED" });
    expect(await told()).toEqual(["connection.expired: invalid_grant"]);
  });

  it("hear of users who say no, at a first connect and at a reconnect", async () => {
    const { toolset, ada, connect, told } = await listening();
    const request = await ada.initiateConnection({ app: "acme", authScheme: "OAUTH2" });
    const refusal = consented(request.redirectUrl, { error: "access_denied" });
    await expect(toolset.handleCallback(refusal, { entityId: "ada" })).rejects.toThrow();
    expect(await told()).toEqual([expect.stringMatching(/^flow\.failed: .*access_denied/)]);
    const connection = await connect();
    expect(await told()).toEqual(["connection.active"]);
    const again = consented((await connection.reconnect()).redirectUrl, { error: "access_denied" });
    await expect(toolset.handleCallback(again, { entityId: "ada" })).rejects.toThrow();
    expect(await told()).toEqual([expect.stringMatching(/^flow\.failed: .*access_denied/)]);
    const { redirectUrl } = await connection.reconnect();
    await toolset.handleCallback(consented(redirectUrl), { entityId: "ada" });
    expect(await told()).toEqual(["connection.active"]);
  });

  it("hear of each connection that goes with its integration", async () => {
    const { toolset, connect, heard } = await listening();
    const made = [await connect(), await connect(), await connect(toolset.getEntity("bob"))];
    await toolset.deliverEvents();
    heard.length = 0;
    const [integration] = await toolset.getIntegrations({ app: "acme" });
    await integration?.delete();
    await toolset.deliverEvents();
    expect(heard.map(({ type, connectionId, entityId }) => [type, connectionId, entityId])).toEqual(
      made.map(({ id, entityId }) => ["connection.deleted", id, entityId]),
    );
  });

  it("that throw break no call, and are called again", async () => {
    let calls = 0;
    const { connect, clock, toolset } = await listening({
      "connection.active": () => {
        calls += 1;
        if (calls === 1) throw new Error("the host's own mistake");
      },
      "connection.refreshed": () => Promise.reject(new Error("away")),
    });
    const connection = await connect();
    expect(connection.status).toBe("ACTIVE");
    await clock.advance(3_600_000);
    expect((await connection.getAuthParams()).headers).toBeDefined();
    await clock.advance(60_000);
    expect(await toolset.deliverEvents()).toMatchObject({ failed: 1 });
    expect(calls).toBe(2);
  });

  it("never hold up the call that caused them", async () => {
    const { connect } = await listening({ "connection.active": () => new Promise(() => {}) });
    expect((await connect()).status).toBe("ACTIVE");
  });

  it("are checked by name: one that is misspelt would never be called", async () => {
    // @ts-expect-error: what JavaScript would let through
    await expect(setUpOAuth({ hooks: { "connection.activated": () => {} } })).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringContaining("hooks"),
    });
  });

  it("are told no secret", async () => {
    const { connect, heard, toolset } = await listening();
    await connect();
    await toolset.deliverEvents();
    expect(JSON.stringify(heard)).not.toMatch(/access-\d|refresh-\d/);
    expect(heard).toHaveLength(1);
  });
});
