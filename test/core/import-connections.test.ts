import type { ExportedConnection, ImportedConnection } from "mooring";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { kyselyStorage } from "../../src/storage/kysely.js";
import { CLIENT, consented, PROVIDER, setUp } from "../support/acme.js";
import { describeEachDatabase } from "../support/each-database.js";
import { dumpMooringTables } from "../support/pglite.js";

const KEYS = [{ id: "2026-11", secret: "an-encryption-key-of-the-host-32" }];
const START = Date.UTC(2026, 0, 1);
const server = setupServer(
  http.get(`${PROVIDER}/api/me`, ({ request }) =>
    HttpResponse.json({
      authorization: request.headers.get("authorization"),
      key: request.headers.get("x-api-key"),
    }),
  ),
  http.post(`${PROVIDER}/token`, async ({ request }) => {
    const form = new URLSearchParams(await request.text());
    const name = form.get("code") ?? `${form.get("refresh_token")?.replace("refresh-", "")}+`;
    return HttpResponse.json({
      access_token: `access-${name}`,
      token_type: "bearer",
      refresh_token: `refresh-${name}`,
      expires_in: 3600,
    });
  }),
);
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

/** What a host's own table of tokens would hold. */
const token = (name: string, fields: Partial<ImportedConnection> = {}): ImportedConnection => ({
  entityId: name,
  app: "acme",
  authScheme: "OAUTH2",
  credentials: {
    access_token: `access-${name}`,
    refresh_token: `refresh-${name}`,
    expires_at: new Date(START + 3_600_000),
  },
  ...fields,
});

describeEachDatabase("importConnections", (db) => {
  async function host() {
    const made = setUp({ storage: kyselyStorage(db()), encryption: { keys: KEYS } });
    await made.toolset.createIntegration({ app: "acme", authScheme: "OAUTH2", authConfig: CLIENT });
    return made;
  }

  it("takes live tokens, which work at once and are refreshed when due", async () => {
    const { toolset, clock } = await host();
    const report = await toolset.importConnections([token("ada"), token("bob")]);
    expect(report).toEqual({ imported: 2, skipped: 0, failed: 0, failures: [] });
    const connection = await toolset.getEntity("ada").getConnection({ app: "acme" });
    expect(await connection.request("/me").json()).toMatchObject({ authorization: "Bearer access-ada" });
    await clock.advance(3_600_000);
    expect(await connection.request("/me").json()).toMatchObject({ authorization: "Bearer access-ada+" });
  });

  it("stores nothing in the clear", async () => {
    const { toolset } = await host();
    await toolset.importConnections([
      token("ada"),
      { entityId: "bob", app: "acme", authScheme: "API_KEY", credentials: { api_key: "key-of-bob" } },
    ]);
    const stored = await dumpMooringTables(db());
    expect(stored).toContain("bob");
    expect(stored).not.toMatch(/access-ada|refresh-ada|key-of-bob/);
  });

  it("keeps what is known of a connection", async () => {
    const { toolset } = await host();
    await toolset.importConnections([
      token("ada", {
        alias: "work",
        labels: ["paid"],
        isDefault: true,
        account: { id: "42", email: "ada@example.com", label: null },
        scopes: "tickets:read tickets:write",
        params: { workspace: "w-1" },
        createdAt: "2024-05-06T07:08:09Z",
        status: "INACTIVE",
        statusReason: "paused by the host",
      }),
    ]);
    const [connection] = await toolset.getEntity("ada").getConnections();
    expect(connection?.toJSON()).toMatchObject({
      alias: "work",
      labels: ["paid"],
      isDefault: true,
      account: { id: "42", email: "ada@example.com", label: null },
      scopes: ["tickets:read", "tickets:write"],
      params: { workspace: "w-1" },
      createdAt: "2024-05-06T07:08:09.000Z",
      status: "INACTIVE",
    });
  });

  it("can be repeated: what has an id and is there already is skipped", async () => {
    const { toolset } = await host();
    const rows = ["ada", "bob", "eve"].map((name) => token(name, { id: `legacy-${name}` }));
    expect(await toolset.importConnections(rows.slice(0, 2))).toMatchObject({ imported: 2, skipped: 0 });
    expect(await toolset.importConnections(rows)).toEqual({
      imported: 1,
      skipped: 2,
      failed: 0,
      failures: [],
    });
    expect(await toolset.getEntity("ada").getConnections()).toHaveLength(1);
  });

  it("lets a wrong one fail alone, naming the field and no value", async () => {
    const { toolset } = await host();
    const wrong: readonly (readonly [ImportedConnection, string])[] = [
      [token("", {}), "entityId"],
      [token("ada", { credentials: { refresh_token: "secret-value" } }), "access_token"],
      [token("ada", { credentials: null }), "credentials"],
      [
        {
          entityId: "ada",
          app: "acme",
          authScheme: "API_KEY",
          credentials: { api_key: "secret-value\nX-Evil: 1" },
        },
        "api_key",
      ],
      [token("ada", { integrationId: "019b76da-a800-7000-8000-000000000001" }), "019b76da"],
      [{ entityId: "ada", credentials: { access_token: "secret-value" } }, "app"],
      [token("ada", { alias: "taken" }), "taken"],
    ];
    await toolset.importConnections([token("ada", { alias: "taken" })]);
    const before = await dumpMooringTables(db());
    const report = await toolset.importConnections(wrong.map(([row]) => row));
    expect(report).toMatchObject({ imported: 0, skipped: 0, failed: wrong.length });
    for (const [index, [, named]] of wrong.entries()) {
      const failure = report.failures.find((each) => each.index === index);
      expect(failure?.message).toContain(named);
      expect(failure?.message).not.toContain("secret-value");
    }
    expect(await dumpMooringTables(db())).toBe(before);
  });

  it("stops at once when the app is unknown or has no integration: all rows would fail", async () => {
    const { toolset } = await host();
    const unknown = toolset.importConnections([token("ada", { app: "nowhere" })]);
    await expect(unknown).rejects.toMatchObject({ code: "APP_UNKNOWN" });
    const [integration] = await toolset.getIntegrations();
    await integration?.delete();
    await expect(toolset.importConnections([token("ada")])).rejects.toMatchObject({
      code: "INTEGRATION_REQUIRED",
    });
  });

  it("tells how far it is, and stops when the signal says so", async () => {
    const { toolset } = await host();
    const controller = new AbortController();
    const onProgress = vi.fn(({ imported }: { readonly imported: number }) => {
      if (imported === 3) controller.abort(new Error("enough"));
    });
    async function* rows() {
      for (let index = 0; ; index += 1) yield token(`user-${index}`);
    }
    const work = toolset.importConnections(rows(), { concurrency: 1, onProgress, signal: controller.signal });
    await expect(work).rejects.toThrow("enough");
    expect(onProgress.mock.calls.map(([{ imported }]) => imported)).toEqual([1, 2, 3]);
    const [{ id } = { id: "" }] = await toolset.getEntity("user-0").getConnections();
    expect(onProgress).toHaveBeenNthCalledWith(1, {
      imported: 1,
      skipped: 0,
      failed: 0,
      last: { index: 0, connectionId: id },
    });
  });

  it("takes what exportConnections() of another toolset yields", async () => {
    const old = setUp();
    await old.toolset.createIntegration({ app: "acme", authScheme: "OAUTH2", authConfig: CLIENT });
    const { redirectUrl } = await old.toolset
      .getEntity("ada")
      .initiateConnection({ app: "acme", authScheme: "OAUTH2", alias: "work" });
    await old.toolset.handleCallback(consented(redirectUrl, { code: "moved" }), { entityId: "ada" });
    await old.toolset.getEntity("bob").initiateConnection({
      app: "acme",
      authScheme: "API_KEY",
      connectionParams: { api_key: "key-of-bob" },
    });
    const revoked = await old.toolset.getEntity("eve").initiateConnection({
      app: "acme",
      authScheme: "API_KEY",
      connectionParams: { api_key: "key-of-eve" },
    });
    await (await revoked.waitUntilActive()).revoke();
    const exported: ExportedConnection[] = [];
    for await (const connection of old.toolset.exportConnections()) exported.push(connection);

    const { toolset } = await host();
    const rows = JSON.parse(JSON.stringify(exported)).map(
      ({ integrationId: _, ...row }: ExportedConnection) => row,
    );
    expect(await toolset.importConnections(rows)).toMatchObject({ imported: 3, failed: 0 });
    const ada = await toolset.getEntity("ada").getConnection({ app: "acme" });
    expect([ada.id, ada.alias]).toEqual([exported[0]?.id, "work"]);
    expect(await ada.request("/me").json()).toMatchObject({ authorization: "Bearer access-moved" });
    const bob = await toolset.getEntity("bob").getConnection({ app: "acme" });
    expect(await bob.request("/me").json()).toMatchObject({ key: "key-of-bob" });
    const [eve] = await toolset.getEntity("eve").getConnections();
    expect(eve?.status).toBe("REVOKED");
  });
});

