import { PGlite } from "@electric-sql/pglite";
import type { CompiledQuery } from "kysely";
import { Kysely, sql } from "kysely";
import { PGliteDialect } from "kysely-pglite-dialect";

/** The app's own tables, as far as these tests have any. */
export interface HostTables {
  users: { id: number; name: string };
}

/** PostgreSQL in this process. */
export interface HostDatabase {
  readonly db: Kysely<HostTables>;
  readonly pglite: PGlite;
  /** Every statement so far; set `length` to 0 to begin anew. */
  readonly statements: CompiledQuery[];
}

/** Starts it, with a table of the app's own. Stop it with `db.destroy()`. */
export async function startPglite(): Promise<HostDatabase> {
  const pglite = await PGlite.create();
  const statements: CompiledQuery[] = [];
  const db = new Kysely<HostTables>({
    dialect: new PGliteDialect(pglite),
    log: ({ query }) => {
      statements.push(query);
    },
  });
  await db.schema
    .createTable("users")
    .addColumn("id", "integer", (column) => column.primaryKey())
    .addColumn("name", "text", (column) => column.notNull())
    .execute();
  await db.insertInto("users").values({ id: 1, name: "Ada" }).execute();
  return { db, pglite, statements };
}

const TABLES = ["mooring_flows", "mooring_connections", "mooring_integrations", "mooring_leases"];

export async function emptyMooringTables(db: Kysely<HostTables>): Promise<void> {
  await sql`truncate ${sql.join(TABLES.map((name) => sql.table(name)))}`.execute(db);
}

/** All rows of Mooring's tables, as text. */
export async function dumpMooringTables(db: Kysely<HostTables>): Promise<string> {
  const rows = await Promise.all(TABLES.map((name) => sql`select * from ${sql.table(name)}`.execute(db)));
  return JSON.stringify(rows.map((result) => result.rows));
}
