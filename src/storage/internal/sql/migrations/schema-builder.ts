import type { CreateTableBuilder, RawBuilder } from "kysely";
import { sql } from "kysely";
import type { MooringDatabase } from "../database.js";
import { readDriverError } from "../driver-error.js";
import type { Engine } from "../engine.js";
import type { MooringTables } from "../tables.js";

type TableName = keyof MooringTables;

/** An index, on columns in this order. */
interface IndexDefinition {
  readonly columns: readonly string[];
  /** Only rows where this holds are in it, on engines that have such indexes; elsewhere all are. */
  readonly where?: string;
  readonly unique?: boolean;
}

/** Makes tables and indexes, as each engine wants them. */
export interface SchemaBuilder {
  readonly engine: Engine;
  /** Text of at most that many characters, compared byte by byte. */
  short(length: number): `varchar(${number})` | RawBuilder<unknown>;
  /** Text of any length. */
  readonly text: "text" | RawBuilder<unknown>;
  createTable<Table extends TableName>(
    name: Table,
    define: (table: CreateTableBuilder<Table>) => CreateTableBuilder<Table, string>,
  ): Promise<void>;
  createIndex(name: string, table: TableName, index: IndexDefinition): Promise<void>;
}

export async function schemaBuilder(db: MooringDatabase, engine: Engine): Promise<SchemaBuilder> {
  const isMysql = engine === "mysql";
  const options = isMysql ? await mysqlTableOptions(db) : null;
  return {
    engine,
    // What sorts by the rules of a language changes its order, and breaks its indexes, with the system's library.
    short: (length) =>
      engine === "postgresql" ? sql`varchar(${sql.lit(length)}) collate "C"` : `varchar(${length})`,
    text: isMysql ? sql`longtext` : "text",
    async createTable(name, define) {
      const table = define(db.schema.createTable(name));
      await (options === null ? table : table.ifNotExists().modifyEnd(options)).execute();
    },
    async createIndex(name, table, { columns, where, unique = false }) {
      const bare = db.schema
        .createIndex(name)
        .on(table)
        .columns([...columns]);
      const index = unique ? bare.unique() : bare;
      if (!isMysql) {
        return (where === undefined ? index : index.where(sql<boolean>`${sql.raw(where)}`)).execute();
      }
      await index.execute().catch((error: unknown) => {
        if (readDriverError(error).kind !== "exists") throw error;
      });
    },
  };
}

/**
 * Text is compared byte by byte, trailing spaces too: two ids the app tells apart are never one. Which collation does
 * that is the one thing MySQL and MariaDB have no common name for.
 */
async function mysqlTableOptions(db: MooringDatabase) {
  const { rows } = await sql<{ version: unknown }>`select version() as version`.execute(db);
  const isMariadb = /mariadb/i.test(String(rows[0]?.version));
  const collation = isMariadb ? "utf8mb4_nopad_bin" : "utf8mb4_0900_bin";
  return sql`engine = InnoDB row_format = dynamic character set utf8mb4 collate ${sql.raw(collation)}`;
}
