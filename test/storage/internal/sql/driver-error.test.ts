import { describe, expect, it } from "vitest";
import { names, readDriverError } from "../../../../src/storage/internal/sql/driver-error.js";

/** As drivers throw them. */
const driverError = (message: string, fields: object = {}) => Object.assign(new Error(message), fields);

describe("readDriverError tells by the code", () => {
  it.each([
    ["pg", "23505", "conflict"],
    ["pg, foreign key", "23503", "conflict"],
    ["mysql2", "ER_DUP_ENTRY", "conflict"],
    ["mysql2, foreign key", "ER_NO_REFERENCED_ROW_2", "conflict"],
    ["better-sqlite3", "SQLITE_CONSTRAINT_UNIQUE", "conflict"],
    ["better-sqlite3, primary key", "SQLITE_CONSTRAINT_PRIMARYKEY", "conflict"],
    ["better-sqlite3, foreign key", "SQLITE_CONSTRAINT_FOREIGNKEY", "conflict"],
    ["better-sqlite3, not null", "SQLITE_CONSTRAINT_NOTNULL", "other"],
    ["pg, deadlock", "40P01", "gave-way"],
    ["pg, serialization", "40001", "gave-way"],
    ["mysql2, deadlock", "ER_LOCK_DEADLOCK", "gave-way"],
    ["MariaDB, snapshot isolation", "ER_CHECKREAD", "gave-way"],
    ["better-sqlite3", "SQLITE_BUSY", "gave-way"],
    ["better-sqlite3, extended", "SQLITE_BUSY_SNAPSHOT", "gave-way"],
    ["pg, shut down", "57P01", "unreachable"],
    ["pg, connection class", "08006", "unreachable"],
    ["pg, statement timeout", "57014", "unreachable"],
    ["mysql2, lost", "PROTOCOL_CONNECTION_LOST", "unreachable"],
    ["mysql2, shut down", "ER_SERVER_SHUTDOWN", "unreachable"],
    ["Node", "ECONNREFUSED", "unreachable"],
    ["pg, privileges", "42501", "denied"],
    ["pg, password", "28P01", "refused"],
    ["pg, no such role", "28000", "refused"],
    ["pg, no such database", "3D000", "absent"],
    ["mysql2, no such database", "ER_BAD_DB_ERROR", "absent"],
    ["Prisma, transaction over", "25P01", "ended"],
    ["mysql2, table", "ER_TABLEACCESS_DENIED_ERROR", "denied"],
    ["mysql2, database", "ER_DBACCESS_DENIED_ERROR", "denied"],
    ["mysql2, password", "ER_ACCESS_DENIED_ERROR", "refused"],
    ["mysql2, no password", "ER_ACCESS_DENIED_NO_PASSWORD_ERROR", "refused"],
    ["pg, read-only", "25006", "read-only"],
    ["mysql2, read-only server", "ER_OPTION_PREVENTS_STATEMENT", "read-only"],
    ["better-sqlite3, extended", "SQLITE_READONLY_DBMOVED", "read-only"],
    ["pg, table", "42P01", "missing"],
    ["pg, column", "42703", "missing"],
    ["mysql2, table", "ER_NO_SUCH_TABLE", "missing"],
    ["pg, too long", "22001", "other"],
  ])("%s: %s is %s", (_driver, code, kind) => {
    expect(readDriverError(driverError("some value of a row", { code }))).toMatchObject({ kind, code });
  });
});

describe("readDriverError tells by the message where a driver has no code", () => {
  it.each([
    ["Connection terminated unexpectedly", {}, "unreachable"],
    ["timeout exceeded when trying to connect", {}, "unreachable"],
    ["Client has encountered a connection error and is not queryable", {}, "unreachable"],
    ["Can't add new command when connection is in closed state", {}, "unreachable"],
    ["Query execution was interrupted (max_statement_time exceeded)", {}, "unreachable"],
    ["SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string", {}, "refused"],
    ["Transaction is already committed", {}, "ended"],
    ["Transaction is already rolled back", {}, "ended"],
    ["Transaction is closed", {}, "ended"],
    ["UNIQUE constraint failed: mooring_connections.id", {}, "conflict"],
    ["FOREIGN KEY constraint failed", { code: "ERR_SQLITE_ERROR", errcode: 787 }, "conflict"],
    [
      "SQLITE_CONSTRAINT: SQLite error: UNIQUE constraint failed: a.id",
      { code: "SQLITE_CONSTRAINT" },
      "conflict",
    ],
    ["NOT NULL constraint failed: mooring_connections.new", { code: "SQLITE_CONSTRAINT" }, "other"],
    ["database is locked", { code: "ERR_SQLITE_ERROR", errcode: 5 }, "gave-way"],
    ["attempt to write a readonly database", {}, "read-only"],
    ["no such table: mooring_connections", { code: "SQLITE_ERROR" }, "missing"],
    ["SQLITE_ERROR: no such column: attempt", { code: "SQLITE_ERROR" }, "missing"],
    ["table mooring_leases already exists", {}, "exists"],
  ])("%s %o is %s", (message, fields, kind) => {
    expect(readDriverError(driverError(message, fields)).kind).toBe(kind);
  });

  it("and not where another database has one: a value in a message decides nothing", () => {
    const error = driverError("UNIQUE constraint failed: that was the value", { code: "22P02" });
    expect(readDriverError(error).kind).toBe("other");
  });
});

describe("readDriverError looks within", () => {
  it("an ORM's error, for the cause", () => {
    const error = new Error("Failed query: …", {
      cause: driverError("deadlock detected", { code: "40P01" }),
    });
    expect(readDriverError(error)).toMatchObject({ kind: "gave-way", code: "40P01" });
  });

  it("Node's error for several addresses, for the first that is known", () => {
    const refused = ["::1", "127.0.0.1"].map((address) =>
      driverError(`connect ECONNREFUSED ${address}:1`, { code: "ECONNREFUSED" }),
    );
    expect(readDriverError(new AggregateError(refused))).toMatchObject({
      kind: "unreachable",
      code: "ECONNREFUSED",
    });
  });

  it("an error that is its own cause, once", () => {
    const error = new Error("loop");
    error.cause = error;
    expect(readDriverError(error)).toMatchObject({ kind: "other", code: null });
  });

  it.each(["a string", null, undefined, 7, {}])("nothing in %o", (value) => {
    expect(readDriverError(value)).toMatchObject({ kind: "other", name: null, code: null });
  });
});

describe("names finds what is missing or forbidden, by what databases say", () => {
  const known = new Set(["mooring_connections", "mooring_leases", "attempt", "owner"]);

  it.each([
    ["column connection.attempt does not exist", ["attempt"]],
    ['column "attempt" of relation "mooring_connections" does not exist', ["attempt", "mooring_connections"]],
    ['relation "auth.mooring_leases" does not exist', ["mooring_leases"]],
    ["permission denied for table mooring_connections", ["mooring_connections"]],
    ["Unknown column 'connection.attempt' in 'SELECT'", ["attempt"]],
    ["Table 'app.mooring_leases' doesn't exist", ["mooring_leases"]],
    ["SELECT command denied to user 'owner'@'%' for table `app`.`mooring_leases`", ["mooring_leases"]],
    ["no such column: connection.attempt", ["attempt"]],
    ["table mooring_leases has no column named owner", ["mooring_leases", "owner"]],
    ["Key (attempt)=(owner) already exists.", []],
    ["column secret_value does not exist", []],
  ])("%s", (message, expected) => {
    expect(names(readDriverError(new Error(message)), known)).toEqual(expected);
  });
});
