import type { Kysely } from "kysely";
import { sql } from "kysely";
import type { Seed } from "./engine.js";
import { APPS, EPOCH_MS, entitiesOf, expiryOf } from "./population.js";

/** How an engine writes what the seed needs. */
export interface SeedDialect {
  /** Lower case hexadecimal of 12 digits. */
  hex(number: string): string;
  concat(...parts: readonly string[]): string;
  /** Whole quotient. */
  divide(dividend: string, divisor: number): string;
  /** A table, called `series`, of the whole numbers from `first` to `last` as `i`. */
  series(first: number, last: number): string;
}

const CHUNK = 50_000;
const SAMPLE_CHUNK = 500;
const ACCOUNT = JSON.stringify({ id: "109876543210", email: "ada@example.com", label: "Ada Lovelace" });

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

function columns(
  dialect: SeedDialect,
  { rows, integrations, sample }: Seed,
): Readonly<Record<string, string>> {
  const { hex, concat, divide } = dialect;
  const time = hex(`${EPOCH_MS} + series.i`);
  const perApp = (value: (app: string) => string): string =>
    `case ${divide("series.i", entitiesOf(rows))} ${APPS.map((app, index) => `when ${index} then ${text(value(app))}`).join(" ")} end`;
  const attempt = JSON.stringify({ id: "", status: "ACTIVE", reason: null, expiresAt: EPOCH_MS });
  const id = concat(
    `substr(${time}, 1, 8)`,
    text("-"),
    `substr(${time}, 9, 4)`,
    text("-7000-8000-"),
    hex("series.i"),
  );
  return {
    id,
    entity_id: concat(text("user_"), `(series.i % ${entitiesOf(rows)})`),
    integration_id: perApp((app) => integrations.get(app) ?? ""),
    app: perApp((app) => app),
    auth_scheme: text("OAUTH2"),
    status: text("ACTIVE"),
    status_reason: "null",
    alias: "null",
    labels: text("[]"),
    is_default: "0",
    account: text(ACCOUNT),
    scopes: text(JSON.stringify(["read", "write"])),
    params: text("{}"),
    credentials: `coalesce(bench_sample.credentials, ${text(sample[0]?.credentials ?? "")})`,
    expires_at: `${expiryOf(0, Date.now())} + series.i`,
    attempt: text(attempt.replace('"id":""', `"id":"${"0".repeat(36)}"`)),
    version: "1",
    created_at: `${EPOCH_MS} + series.i`,
    updated_at: `${EPOCH_MS} + series.i`,
  };
}

/** Fills `mooring_connections` within the database, in the order in which real rows would have come. */
export async function seedConnections(db: Kysely<unknown>, dialect: SeedDialect, seed: Seed): Promise<void> {
  const run = (statement: string) => sql.raw(statement).execute(db);
  await run("create table bench_sample (i bigint primary key, credentials text not null)");
  for (let start = 0; start < seed.sample.length; start += SAMPLE_CHUNK) {
    const values = seed.sample
      .slice(start, start + SAMPLE_CHUNK)
      .map(({ row, credentials }) => `(${row}, ${text(credentials)})`);
    await run(`insert into bench_sample values ${values.join(", ")}`);
  }
  const filled = Object.entries(columns(dialect, seed));
  const names = filled.map(([name]) => name).join(", ");
  const expressions = filled.map(([, expression]) => expression).join(", ");
  for (let first = 0; first < seed.rows; first += CHUNK) {
    const series = dialect.series(first, Math.min(first + CHUNK, seed.rows) - 1);
    await run(
      `insert into mooring_connections (${names}) select ${expressions} from ${series} left join bench_sample on bench_sample.i = series.i order by series.i`,
    );
  }
  await run("drop table bench_sample");
}