describe("exportConnections", () => {
  async function stocked() {
    const { toolset, storage, clock } = setUp();
    await toolset.createIntegration({ app: "acme", authScheme: "OAUTH2", authConfig: CLIENT });
    await toolset.importConnections([token("ada"), token("bob")], { concurrency: 1 });
    await toolset.getEntity("eve").initiateConnection({ app: "acme", authScheme: "OAUTH2" });
    return { toolset, storage, clock };
  }
  const all = async (connections: AsyncIterable<ExportedConnection>) => {
    const found: ExportedConnection[] = [];
    for await (const connection of connections) found.push(connection);
    return found;
  };

  it("yields each connection with its credentials, but those that were never finished", async () => {
    const { toolset } = await stocked();
    const found = await all(toolset.exportConnections());
    expect(found.map(({ entityId, credentials, error }) => [entityId, credentials, error])).toEqual(
      ["ada", "bob"].map((name) => [
        name,
        {
          access_token: `access-${name}`,
          refresh_token: `refresh-${name}`,
          token_type: "bearer",
          expires_at: START + 3_600_000,
        },
        null,
      ]),
    );
  });

  it("can be narrowed", async () => {
    const { toolset } = await stocked();
    expect(await all(toolset.exportConnections({ entityId: "bob" }))).toHaveLength(1);
    expect(await all(toolset.exportConnections({ app: "acme" }))).toHaveLength(2);
    expect(await all(toolset.exportConnections({ app: "opendata" }))).toHaveLength(0);
    // @ts-expect-error: what JavaScript would let through
    await expect(all(toolset.exportConnections({ user: "bob" }))).rejects.toMatchObject({
      code: "INPUT_INVALID",
    });
  });

  it("says of credentials it cannot open why, and goes on", async () => {
    const { storage, clock } = await stocked();
    const { toolset } = setUp({ storage, clock, encryption: { keys: KEYS } });
    const found = await all(toolset.exportConnections());
    expect(found.map(({ credentials, error }) => [credentials, error])).toEqual([
      [null, "KEY_UNKNOWN"],
      [null, "KEY_UNKNOWN"],
    ]);
  });
});
