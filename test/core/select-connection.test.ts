import type { Connection, Entity } from "mooring";
import { describe, expect, it } from "vitest";
import { setUp } from "../support/acme.js";

async function connect(entity: Entity, changes: { alias?: string; isDefault?: boolean } = {}) {
  const request = await entity.initiateConnection({
    app: "acme",
    authScheme: "API_KEY",
    connectionParams: { api_key: "key-1" },
    ...changes,
  });
  return request.waitUntilActive();
}

/** Ada's oldest connection, the one called work, and the newest. */
async function three() {
  const { toolset, clock } = setUp();
  const ada = toolset.getEntity("ada");
  const made: Connection[] = [];
  for (const changes of [{}, { alias: "work" }, {}]) {
    made.push(await connect(ada, changes));
    await clock.advance(1);
  }
  const [oldest, work, newest] = made;
  if (oldest === undefined || work === undefined || newest === undefined) throw new Error("expected three");
  return { toolset, ada, oldest, work, newest };
}

describe("which connection is meant", () => {
  it("is the newest ACTIVE one when nothing else is said", async () => {
    const { ada, work, newest } = await three();
    expect((await ada.getConnection({ app: "acme" })).id).toBe(newest.id);
    await newest.disable();
    expect((await ada.getConnection({ app: "acme" })).id).toBe(work.id);
  });

  it("is the default one before the newest", async () => {
    const { ada, oldest, newest } = await three();
    await oldest.update({ isDefault: true });
    expect((await ada.getConnection({ app: "acme" })).id).toBe(oldest.id);
    await oldest.disable();
    expect((await ada.getConnection({ app: "acme" })).id).toBe(newest.id);
  });

  it("is the one with the alias before the default", async () => {
    const { ada, oldest, work } = await three();
    await oldest.update({ isDefault: true });
    expect((await ada.getConnection({ app: "acme", alias: "work" })).id).toBe(work.id);
    expect((await ada.getConnection({ alias: "work" })).id).toBe(work.id);
  });

  it("is the one with the id before all others, in any status", async () => {
    const { ada, oldest, newest } = await three();
    await newest.update({ isDefault: true });
    await oldest.revoke();
    const found = await ada.getConnection({ connectionId: oldest.id });
    expect(found).toMatchObject({ id: oldest.id, status: "REVOKED" });
  });

  it("is an older one, whose integration is enabled, when that of the newest is not", async () => {
    const { toolset, ada, newest } = await three();
    const second = await toolset.createIntegration({
      app: "acme",
      authScheme: "API_KEY",
      forceNewIntegration: true,
    });
    const request = await ada.initiateConnection({
      integrationId: second.id,
      connectionParams: { api_key: "key-2" },
      isDefault: true,
    });
    expect((await ada.getConnection({ app: "acme" })).id).toBe(request.connectedAccountId);
    await second.disable();
    expect((await ada.getConnection({ app: "acme" })).id).toBe(newest.id);
    expect(await ada.ensureConnected({ app: "acme" })).toMatchObject({ id: newest.id });
    const [first] = await toolset.getIntegrations();
    await first?.disable();
    const chosen = await ada.getConnection({ app: "acme" });
    expect(chosen.id).toBe(request.connectedAccountId);
    await expect(chosen.getAuthParams()).rejects.toMatchObject({ code: "INTEGRATION_DISABLED" });
  });

  it("must fit all that is said", async () => {
    const { ada, work } = await three();
    for (const wrong of [{ app: "opendata" }, { alias: "home" }]) {
      await expect(ada.getConnection({ connectionId: work.id, ...wrong })).rejects.toMatchObject({
        code: "CONNECTION_NOT_FOUND",
      });
    }
  });

  it("is none when nothing fits: an error that names what was wanted", async () => {
    const { toolset, ada } = await three();
    await expect(ada.getConnection({ alias: "home" })).rejects.toThrow('no connection called "home"');
    await expect(toolset.getEntity("mallory").getConnection({ app: "acme" })).rejects.toMatchObject({
      name: "NoItemsFoundError",
      code: "CONNECTION_NOT_FOUND",
      kind: "connection",
      message: expect.stringContaining('no ACTIVE connection to "acme"'),
    });
    await expect(ada.getConnection({ app: "acne" })).rejects.toMatchObject({ code: "APP_UNKNOWN" });
    await expect(ada.getConnection({})).rejects.toMatchObject({ issues: [{ path: "app" }] });
  });

  it("is an error when strict and not clear", async () => {
    const { ada, oldest, newest } = await three();
    await expect(ada.getConnection({ app: "acme", strict: true })).rejects.toMatchObject({
      code: "CONNECTION_AMBIGUOUS",
      hint: expect.stringContaining("`alias`"),
    });
    await oldest.update({ isDefault: true });
    expect((await ada.getConnection({ app: "acme", strict: true })).id).toBe(oldest.id);
    await newest.update({ isDefault: true });
    await expect(ada.getConnection({ app: "acme", strict: true })).rejects.toMatchObject({
      code: "CONNECTION_AMBIGUOUS",
    });
    expect((await ada.getConnection({ alias: "work", strict: true })).alias).toBe("work");
  });
});

describe("getConnections", () => {
  it("lists all of one entity's, newest first, and none of another's", async () => {
    const { toolset, ada, oldest, work, newest } = await three();
    await connect(toolset.getEntity("mallory"));
    expect((await ada.getConnections()).map(({ id }) => id)).toEqual([newest.id, work.id, oldest.id]);
    expect(await toolset.getEntity("nobody").getConnections()).toEqual([]);
  });

  it("filters by app, status and labels, all of which must hold", async () => {
    const { ada, oldest, work } = await three();
    await work.update({ labels: ["a", "b"] });
    await oldest.update({ labels: ["a"] });
    await oldest.disable();
    const ids = async (options: Parameters<typeof ada.getConnections>[0]) =>
      (await ada.getConnections(options)).map(({ id }) => id);
    expect(await ids({ labels: ["a"] })).toEqual([work.id, oldest.id]);
    expect(await ids({ labels: ["b", "a"] })).toEqual([work.id]);
    expect(await ids({ labels: ["a"], status: "INACTIVE" })).toEqual([oldest.id]);
    expect(await ids({ app: "opendata" })).toEqual([]);
  });

  it("lists more than a page", async () => {
    const { toolset } = setUp();
    const ada = toolset.getEntity("ada");
    for (let index = 0; index < 205; index += 1) await connect(ada);
    expect(new Set((await ada.getConnections()).map(({ id }) => id)).size).toBe(205);
  });
});
