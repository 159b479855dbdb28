import type { ConnectionStatus, StorageAdapter } from "../../ports/storage.js";
import type { Checks } from "./assertions.js";
import { equal, refuses } from "./assertions.js";
import {
  allPages,
  connection,
  idsOf,
  NO_CURSORS,
  NO_LIMITS,
  NOW,
  storedConnection,
  storedIntegration,
} from "./records.js";

const OTHERS: readonly ConnectionStatus[] = ["INITIATED", "INACTIVE", "EXPIRED", "REVOKED", "FAILED"];
/** The last millisecond of the year 9999. */
const FAR = 253_402_300_799_999;

/** Ids of those that end by then. */
const endingBy = async ({ connections }: StorageAdapter, before: number): Promise<readonly string[]> =>
  idsOf((await connections.expiring({ before, limit: 100, cursor: null })).items);

export const expiringChecks: Checks = {
  async "what ends by then comes, the earliest first, of every entity, and what has ended already too"(
    storage,
  ) {
    const parent = await storedIntegration(storage);
    const other = await storedIntegration(storage, { app: "slack" });
    const late = connection(parent, { expiresAt: NOW + 1 });
    const past = connection(other, { expiresAt: NOW - 1, entityId: "user_2", credentials: "sealed" });
    const present = connection(parent, { expiresAt: NOW });
    const first = connection(parent, { expiresAt: 0 });
    const never = connection(parent, { expiresAt: null });
    const far = connection(parent, { expiresAt: FAR });
    for (const record of [late, past, present, first, never, far]) await storage.connections.insert(record);
    const page = { limit: 100, cursor: null };
    equal(
      await storage.connections.expiring({ before: NOW, ...page }),
      { items: [first, past, present], nextCursor: null },
      "by now, every field",
    );
    equal(await endingBy(storage, NOW - 1), idsOf([first, past]), "by a moment ago");
    equal(await endingBy(storage, -1), [], "by before the epoch");
    const all = idsOf([first, past, present, late, far]);
    equal(await endingBy(storage, FAR), all, "by the end of time: what never ends is not there");
  },

  async "only ACTIVE connections come"(storage) {
    const parent = await storedIntegration(storage);
    for (const status of OTHERS) await storedConnection(storage, { status, expiresAt: NOW }, parent);
    const active = await storedConnection(storage, { expiresAt: NOW }, parent);
    equal(await endingBy(storage, NOW), [active.id], "the connections");
  },

  async "they follow a compareAndSwap, and a delete"(storage) {
    const parent = await storedIntegration(storage);
    const make = () => storedConnection(storage, { expiresAt: NOW }, parent);
    const [refreshed, expired, endless, deleted, kept] = [
      await make(),
      await make(),
      await make(),
      await make(),
      await make(),
    ];
    const { connections } = storage;
    await connections.compareAndSwap({ ...refreshed, expiresAt: NOW + 5, version: 2 }, 1);
    await connections.compareAndSwap({ ...expired, status: "EXPIRED", version: 2 }, 1);
    await connections.compareAndSwap({ ...endless, expiresAt: null, version: 2 }, 1);
    await connections.delete(deleted);
    equal(await endingBy(storage, NOW), [kept.id], "by now");
    equal(await endingBy(storage, NOW + 5), [kept.id, refreshed.id], "by later");
    await connections.compareAndSwap({ ...expired, status: "ACTIVE", version: 3 }, 2);
    equal(await endingBy(storage, NOW), [expired.id, kept.id].sort(), "once it is ACTIVE again");
    await storage.integrations.delete(parent.id);
    equal(await endingBy(storage, FAR), [], "without their integration");
  },

  async "pages join without a gap where many end at once, and a full last page is the last"(storage) {
    const parent = await storedIntegration(storage);
    const records = Array.from({ length: 12 }, (_, index) =>
      connection(parent, { expiresAt: NOW + Math.floor(index / 5) }),
    );
    for (const record of records.toReversed()) await storage.connections.insert(record);
    const list = (page: { limit: number; cursor: string | null }) =>
      storage.connections.expiring({ before: NOW + 10, ...page });
    for (const limit of [1, 2, 5, 7, 100]) {
      equal(idsOf(await allPages(limit, list)), idsOf(records), `${limit} at a time`);
    }
    const half = await list({ limit: 6, cursor: null });
    const rest = await list({ limit: 6, cursor: half.nextCursor });
    equal(rest.nextCursor, null, "the cursor of the last page");
  },

  async "what is refreshed between two pages comes no more, and moves nothing"(storage) {
    const parent = await storedIntegration(storage);
    const records = [];
    for (let count = 0; count < 9; count += 1) {
      records.push(await storedConnection(storage, { expiresAt: NOW + Math.floor(count / 4) }, parent));
    }
    const seen = await allPages(2, async (page) => {
      const result = await storage.connections.expiring({ before: NOW + 10, ...page });
      for (const record of result.items) {
        const next = { ...record, expiresAt: NOW + 3_600_000, version: 2 };
        await storage.connections.compareAndSwap(next, 1);
      }
      return result;
    });
    equal(idsOf(seen), idsOf(records), "the connections seen");
    equal(await endingBy(storage, NOW + 10), [], "what is left");
  },

  async "what is no cursor, and a limit below 1, is refused by name"({ connections }) {
    for (const cursor of NO_CURSORS) {
      const what = `after ${JSON.stringify(cursor)}`;
      await refuses(() => connections.expiring({ before: NOW, limit: 10, cursor }), "cursor", what);
    }
    for (const limit of NO_LIMITS) {
      const what = `a limit of ${limit}`;
      await refuses(() => connections.expiring({ before: NOW, limit, cursor: null }), "limit", what);
    }
  },
};
