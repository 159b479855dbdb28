import { sql } from "kysely";
import { beforeAll, expect, it } from "vitest";
import type { EventRecord, StorageAdapter } from "../../../../src/ports/storage.js";
import { kyselyStorage, migrateStorage } from "../../../../src/storage/kysely.js";
import { appOf, entityOf, fillStorage, idOf } from "../../../support/fill-storage.js";
import type { QueryPlan } from "../../../support/query-plan.js";
import { indexNames, queryPlan } from "../../../support/query-plan.js";
import { CONNECTION } from "../../../support/records.js";
import { describeSqlEngines } from "../../../support/sql-engines.js";

const ROW = 7_020;
const KEY = { id: idOf(ROW), entityId: entityOf(ROW) };
const FIRST = { limit: 20, cursor: null };
const TENANT = { entityId: "tenant" };
const EVENT: EventRecord = {
  id: "an event",
  type: "connection.refreshed",
  connectionId: KEY.id,
  entityId: KEY.entityId,
  integrationId: idOf(1),
  app: "app_1",
  authScheme: "OAUTH2",
  reason: null,
  occurredAt: 0,
  availableAt: 1_000_000,
};
/** The page after a record. */
const after = (record: string) => ({ limit: 20, cursor: btoa(`after:${record}`) });

interface Statement {
  readonly run: (storage: StorageAdapter) => Promise<unknown>;
  /** Indexes of which one must serve, for each table that is looked in. */
  readonly by: readonly RegExp[];
  /** Whether a handful of rows found may be sorted: the order is not the index's. */
  readonly maySort?: boolean;
}

const ONE_CONNECTION = /mooring_connections_(?:pkey|entity_index)/;

const STATEMENTS: Readonly<Record<string, Statement>> = {
  "connections.get": {
    run: ({ connections }) => connections.get(KEY),
    by: [ONE_CONNECTION, /mooring_integrations_pkey/],
  },
  "connections.list": {
    run: ({ connections }) => connections.list({ ...FIRST, ...TENANT }),
    by: [/mooring_connections_entity_index/],
  },
  "connections.list, a later page": {
    run: ({ connections }) => connections.list({ ...after(idOf(9_000)), ...TENANT }),
    by: [/mooring_connections_entity_index/],
  },
  "connections.list of an app and status": {
    run: ({ connections }) =>
      connections.list({ ...FIRST, entityId: KEY.entityId, app: appOf(ROW), status: "ACTIVE" }),
    by: [/mooring_connections_(?:entity_index|alias_unique)/],
    maySort: true,
  },
  "connections.list of an alias": {
    run: ({ connections }) =>
      connections.list({ ...FIRST, limit: 1, entityId: KEY.entityId, app: appOf(ROW), alias: "alias 7020" }),
    by: [/mooring_connections_alias_unique/],
    maySort: true,
  },
  "connections.compareAndSwap": {
    run: ({ connections }) => connections.compareAndSwap({ ...CONNECTION, ...KEY }, 99),
    by: [ONE_CONNECTION],
  },
  "connections.compareAndSwap with an event": {
    run: ({ connections }) => connections.compareAndSwap({ ...CONNECTION, ...KEY }, 99, [EVENT]),
    by: [ONE_CONNECTION],
  },
  "connections.delete": {
    run: ({ connections }) => connections.delete({ id: KEY.id, entityId: "another" }),
    by: [ONE_CONNECTION],
  },
  "connections.scan": {
    run: ({ connections }) => connections.scan(FIRST),
    by: [/mooring_connections_pkey/],
  },
  "connections.scan, a later page": {
    run: ({ connections }) => connections.scan(after(KEY.id)),
    by: [/mooring_connections_pkey/],
  },
  "connections.scan of an entity": {
    run: ({ connections }) => connections.scan({ ...FIRST, ...TENANT }),
    by: [/mooring_connections_entity_index/],
  },
  "connections.scan of an integration": {
    run: ({ connections }) => connections.scan({ ...after(KEY.id), integrationId: idOf(1) }),
    by: [/mooring_connections_integration_index/],
  },
  "connections.scan of an app, in one pass over all": {
    run: ({ connections }) => connections.scan({ ...after(KEY.id), app: "app_1" }),
    by: [/mooring_connections_pkey/],
  },
  "connections.expiring": {
    run: ({ connections }) => connections.expiring({ ...FIRST, before: 15_000_000 }),
    by: [/mooring_connections_expiry_index/],
  },
  "connections.expiring, a later page": {
    run: ({ connections }) =>
      connections.expiring({ ...after(`7001000 ${idOf(7_001)}`), before: 15_000_000 }),
    by: [/mooring_connections_expiry_index/],
  },
  "integrations.get": {
    run: ({ integrations }) => integrations.get(idOf(1)),
    by: [/mooring_integrations_pkey/],
  },
  "integrations.list": {
    run: ({ integrations }) => integrations.list(FIRST),
    by: [/mooring_integrations_pkey/],
  },
  "integrations.list of an app": {
    run: ({ integrations }) => integrations.list({ ...FIRST, app: "app_7" }),
    by: [/mooring_integrations_app_index/],
    maySort: true,
  },
  "integrations.delete": {
    run: ({ integrations }) => integrations.delete("unknown"),
    by: [/mooring_integrations_pkey/],
  },
  "flows.consume": {
    run: ({ flows }) => flows.consume("flow-2999"),
    by: [/mooring_flows_pkey/],
  },
  "flows.deleteExpired": {
    run: ({ flows }) => flows.deleteExpired(-1),
    by: [/mooring_flows_expiry_index/],
  },
  "leases.acquire": {
    run: ({ leases }) => leases.acquire({ key: "lease-9", owner: "another", ttlMs: 1_000_000 }),
    by: [/mooring_leases_pkey/],
  },
  "leases.renew": {
    run: ({ leases }) => leases.renew({ key: "lease-9", owner: "owner", ttlMs: 1_000_000 }),
    by: [/mooring_leases_pkey/],
  },
  "leases.release": {
    run: ({ leases }) => leases.release({ key: "lease-9", owner: "another" }),
    by: [/mooring_leases_pkey/],
  },
  "leases.deleteExpired": {
    run: ({ leases }) => leases.deleteExpired(1_000_000),
    by: [/mooring_leases_expiry_index/],
  },
  "outbox.claim": {
    run: async ({ outbox }) =>
      outbox?.claim({
        now: 20,
        hideUntil: 1_000_000,
        limit: 10,
        types: ["connection.refreshed", "flow.failed"],
      }),
    by: [/mooring_events_available_index/, /mooring_events_pkey/],
  },
  "outbox.acknowledge": {
    run: async ({ outbox }) => outbox?.acknowledge([idOf(1), idOf(2)]),
    by: [/mooring_events_pkey/],
  },
};

