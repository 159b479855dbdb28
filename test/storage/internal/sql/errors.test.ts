import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { StorageError, ValidationError } from "../../../../src/errors.js";
import { createGuard } from "../../../../src/storage/internal/sql/errors.js";

const guarded = createGuard("kysely");

const SECRET = "sk-row-value-in-a-driver-message";

/** An error as a driver throws it: with a value of the row in its message and its details. */
function driverError(fields: { readonly code?: string; readonly message?: string }): Error {
  return Object.assign(new Error(fields.message ?? `Key (alias)=(${SECRET}) already exists.`), {
    detail: SECRET,
    parameters: [SECRET],
    ...(fields.code === undefined ? {} : { code: fields.code }),
  });
}

async function mapped(error: unknown): Promise<StorageError> {
  try {
    await guarded("connections.insert", () => Promise.reject(error));
  } catch (thrown) {
    if (thrown instanceof StorageError) return thrown;
  }
  throw new Error("The error was not mapped to a StorageError.");
}

describe("a driver's error becomes a StorageError", () => {
  it.each([
    ["pg", "23505"],
    ["pg, foreign key", "23503"],
    ["better-sqlite3", "SQLITE_CONSTRAINT_UNIQUE"],
    ["better-sqlite3, primary key", "SQLITE_CONSTRAINT_PRIMARYKEY"],
    ["better-sqlite3, foreign key", "SQLITE_CONSTRAINT_FOREIGNKEY"],
    ["libsql", "SQLITE_CONSTRAINT"],
    ["mysql2", "ER_DUP_ENTRY"],
    ["mysql2, foreign key", "ER_NO_REFERENCED_ROW_2"],
  ])("STORAGE_CONFLICT for %s's %s", async (_driver, code) => {
    expect(await mapped(driverError({ code }))).toMatchObject({
      code: "STORAGE_CONFLICT",
      retryable: false,
      adapter: "kysely",
      operation: "connections.insert",
      cause: { name: "Error", code },
    });
  });

  it.each([
    { code: "42P01" },
    { code: "42703" },
    { code: "ER_NO_SUCH_TABLE" },
    { code: "ER_BAD_FIELD_ERROR" },
    { code: "SQLITE_ERROR", message: "no such table: mooring_connections" },
    { code: "SQLITE_ERROR", message: "SQLITE_ERROR: no such column: attempt" },
  ])("STORAGE_NOT_MIGRATED for %o", async (fields) => {
    expect(await mapped(driverError(fields))).toMatchObject({
      code: "STORAGE_NOT_MIGRATED",
      retryable: false,
      hint: expect.stringContaining("migrateStorage(db)"),
    });
  });

  it.each([
    { code: "ECONNREFUSED" },
    { code: "ECONNRESET" },
    { code: "08006" },
    { code: "57P01" },
    { code: "40P01" },
    { code: "PROTOCOL_CONNECTION_LOST" },
    { code: "ER_LOCK_DEADLOCK" },
    { code: "SQLITE_BUSY" },
    { message: "Connection terminated unexpectedly" },
    { message: "timeout exceeded when trying to connect" },
  ])("retryable STORAGE_FAILED for %o", async (fields) => {
    expect(await mapped(driverError(fields))).toMatchObject({ code: "STORAGE_FAILED", retryable: true });
  });

  it.each([
    driverError({ code: "22001" }),
    driverError({ code: "42501" }),
    driverError({}),
    "a string",
    null,
  ])("final STORAGE_FAILED for %o", async (error) => {
    expect(await mapped(error)).toMatchObject({ code: "STORAGE_FAILED", retryable: false });
  });

  it.each(["23505", "42P01", "22001", "ECONNRESET", `not a code but ${SECRET}`])(
    "never with a value of the row, in message, fields, cause or inspection: %s",
    async (code) => {
      const error = await mapped(driverError({ code }));
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(SECRET);
      expect(JSON.stringify([error, error.cause])).not.toContain(SECRET);
    },
  );

  it("and an error of Mooring's own passes as it is", async () => {
    const own = new ValidationError("wrong", { issues: [{ path: "cursor", message: "wrong" }] });
    await expect(guarded("connections.list", () => Promise.reject(own))).rejects.toBe(own);
  });
});
