import type { QueryCompiler } from "kysely";
import { MysqlQueryCompiler, PostgresQueryCompiler, SqliteQueryCompiler } from "kysely";
import type { Engine } from "../internal/sql/engine.js";

/**
 * Stands for a parameter in the text of a statement until Drizzle puts its own placeholder there: no database takes
 * this character in a statement, so it is never part of one.
 */
export const PARAMETER = "\0";

class PostgresTemplateCompiler extends PostgresQueryCompiler {
  protected override getCurrentParameterPlaceholder(): string {
    return PARAMETER;
  }
}

class MysqlTemplateCompiler extends MysqlQueryCompiler {
  protected override getCurrentParameterPlaceholder(): string {
    return PARAMETER;
  }
}

class SqliteTemplateCompiler extends SqliteQueryCompiler {
  protected override getCurrentParameterPlaceholder(): string {
    return PARAMETER;
  }
}

/** Compilers of statements with {@link PARAMETER} in place of each parameter. */
export const QUERY_COMPILERS: Readonly<Record<Engine, () => QueryCompiler>> = {
  postgresql: () => new PostgresTemplateCompiler(),
  mysql: () => new MysqlTemplateCompiler(),
  sqlite: () => new SqliteTemplateCompiler(),
};
