import type { Checks } from "./assertions.js";
import { equal, refuses } from "./assertions.js";
import { allPages, idsOf, NO_CURSORS, NO_LIMITS, storedConnection, storedIntegration } from "./records.js";

const FIRST = { limit: 100, cursor: null } as const;

export const listingChecks: Checks = {
  async "an empty store has one empty page"({ integrations, connections }) {
    const empty = { items: [], nextCursor: null };
    equal(await integrations.list(FIRST), empty, "integrations");
    equal(await connections.list({ ...FIRST, entityId: "user_1" }), empty, "connections");
  },

  async "integrations come newest first, whatever the order of insertion, and filtered"(storage) {
    const older = { app: "github", authScheme: "API_KEY", enabled: false };
    const [oldest, middle, newest] = [
      await storedIntegration(storage, older),
      await storedIntegration(storage, { app: "slack" }),
      await storedIntegration(storage, { app: "github" }),
    ];
    await storage.integrations.delete(middle.id);
    await storage.integrations.insert(middle);
    const list = async (filter: object): Promise<readonly string[]> =>
      idsOf((await storage.integrations.list({ ...FIRST, ...filter })).items);
    equal(await list({}), [newest.id, middle.id, oldest.id], "all");
    equal(await list({ app: "github" }), [newest.id, oldest.id], "by app");
    equal(await list({ authScheme: "API_KEY" }), [oldest.id], "by auth scheme");
    equal(await list({ enabled: true }), [newest.id, middle.id], "enabled");
    equal(await list({ enabled: false }), [oldest.id], "disabled");
    equal(await list({ app: "github", authScheme: "OAUTH2", enabled: true }), [newest.id], "by all");
    equal(await list({ app: "GitHub" }), [], "by an app in another case");
    equal(await list({ app: undefined, enabled: undefined }), await list({}), "undefined filters nothing");
  },

  async "connections come newest first and filtered"(storage) {
    const github = await storedIntegration(storage);
    const slack = await storedIntegration(storage, { app: "slack" });
    const first = await storedConnection(storage, { alias: "work", status: "EXPIRED" }, github);
    const second = await storedConnection(storage, { alias: "work" }, slack);
    const third = await storedConnection(storage, {}, github);
    await storedConnection(storage, { entityId: "user_2", alias: "work" }, github);
    const list = async (filter: object): Promise<readonly string[]> =>
      idsOf((await storage.connections.list({ ...FIRST, entityId: "user_1", ...filter })).items);
    equal(await list({}), [third.id, second.id, first.id], "all");
    equal(await list({ app: "github" }), [third.id, first.id], "by app");
    equal(await list({ integrationId: slack.id }), [second.id], "by integration");
    equal(await list({ status: "ACTIVE" }), [third.id, second.id], "by status");
    equal(await list({ alias: "work" }), [second.id, first.id], "by alias");
    equal(await list({ app: "github", status: "ACTIVE" }), [third.id], "by app and status");
    equal(await list({ app: "github", alias: "work", status: "ACTIVE" }), [], "by three that no one has");
    equal(await list({ app: undefined, alias: undefined }), await list({}), "undefined filters nothing");
  },

  async "filters follow a compareAndSwap"(storage) {
    const record = await storedConnection(storage, { status: "INITIATED" });
    await storage.connections.compareAndSwap({ ...record, status: "ACTIVE", version: 2 }, 1);
    const list = async (status: "INITIATED" | "ACTIVE"): Promise<readonly string[]> =>
      idsOf((await storage.connections.list({ ...FIRST, entityId: record.entityId, status })).items);
    equal(await list("INITIATED"), [], "by the status before");
    equal(await list("ACTIVE"), [record.id], "by the status now");
  },

  async "pages join without a gap, and a full last page is the last"(storage) {
    const parent = await storedIntegration(storage);
    const ids: string[] = [];
    for (let count = 0; count < 8; count += 1) {
      ids.unshift((await storedConnection(storage, {}, parent)).id);
      if (count < 5) await storedIntegration(storage);
    }
    const query = { entityId: "user_1" };
    const first = await storage.connections.list({ ...query, limit: 4, cursor: null });
    equal(idsOf(first.items), ids.slice(0, 4), "the first page");
    const second = await storage.connections.list({ ...query, limit: 4, cursor: first.nextCursor });
    equal(idsOf(second.items), ids.slice(4), "the second page");
    equal(second.nextCursor, null, "the cursor of the last page");
    for (const limit of [1, 3, 100]) {
      const all = await allPages(limit, (page) => storage.connections.list({ ...query, ...page }));
      equal(idsOf(all), ids, `all connections, ${limit} at a time`);
      const integrations = await allPages(limit, (page) => storage.integrations.list(page));
      equal(integrations.length, 6, `all integrations, ${limit} at a time`);
    }
  },

  async "filtered pages are full"(storage) {
    const parent = await storedIntegration(storage);
    const wanted: string[] = [];
    for (let count = 0; count < 12; count += 1) {
      const status = count % 3 === 0 ? "ACTIVE" : "FAILED";
      const { id } = await storedConnection(storage, { status }, parent);
      if (status === "ACTIVE") wanted.unshift(id);
    }
    const query = { entityId: "user_1", status: "ACTIVE" } as const;
    const first = await storage.connections.list({ ...query, limit: 2, cursor: null });
    equal(idsOf(first.items), wanted.slice(0, 2), "the first page");
    const all = await allPages(2, (page) => storage.connections.list({ ...query, ...page }));
    equal(idsOf(all), wanted, "all pages");
  },

  async "inserts and deletes meanwhile neither repeat nor skip the others"(storage) {
    const parent = await storedIntegration(storage);
    const records = [];
    for (let count = 0; count < 25; count += 1) records.unshift(await storedConnection(storage, {}, parent));
    const [, , , last] = records;
    const unseen = records.at(-3);
    let pages = 0;
    const seen = await allPages(4, async (page) => {
      const result = await storage.connections.list({ entityId: "user_1", ...page });
      pages += 1;
      await storedConnection(storage, {}, parent);
      // The record the cursor stands on, and one still to come.
      if (pages === 1 && last !== undefined) await storage.connections.delete(last);
      if (pages === 2 && unseen !== undefined) await storage.connections.delete(unseen);
      return result;
    });
    equal(idsOf(seen), idsOf(records.filter((record) => record !== unseen)), "the connections seen");
  },

  async "what is no cursor, and a limit below 1, is refused by name"({ integrations, connections }) {
    for (const cursor of NO_CURSORS) {
      const page = { limit: 10, cursor };
      await refuses(() => integrations.list(page), "cursor", `integrations after ${JSON.stringify(cursor)}`);
      await refuses(
        () => connections.list({ entityId: "user_1", ...page }),
        "cursor",
        `connections after ${JSON.stringify(cursor)}`,
      );
    }
    for (const limit of NO_LIMITS) {
      const page = { limit, cursor: null };
      await refuses(() => integrations.list(page), "limit", `a limit of ${limit}`);
      await refuses(
        () => connections.list({ entityId: "user_1", ...page }),
        "limit",
        `connections, a limit of ${limit}`,
      );
    }
  },
};
