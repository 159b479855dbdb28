import fc from "fast-check";
import { Redis } from "ioredis";
import type { ConnectionRecord, EventRecord, Page, StorageAdapter } from "mooring";
import { memoryStorage, StorageError } from "mooring";
import { afterAll, beforeAll, expect, it } from "vitest";
import { redisStorage } from "../../../src/storage/redis.js";
import { CONNECTION, FLOW, INTEGRATION } from "../../support/records.js";
import { describeOn, redisPrefix } from "../../support/servers.js";

/** Few ids, entities, aliases and versions, so that operations meet. */
const number = fc.integer({ min: 0, max: 3 });
const few = fc.integer({ min: 0, max: 1 });
const id = (index: number) => `019b76da-a800-7000-8000-00000000000${index}`;
const entity = (index: number) => ["ada", "ädä:\nada", "Ada"][index] ?? "";

const record = fc
  .record({ n: number, owner: few, of: few, alias: number, version: few, ends: number, attempt: few })
  .map(
    ({ n, owner, of, alias, version, ends, attempt }): ConnectionRecord => ({
      ...CONNECTION,
      id: id(n),
      entityId: entity(owner),
      integrationId: id(of),
      alias: alias === 0 ? null : `alias ${alias}`,
      status: ends === 3 ? "EXPIRED" : "ACTIVE",
      expiresAt: ends === 0 ? null : ends,
      attempt: { id: "attempt", status: attempt === 0 ? "EXPIRED" : "ACTIVE", reason: null, expiresAt: 1 },
      version,
    }),
  );

/** The event of a write: few ids, so that one is recorded again, and few times. */
const event = fc.record({ n: number, at: number }).map(
  ({ n, at }): EventRecord => ({
    id: `event-${n}`,
    type: "connection.refreshed",
    connectionId: id(n),
    entityId: entity(n),
    integrationId: id(0),
    app: "github",
    authScheme: "OAUTH2",
    reason: null,
    occurredAt: n,
    availableAt: at,
  }),
);
const events = fc.array(event, { maxLength: 2 });

type Step = (storage: StorageAdapter) => Promise<unknown>;

/** Inserting and changing connections, which most depends on. */
const write: fc.Arbitrary<readonly [name: string, run: Step]> = fc.oneof(
  fc
    .tuple(record, events)
    .map(
      ([each, told]) =>
        [
          `insert ${JSON.stringify([each, told])}`,
          ({ connections }: StorageAdapter) => connections.insert(each, told),
        ] as const,
    ),
  fc
    .tuple(record, few, events)
    .map(
      ([each, expected, told]) =>
        [
          `swap ${expected} for ${JSON.stringify([each, told])}`,
          ({ connections }: StorageAdapter) => connections.compareAndSwap(each, expected, told),
        ] as const,
    ),
);

/** Everything a store can be asked, with an argument of the few. */
const step: fc.Arbitrary<readonly [name: string, run: Step]> = fc.oneof(
  number.map(
    (n) =>
      [
        `insert integration ${n}`,
        ({ integrations }: StorageAdapter) =>
          integrations.insert({ ...INTEGRATION, id: id(n), reuseKey: n > 1 ? "key 2" : null }),
      ] as const,
  ),
  fc
    .tuple(few, number, few)
    .map(
      ([n, key, expected]) =>
        [
          `swap integration ${n} with reuse key ${key}`,
          ({ integrations }: StorageAdapter) =>
            integrations.compareAndSwap(
              { ...INTEGRATION, id: id(n), reuseKey: key > 1 ? `key ${key}` : null, version: 1 },
              expected,
            ),
        ] as const,
    ),
  number.map(
    (n) =>
      [`delete integration ${n}`, ({ integrations }: StorageAdapter) => integrations.delete(id(n))] as const,
  ),
  { weight: 12, arbitrary: write },
  fc
    .tuple(number, few)
    .map(
      ([n, owner]) =>
        [
          `delete connection ${n} of ${owner}`,
          ({ connections }: StorageAdapter) => connections.delete({ id: id(n), entityId: entity(owner) }),
        ] as const,
    ),
  fc
    .tuple(number, number)
    .map(
      ([n, of]) =>
        [
          `insert flow ${n} of ${of}`,
          ({ flows }: StorageAdapter) =>
            flows.insert({ ...FLOW, id: `flow-${n}`, connectionId: id(of), expiresAt: n }),
        ] as const,
    ),
  number.map((n) => [`consume ${n}`, ({ flows }: StorageAdapter) => flows.consume(`flow-${n}`)] as const),
  fc
    .tuple(number, number, number)
    .map(
      ([now, hideUntil, limit]) =>
        [
          `claim ${limit + 1} at ${now} until ${hideUntil}`,
          async ({ outbox }: StorageAdapter) => outbox?.claim({ now, hideUntil, limit: limit + 1 }),
        ] as const,
    ),
  number.map(
    (n) =>
      [
        `acknowledge ${n}`,
        async ({ outbox }: StorageAdapter) => outbox?.acknowledge([`event-${n}`]),
      ] as const,
  ),
  number.map((n) => [`sweep ${n}`, ({ flows }: StorageAdapter) => flows.deleteExpired(n)] as const),
);

/** All pages of a listing, of two each. */
async function pages<Item>(
  read: (request: { readonly limit: number; readonly cursor: string | null }) => Promise<Page<Item>>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<Item> = await read({ limit: 2, cursor });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
}

/** All that can be seen of a store. */
async function seen({ connections, integrations }: StorageAdapter): Promise<unknown> {
  const owners = [0, 1, 2].map(entity);
  const filters = [
    {},
    { app: CONNECTION.app, alias: "alias 1" },
    { alias: "alias 2" },
    { status: "EXPIRED" as const },
    { integrationId: id(1) },
    { app: "other" },
  ];
  return Promise.all([
    pages((page) => integrations.list(page)),
    pages((page) => integrations.list({ ...page, enabled: false })),
    pages((page) => connections.scan(page)),
    pages((page) => connections.scan({ ...page, integrationId: id(1) })),
    pages((page) => connections.scan({ ...page, entityId: entity(1), integrationId: id(1) })),
    pages((page) => connections.expiring({ ...page, before: 2 })),
    pages((page) => connections.expiring({ ...page, before: Number.POSITIVE_INFINITY })),
    ...owners.flatMap((entityId) =>
      filters.map((filter) => pages((page) => connections.list({ ...page, entityId, ...filter }))),
    ),
    ...owners.map((entityId) => connections.get({ id: id(0), entityId })),
  ]);
}

/** What a step came to; conflicts differ in their words alone. */
const outcome = (run: Step, storage: StorageAdapter): Promise<unknown> =>
  run(storage).catch((error: unknown) => (error instanceof StorageError ? error.code : error));

describeOn("redis", "redisStorage", (url) => {
  let client: Redis;
  beforeAll(() => {
    client = new Redis(url);
  });
  afterAll(() => client.disconnect());

  it("does what memory storage does, whatever the order of operations", { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 80, size: "max" }), async (steps) => {
        const { prefix, drop } = redisPrefix(url);
        const [model, redis] = [memoryStorage(), redisStorage(client, { prefix })];
        try {
          for (const n of [0, 1]) {
            for (const each of [model, redis]) await each.integrations.insert({ ...INTEGRATION, id: id(n) });
          }
          for (const [name, run] of steps) {
            expect([name, await outcome(run, redis)]).toEqual([name, await outcome(run, model)]);
          }
          expect(await seen(redis)).toEqual(await seen(model));
        } finally {
          await drop();
        }
      }),
      { numRuns: 300 },
    );
  });
});