describeSqlEngines("in 20,000 connections", (database, { family }) => {
  const used = new Set<string>();
  beforeAll(async () => {
    await migrateStorage(database().db);
    await fillStorage(database().db, family);
  });

  /** Of the statements an operation runs that look something up. */
  const plansOf = async (run: Statement["run"]): Promise<readonly QueryPlan[]> => {
    database().statements.length = 0;
    await run(kyselyStorage(database().db));
    const statements = database().statements.filter(({ sql: text }) =>
      /^(?:select|update|delete|with)\b/.test(text),
    );
    const plans: QueryPlan[] = [];
    for (const statement of statements) plans.push(await queryPlan(database().db, family, statement));
    for (const { indexes } of plans) for (const index of indexes) used.add(index);
    return plans;
  };

  it.each(Object.entries(STATEMENTS))(
    "%s looks up in an index",
    async (_name, { run, by, maySort = false }) => {
      const plans = await plansOf(run);
      const text = plans.map((plan) => plan.text).join("\n");
      const indexes = plans.flatMap((plan) => plan.indexes).join(" ");
      for (const index of by) expect(indexes, text).toMatch(index);
      expect(
        plans.some(({ readsAll }) => readsAll),
        text,
      ).toBe(false);
      if (!maySort)
        expect(
          plans.some(({ sorts }) => sorts),
          text,
        ).toBe(false);
    },
  );

  it("the foreign key of flows looks up in an index", async () => {
    database().statements.length = 0;
    await sql`select id from mooring_flows where connection_id = ${KEY.id}`.execute(database().db);
    const [statement] = database().statements;
    if (statement === undefined) throw new Error("No statement was seen.");
    const { indexes } = await queryPlan(database().db, family, statement);
    for (const index of indexes) used.add(index);
    expect(indexes).toEqual(["mooring_flows_connection_index"]);
  });

  it("there is no index that none of these uses, but for what must be unique", async () => {
    const unused = (await indexNames(database().db, family)).filter((name) => !used.has(name));
    expect(unused).toEqual([
      family === "sqlite"
        ? "sqlite_autoindex_mooring_integrations_2"
        : "mooring_integrations_reuse_key_unique",
    ]);
  });
});
