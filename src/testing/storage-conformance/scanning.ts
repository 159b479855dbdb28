import type { Checks } from "./assertions.js";
import { equal, refuses } from "./assertions.js";
import {
  allPages,
  connection,
  idsOf,
  NO_CURSORS,
  NO_LIMITS,
  storedConnection,
  storedIntegration,
} from "./records.js";

const ALL = { limit: 100, cursor: null } as const;

export const scanChecks: Checks = {
  async "an empty store has one empty page"({ connections }) {
    equal(await connections.scan(ALL), { items: [], nextCursor: null }, "the scan");
  },

  async "all entities' connections come by ascending id, whatever the order of insertion, and filtered"(
    storage,
  ) {
    const github = await storedIntegration(storage);
    const slack = await storedIntegration(storage, { app: "slack" });
    const records = [
      connection(github, { status: "REVOKED", labels: ["a"] }),
      connection(slack, { entityId: "user_2", alias: "work" }),
      connection(github, { entityId: "user_2" }),
      connection(slack),
    ];
    const [first, second, third, fourth] = idsOf(records);
    for (const record of records.toReversed()) await storage.connections.insert(record);
    equal(await storage.connections.scan(ALL), { items: records, nextCursor: null }, "all, every field");
    const scan = async (filter: object): Promise<readonly string[]> =>
      idsOf((await storage.connections.scan({ ...ALL, ...filter })).items);
    equal(await scan({ app: "github" }), [first, third], "by app");
    equal(await scan({ entityId: "user_2" }), [second, third], "by entity");
    equal(await scan({ integrationId: slack.id }), [second, fourth], "by integration");
    equal(await scan({ app: "slack", entityId: "user_1" }), [fourth], "by app and entity");
    equal(await scan({ entityId: "user_2", integrationId: github.id }), [third], "by entity and integration");
    equal(await scan({ app: "github", integrationId: slack.id }), [], "by what no one has");
    equal(await scan({ app: "GitHub" }), [], "by an app in another case");
    equal(await scan({ entityId: "USER_2" }), [], "by an entity in another case");
    equal(await scan({ app: undefined, entityId: undefined }), idsOf(records), "undefined filters nothing");
  },

  async "pages join without a gap, filtered ones are full, and a full last page is the last"(storage) {
    const parent = await storedIntegration(storage);
    const other = await storedIntegration(storage, { app: "slack" });
    const ids: string[] = [];
    for (let count = 0; count < 8; count += 1) {
      ids.push((await storedConnection(storage, { entityId: `user_${count}` }, parent)).id);
      await storedConnection(storage, {}, other);
    }
    const query = { app: "github" };
    const first = await storage.connections.scan({ ...query, limit: 4, cursor: null });
    equal(idsOf(first.items), ids.slice(0, 4), "the first page");
    const second = await storage.connections.scan({ ...query, limit: 4, cursor: first.nextCursor });
    equal(idsOf(second.items), ids.slice(4), "the second page");
    equal(second.nextCursor, null, "the cursor of the last page");
    for (const limit of [1, 3, 100]) {
      const found = await allPages(limit, (page) => storage.connections.scan({ ...query, ...page }));
      equal(idsOf(found), ids, `all of an app, ${limit} at a time`);
      const all = await allPages(limit, (page) => storage.connections.scan(page));
      equal(all.length, 16, `all, ${limit} at a time`);
    }
  },

  async "what is inserted meanwhile comes later, and what is deleted moves nothing"(storage) {
    const parent = await storedIntegration(storage);
    const records = [];
    for (let count = 0; count < 10; count += 1) records.push(await storedConnection(storage, {}, parent));
    const expected = [...records];
    let pages = 0;
    const seen = await allPages(3, async (page) => {
      const result = await storage.connections.scan(page);
      const last = result.items.at(-1);
      pages += 1;
      if (pages <= 2) expected.push(await storedConnection(storage, { entityId: "user_2" }, parent));
      // The record the cursor stands on, which was seen.
      if (pages <= 3 && last !== undefined) await storage.connections.delete(last);
      return result;
    });
    equal(idsOf(seen), idsOf(expected), "the connections seen");
  },

  async "what is no cursor, and a limit below 1, is refused by name"({ connections }) {
    for (const cursor of NO_CURSORS) {
      const what = `after ${JSON.stringify(cursor)}`;
      await refuses(() => connections.scan({ limit: 10, cursor }), "cursor", what);
    }
    for (const limit of NO_LIMITS) {
      await refuses(() => connections.scan({ limit, cursor: null }), "limit", `a limit of ${limit}`);
    }
  },
};
