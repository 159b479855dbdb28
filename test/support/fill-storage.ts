import type { Kysely, RawBuilder } from "kysely";
import { sql } from "kysely";

const TABLES = [
  "mooring_integrations",
  "mooring_connections",
  "mooring_flows",
  "mooring_leases",
  "mooring_events",
];
const FIRST_ID = 100_000_000_000;

/** A UUID by number, ascending. */
export const idOf = (number: number): string => `019b76da-a800-7000-8000-${FIRST_ID + number}`;
/** The entity of a connection, by number. */
export const entityOf = (number: number): string =>
  number % 100 === 7 ? "tenant" : `user_${number % 4_000}`;
/** The app of a connection, by number: each of an entity's five is another's. */
export const appOf = (number: number): string => `app_${(number % 4001) % 50}`;

/**
 * Fills Mooring's tables as an app in use has them, and lets the engine count: 20,000 connections, of which 200 are one
 * entity's and the others of 4,000 entities; three of four can expire, nine of ten are ACTIVE, few have an alias. Flows and
 * leases that were left behind, and 9,000 events of which nearly all wait for their time.
 */
export async function fillStorage<Tables>(db: Kysely<Tables>, family: "postgresql" | "mysql" | "sqlite") {
  const id = (number: RawBuilder<unknown>) =>
    sql`concat('019b76da-a800-7000-8000-', ${sql.lit(FIRST_ID)} + ${number})`;
  const n = sql.ref("n");
  const app = sql`concat('app_', (n % 4001) % 50)`;
  const text = sql.lit("x".repeat(400));
  await insert(db, "mooring_integrations", 500, {
    id: id(n),
    app: sql`case when n < 400 then 'app_1' else concat('app_', n % 50) end`,
    auth_scheme: sql`'OAUTH2'`,
    name: sql`'an integration'`,
    enabled: sql`1`,
    use_managed_auth: sql`0`,
    version: sql`1`,
    created_at: sql`0`,
    updated_at: sql`0`,
  });
  await insert(db, "mooring_connections", 20_000, {
    id: id(n),
    entity_id: sql`case when n % 100 = 7 then 'tenant' else concat('user_', n % 4000) end`,
    integration_id: id(sql`n % 500`),
    app,
    auth_scheme: sql`'OAUTH2'`,
    status: sql`case when n % 10 = 0 then 'EXPIRED' else 'ACTIVE' end`,
    alias: sql`case when n % 20 = 0 then concat('alias ', n) end`,
    labels: sql`'[]'`,
    is_default: sql`0`,
    scopes: sql`'[]'`,
    params: sql`'{}'`,
    credentials: text,
    expires_at: sql`case when n % 4 > 0 then n * 1000 end`,
    version: sql`1`,
    created_at: sql`0`,
    updated_at: sql`0`,
  });
  await insert(db, "mooring_flows", 3_000, {
    id: sql`concat('flow-', n)`,
    entity_id: sql`'user_1'`,
    connection_id: id(n),
    attempt_id: sql`'attempt'`,
    payload: text,
    created_at: sql`0`,
    expires_at: n,
  });
  await insert(db, "mooring_leases", 3_000, {
    id: sql`concat('lease-', n)`,
    owner: sql`'owner'`,
    expires_at: sql`${sql.lit(Date.now())} + n * 1000`,
  });
  await insert(db, "mooring_events", 9_000, {
    id: id(n),
    type: sql`'connection.refreshed'`,
    connection_id: id(n),
    entity_id: sql`'user_1'`,
    integration_id: id(sql`n % 50`),
    app,
    auth_scheme: sql`'OAUTH2'`,
    occurred_at: sql`0`,
    available_at: n,
  });
  const tables = sql.join(TABLES.map((name) => sql.table(name)));
  await (family === "mysql" ? sql`analyze table ${tables}` : sql`analyze`).execute(db);
}

const DIGITS = sql.join(
  Array.from({ length: 10 }, (_, digit) => sql`select ${sql.lit(digit)} as d`),
  sql` union all `,
);

/** Inserts a row for each `n` from 0. */
async function insert<Tables>(
  db: Kysely<Tables>,
  table: string,
  count: number,
  row: Readonly<Record<string, RawBuilder<unknown>>>,
): Promise<void> {
  const columns = sql.join(Object.keys(row).map((column) => sql.ref(column)));
  const values = sql.join(Object.values(row));
  await sql`
    insert into ${sql.table(table)} (${columns})
    with digits as (${DIGITS}), numbers as (
      select a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d as n
      from digits a, digits b, digits c, digits e, digits f
    )
    select ${values} from numbers where n < ${sql.lit(count)} order by n
  `.execute(db);
}
