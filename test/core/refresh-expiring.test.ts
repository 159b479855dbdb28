import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { kyselyStorage } from "../../src/storage/kysely.js";
import { CLIENT, consented, PROVIDER, setUp } from "../support/acme.js";
import { describeEachDatabase } from "../support/each-database.js";

const KEYS = [{ id: "2026-11", secret: "an-encryption-key-of-the-host-32" }];
const HOUR = 3_600_000;
/** Refresh tokens the provider was asked to renew, in order. */
const renewed: string[] = [];
const server = setupServer(
  http.post(`${PROVIDER}/token`, async ({ request }) => {
    const form = new URLSearchParams(await request.text());
    const code = form.get("code");
    const spent = form.get("refresh_token");
    if (spent !== null) renewed.push(spent);
    if (spent === "refresh-dead") return HttpResponse.json({ error: "invalid_grant" }, { status: 400 });
    const name = code ?? `${spent?.replace("refresh-", "")}+`;
    return HttpResponse.json({
      access_token: `access-${name}`,
      token_type: "bearer",
      refresh_token: `refresh-${name}`,
      expires_in: name.startsWith("long") ? 7200 : 3600,
    });
  }),
);
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => {
  server.resetHandlers();
  renewed.length = 0;
});
afterAll(() => server.close());

describeEachDatabase("refreshExpiring", (db) => {
  async function connected(codes: readonly string[], time: { readonly clock?: undefined } = {}) {
    const storage = kyselyStorage(db());
    const made = setUp({ storage, encryption: { keys: KEYS }, ...time });
    await made.toolset.createIntegration({ app: "acme", authScheme: "OAUTH2", authConfig: CLIENT });
    const connections = [];
    for (const code of codes) {
      const entity = made.toolset.getEntity(code);
      const { redirectUrl } = await entity.initiateConnection({ app: "acme", authScheme: "OAUTH2" });
      const callback = consented(redirectUrl, { code });
      const finished = await made.toolset.handleCallback(callback, { entityId: code });
      connections.push(finished.connection);
    }
    /** Another process of the host. */
    const other = () => {
      const { toolset } = setUp({
        storage: kyselyStorage(db()),
        encryption: { keys: KEYS },
        ...time,
      });
      return toolset;
    };
    return { ...made, connections, other };
  }

  it("refreshes what ends within that time, and nothing else", async () => {
    const { toolset, clock, connections } = await connected(["ada", "bob", "long"]);
    expect(await toolset.refreshExpiring({ within: HOUR - 1 })).toEqual({
      refreshed: 0,
      skipped: 0,
      failed: 0,
      failures: [],
    });
    await clock.advance(HOUR / 2);
    expect(await toolset.refreshExpiring({ within: HOUR / 2 })).toMatchObject({ refreshed: 2 });
    expect(renewed.sort()).toEqual(["refresh-ada", "refresh-bob"]);
    const [ada] = connections;
    expect((await ada?.getAuthParams())?.headers).toEqual({ authorization: "Bearer access-ada+" });
    expect(renewed).toHaveLength(2);
  });

  it("in several processes at once refreshes each connection once", async () => {
    const names = Array.from({ length: 12 }, (_, index) => `user-${index}`);
    const { toolset, other } = await connected(names, { clock: undefined });
    const rounds = [toolset, other(), other()].map((each) =>
      each.refreshExpiring({ within: HOUR, concurrency: 4 }),
    );
    const reports = await Promise.all(rounds);
    expect(reports.map(({ failed }) => failed)).toEqual([0, 0, 0]);
    expect(renewed.sort()).toEqual(names.map((name) => `refresh-${name}`).sort());
  });

  it("says which failed, and goes on", async () => {
    const { toolset, connections } = await connected(["ada", "dead", "zoe"]);
    const dead = connections[1];
    const seen: number[] = [];
    const report = await toolset.refreshExpiring({
      within: HOUR,
      concurrency: 1,
      onProgress: ({ refreshed, skipped, failed }) => seen.push(refreshed + skipped + failed),
    });
    expect(report).toEqual({
      refreshed: 2,
      skipped: 0,
      failed: 1,
      failures: [{ connectionId: dead?.id, entityId: "dead", app: "acme", code: "REAUTHORIZATION_REQUIRED" }],
    });
    expect(seen).toEqual([1, 2, 3]);
    expect((await dead?.reload())?.status).toBe("EXPIRED");
    expect(await toolset.refreshExpiring({ within: HOUR })).toMatchObject({ failed: 0 });
  });

  it("leaves alone what may not be used, and what cannot be renewed", async () => {
    const { toolset, connections } = await connected(["ada", "bob"]);
    await connections[0]?.disable();
    const [integration] = await toolset.getIntegrations();
    await integration?.disable();
    expect(await toolset.refreshExpiring({ within: HOUR })).toMatchObject({
      refreshed: 0,
      skipped: 1,
      failed: 0,
    });
    expect(renewed).toEqual([]);
  });

  it("stops when the signal says so", async () => {
    const { toolset } = await connected(["ada", "bob", "eve"]);
    const controller = new AbortController();
    const round = toolset.refreshExpiring({
      within: HOUR,
      concurrency: 1,
      signal: controller.signal,
      onProgress: () => controller.abort(new Error("shutting down")),
    });
    await expect(round).rejects.toThrow("shutting down");
    expect(renewed).toHaveLength(1);
  });
});

describe("refreshExpiring", () => {
  it.each([
    [{}, "within"],
    [{ within: -1 }, "within"],
    [{ within: "10m" }, "within"],
    [{ within: 1, concurrency: 0 }, "concurrency"],
  ])("refuses %j, naming %s", async (options, path) => {
    const { toolset } = setUp();
    // @ts-expect-error: what JavaScript would let through
    await expect(toolset.refreshExpiring(options)).rejects.toMatchObject({
      code: "INPUT_INVALID",
      issues: [expect.objectContaining({ path })],
    });
  });
});
