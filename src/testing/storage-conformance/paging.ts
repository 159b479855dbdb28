import type { ConnectionRecord, Page, PageRequest } from "../../ports/storage.js";
import type { Checks } from "./assertions.js";
import { equal } from "./assertions.js";
import { allPages, connection, idsOf, inChunks, NOW, storedIntegration } from "./records.js";

const ROWS = 10_000;
/** One in so many is not there before the listings begin, but inserted meanwhile: it comes between the others. */
const SPARE = 20;
const LIMIT = 500;

const byId = (one: ConnectionRecord, other: ConnectionRecord): number => (one.id < other.id ? -1 : 1);
const byExpiry = (one: ConnectionRecord, other: ConnectionRecord): number =>
  (one.expiresAt ?? 0) - (other.expiresAt ?? 0) || byId(one, other);

export const pagingChecks: Checks = {
  async "10,000 connections are paged through while others are inserted: none is missed or repeated"(
    storage,
  ) {
    const parent = await storedIntegration(storage);
    const records = Array.from({ length: ROWS + ROWS / SPARE }, (_, index) =>
      connection(parent, { expiresAt: NOW + (index % 97) }),
    );
    const isSpare = (_: unknown, index: number): boolean => index % (SPARE + 1) === 0;
    const spare = records.filter(isSpare);
    const before = records.filter((record, index) => !isSpare(record, index));
    await inChunks(before, (record) => storage.connections.insert(record));

    let listings = 3;
    let inserted = 0;
    const insertMeanwhile = async (): Promise<void> => {
      while (listings > 0 && inserted < spare.length) {
        // From both ends, so that some come behind each listing and some before it.
        const next = inserted % 2 === 0 ? spare[inserted / 2] : spare.at(-(inserted + 1) / 2);
        inserted += 1;
        if (next !== undefined) await storage.connections.insert(next);
      }
    };
    const walk = async (
      what: string,
      list: (page: PageRequest) => Promise<Page<ConnectionRecord>>,
      expected: readonly ConnectionRecord[],
    ): Promise<void> => {
      const seen = await allPages(LIMIT, list);
      listings -= 1;
      const known = new Set(idsOf(before));
      equal(new Set(idsOf(seen)).size, seen.length, `${what}: different connections among those seen`);
      const old = idsOf(seen).filter((id) => known.has(id));
      equal(old.length, expected.length, `${what}: how many of those that were there`);
      equal(
        old.findIndex((id, index) => id !== expected[index]?.id),
        -1,
        `${what}: the first that is not in its place`,
      );
    };
    const { connections } = storage;
    await Promise.all([
      insertMeanwhile(),
      walk("scan", (page) => connections.scan(page), before),
      walk("list", (page) => connections.list({ entityId: "user_1", ...page }), before.toReversed()),
      walk(
        "expiring",
        (page) => connections.expiring({ before: NOW + 97, ...page }),
        before.toSorted(byExpiry),
      ),
    ]);
    equal(inserted > 0, true, "whether any was inserted meanwhile");
  },
};
