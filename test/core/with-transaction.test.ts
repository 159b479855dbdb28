import type { LifecycleEvent, MooringToolSet } from "mooring";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { kyselyStorage } from "../../src/storage/kysely.js";
import { redisStorage } from "../../src/storage/redis.js";
import { CLIENT, consented, PROVIDER, setUp } from "../support/acme.js";
import { describeEachDatabase } from "../support/each-database.js";

const KEYS = [{ id: "2026-11", secret: "an-encryption-key-of-the-host-32" }];
const server = setupServer(
  http.post(`${PROVIDER}/token`, () =>
    HttpResponse.json({
      access_token: "access-1",
      token_type: "bearer",
      refresh_token: "refresh-1",
      expires_in: 3600,
    }),
  ),
);
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

describeEachDatabase("withTransaction", (db) => {
  async function started(hooks: ConstructorParameters<typeof MooringToolSet>[0]["hooks"] = {}) {
    const storage = kyselyStorage(db());
    const made = setUp({ storage, encryption: { keys: KEYS }, hooks });
    await made.toolset.createIntegration({ app: "acme", authScheme: "OAUTH2", authConfig: CLIENT });
    const ada = made.toolset.getEntity("ada");
    const request = await ada.initiateConnection({ app: "acme" });
    return {
      ...made,
      ada,
      callback: consented(request.redirectUrl),
      connectionId: (await ada.getConnections())[0]?.id,
    };
  }
  const users = () => db().selectFrom("users").select("name").execute();

  it("finishes a flow together with rows of the app's own", async () => {
    const { toolset, ada, callback } = await started();
    await db()
      .transaction()
      .execute(async (transaction) => {
        const { connection } = await toolset
          .withTransaction(kyselyStorage(transaction))
          .handleCallback(callback, { entityId: "ada" });
        expect(connection.status).toBe("ACTIVE");
        await transaction.insertInto("users").values({ id: 7, name: connection.id }).execute();
      });
    const connection = await ada.getConnection({ app: "acme" });
    expect(connection.status).toBe("ACTIVE");
    expect(await users()).toEqual([{ name: connection.id }]);
    expect((await connection.getAuthParams()).headers).toEqual({ authorization: "Bearer access-1" });
  });

  it("leaves nothing of a flow when the app rolls back", async () => {
    const { toolset, ada, callback } = await started();
    const work = db()
      .transaction()
      .execute(async (transaction) => {
        await toolset
          .withTransaction(kyselyStorage(transaction))
          .handleCallback(callback, { entityId: "ada" });
        await transaction.insertInto("users").values({ id: 7, name: "ada" }).execute();
        throw new Error("the app changed its mind");
      });
    await expect(work).rejects.toThrow("the app changed its mind");
    expect(await users()).toEqual([]);
    expect((await ada.getConnections()).map(({ status }) => status)).toEqual(["INITIATED"]);
    // Nothing was spent here: what the provider says of its code decides.
    const { connection } = await toolset.handleCallback(callback, { entityId: "ada" });
    expect(connection.status).toBe("ACTIVE");
  });

  it("makes integrations and connections, and removes them, with the transaction", async () => {
    const { toolset, ada } = await started();
    const removeAll = async (thenFail: boolean) =>
      db()
        .transaction()
        .execute(async (transaction) => {
          const within = toolset.withTransaction(kyselyStorage(transaction));
          const connections = await within.getEntity("ada").getConnections();
          for (const connection of connections) await connection.delete();
          await within.createIntegration({ app: "acme", authScheme: "API_KEY" });
          const request = await within.getEntity("bob").initiateConnection({
            app: "acme",
            authScheme: "API_KEY",
            connectionParams: { api_key: "key-of-bob" },
          });
          expect((await request.waitUntilActive()).status).toBe("ACTIVE");
          if (thenFail) throw new Error("no");
        });
    await expect(removeAll(true)).rejects.toThrow("no");
    expect(await ada.getConnections()).toHaveLength(1);
    expect(await toolset.getEntity("bob").getConnections()).toEqual([]);
    expect(await toolset.getIntegrations()).toHaveLength(1);
    await removeAll(false);
    expect(await ada.getConnections()).toEqual([]);
    expect(await toolset.getEntity("bob").getConnections()).toHaveLength(1);
    expect(await toolset.getIntegrations()).toHaveLength(2);
  });

  it("refreshes nothing, since a rollback would lose what the provider rotated", async () => {
    const { toolset, ada, callback, clock } = await started();
    const { connection } = await toolset.handleCallback(callback, { entityId: "ada" });
    await clock.advance(3_600_000);
    await db()
      .transaction()
      .execute(async (transaction) => {
        const within = toolset.withTransaction(kyselyStorage(transaction));
        const same = await within.getEntity("ada").getConnection({ connectionId: connection.id });
        for (const use of [() => same.getAuthParams(), () => same.refresh(), () => same.fetch("/tickets")]) {
          await expect(use()).rejects.toMatchObject({
            code: "TOKEN_REFRESH_FAILED",
            message: expect.stringContaining("within a transaction"),
          });
        }
      });
    expect((await ada.getConnections()).map(({ status }) => status)).toEqual(["ACTIVE"]);
  });

  it("refuses the database itself, in which nothing would be rolled back", async () => {
    const { toolset } = await started();
    expect(() => toolset.withTransaction(kyselyStorage(db()))).toThrow(
      expect.objectContaining({
        code: "CONFIG_INVALID",
        issues: [{ path: "storage", message: expect.stringContaining("on a transaction") }],
        hint: expect.stringContaining("kyselyStorage(transaction)"),
      }),
    );
  });

  it.each([false, true])("says after its end that it has ended (rolled back: %s)", async (thenFail) => {
    const { toolset, ada, callback } = await started();
    const kept = await db()
      .transaction()
      .execute(async (transaction) => {
        const within = toolset.withTransaction(kyselyStorage(transaction));
        const [connection] = await within.getEntity("ada").getConnections();
        const uses = [
          () => within.handleCallback(callback, { entityId: "ada" }),
          () => within.getIntegrations(),
          () => connection?.update({ labels: ["late"] }),
        ];
        if (thenFail) throw Object.assign(new Error("no"), { uses });
        return uses;
      })
      .catch(({ uses }) => uses);
    expect(kept).toHaveLength(3);
    for (const use of kept) {
      await expect(use()).rejects.toMatchObject({
        code: "STORAGE_FAILED",
        retryable: false,
        message: expect.stringContaining("has ended"),
        hint: expect.stringContaining("withTransaction"),
      });
    }
    expect(await ada.getConnections()).toMatchObject([{ status: "INITIATED", labels: [] }]);
  });

  it("is over for a transaction the app controls, too, once that is committed", async () => {
    const { toolset } = await started();
    const transaction = await db().startTransaction().execute();
    const within = toolset.withTransaction(kyselyStorage(transaction));
    expect(await within.getIntegrations()).toHaveLength(1);
    await transaction.commit().execute();
    await expect(within.getIntegrations()).rejects.toThrow("has ended");
  });

  it("tells hooks of what was committed, after the commit, and of nothing else", async () => {
    const heard: LifecycleEvent[] = [];
    const { toolset, callback, connectionId } = await started({
      "connection.active": (event) => heard.push(event),
    });
    const finish = (thenFail: boolean) =>
      db()
        .transaction()
        .execute(async (transaction) => {
          await toolset
            .withTransaction(kyselyStorage(transaction))
            .handleCallback(callback, { entityId: "ada" });
          if (thenFail) throw new Error("no");
        });
    await expect(finish(true)).rejects.toThrow("no");
    expect(await toolset.deliverEvents()).toEqual({ delivered: 0, failed: 0, abandoned: 0 });
    await finish(false);
    expect(heard).toEqual([]);
    expect(await toolset.deliverEvents()).toEqual({ delivered: 1, failed: 0, abandoned: 0 });
    expect(heard).toMatchObject([{ type: "connection.active", connectionId, entityId: "ada" }]);
  });
});

describe("withTransaction", () => {
  it("refuses Redis, which has no transactions of the app's", () => {
    const { toolset } = setUp();
    expect(() => toolset.withTransaction(redisStorage({ call: async () => null }))).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID" }),
    );
  });

  it.each([null, {}, "kysely"])("refuses %j, naming what it wants", (value) => {
    const { toolset } = setUp();
    // @ts-expect-error: what JavaScript would let through
    expect(() => toolset.withTransaction(value)).toThrow(
      expect.objectContaining({
        code: "CONFIG_INVALID",
        issues: [{ path: "storage", message: "expected a storage adapter on a transaction" }],
      }),
    );
  });
});
