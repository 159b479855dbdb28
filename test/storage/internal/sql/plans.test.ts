import { CompiledQuery, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kyselyStorage, migrateStorage } from "../../../../src/storage/kysely.js";
import type { HostDatabase } from "../../../support/pglite.js";
import { startPglite } from "../../../support/pglite.js";
import { CONNECTION, INTEGRATION } from "../../../support/records.js";

let host: HostDatabase;

describe("hot statements use an index", () => {
  const storage = () => kyselyStorage(host.db);
  const page = { limit: 20, cursor: null };

  beforeAll(async () => {
    host = await startPglite();
    await migrateStorage(host.db);
    await storage().integrations.insert(INTEGRATION);
    const uuid = sql.raw(`'019b76da-a800-7000-8000-' || lpad(n::text, 12, '0')`);
    await sql`
      insert into mooring_connections
      select ${uuid}, 'user_' || n % 100, ${INTEGRATION.id}, 'app_' || n % 7, 'OAUTH2',
        (array['ACTIVE', 'EXPIRED', 'FAILED'])[1 + n % 3], null, null, '[]', 0, null, '[]', '{}', null, null, null,
        1, 0, 0
      from generate_series(1, 4000) as n`.execute(host.db);
    await sql`
      insert into mooring_flows
      select 'flow-' || n, 'user_1', ${uuid}, 'attempt', 'payload', null, 0, n from generate_series(1, 4000) as n
    `.execute(host.db);
    await sql`insert into mooring_leases select 'lease-' || n, 'owner', n from generate_series(1, 4000) as n`.execute(
      host.db,
    );
    await sql`analyze`.execute(host.db);
    // With little data the planner likes to read all and sort: what counts is whether an index can serve.
    await host.pglite.exec("set enable_seqscan = off; set enable_bitmapscan = off; set enable_sort = off");
  });
  afterAll(() => host.db.destroy());

  it.each<[string, RegExp, () => Promise<unknown>]>([
    [
      "connections.get",
      /mooring_connections_(pkey|entity_index)/,
      () => storage().connections.get(CONNECTION),
    ],
    [
      "connections.list",
      /mooring_connections_entity_index/,
      () => storage().connections.list({ ...page, entityId: "user_1" }),
    ],
    [
      "connections.compareAndSwap",
      /mooring_connections_(pkey|entity_index)/,
      () => storage().connections.compareAndSwap(CONNECTION, 7),
    ],
    ["flows.consume", /mooring_flows_pkey/, () => storage().flows.consume("none")],
    ["flows.deleteExpired", /mooring_flows_expiry_index/, () => storage().flows.deleteExpired(-1)],
    [
      "leases.acquire",
      /mooring_leases_pkey/,
      () => storage().leases.acquire({ key: "lease-9", owner: "o", ttlMs: 1000 }),
    ],
    ["leases.deleteExpired", /mooring_leases_expiry_index/, () => storage().leases.deleteExpired(-1)],
  ])("%s by %s, without sorting", async (_name, index, operation) => {
    host.statements.length = 0;
    await operation();
    const [statement] = host.statements;
    const plan = await host.db.executeQuery(
      CompiledQuery.raw(`explain ${statement?.sql}`, [...(statement?.parameters ?? [])]),
    );
    const text = JSON.stringify(plan.rows);
    expect(text).toMatch(index);
    expect(text).not.toMatch(/Seq Scan|Sort/);
  });
});
