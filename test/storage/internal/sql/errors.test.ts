import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { StorageError, ValidationError } from "../../../../src/errors.js";
import type { GuardOptions } from "../../../../src/storage/internal/sql/errors.js";
import { createGuard } from "../../../../src/storage/internal/sql/errors.js";

const SECRET = "sk-row-value-in-a-driver-message";

/** An error as a driver throws it: with a value of the row in its message and its details. */
function driverError(fields: { readonly code?: string; readonly message?: string }): Error {
  return Object.assign(new Error(fields.message ?? `Key (alias)=(${SECRET}) already exists.`), {
    detail: SECRET,
    parameters: [SECRET],
    ...(fields.code === undefined ? {} : { code: fields.code }),
  });
}

async function mapped(error: unknown, options?: GuardOptions): Promise<StorageError> {
  try {
    await createGuard("kysely", options)("connections.insert", () => Promise.reject(error));
  } catch (thrown) {
    if (thrown instanceof StorageError) return thrown;
  }
  throw new Error("The error was not mapped to a StorageError.");
}

describe("a driver's error becomes a StorageError", () => {
  it.each([
    ["23505", { code: "STORAGE_CONFLICT", retryable: false }],
    ["40P01", { code: "STORAGE_FAILED", retryable: true }],
    ["57P01", { code: "STORAGE_FAILED", retryable: true }],
    ["42501", { code: "STORAGE_ACCESS_DENIED", retryable: false, hint: expect.stringContaining("SELECT") }],
    ["25006", { code: "STORAGE_ACCESS_DENIED", retryable: false, hint: expect.stringContaining("primary") }],
    ["42P01", { code: "STORAGE_NOT_MIGRATED", retryable: false }],
    [
      "42P07",
      { code: "STORAGE_FAILED", retryable: false, hint: expect.stringContaining("mooring_migrations") },
    ],
    ["22001", { code: "STORAGE_FAILED", retryable: false, hint: expect.stringContaining("database's log") }],
  ])("%s: %o", async (code, expected) => {
    expect(await mapped(driverError({ code }))).toMatchObject({
      ...expected,
      adapter: "kysely",
      operation: "connections.insert",
      cause: { name: "Error", code },
    });
  });

  it.each([driverError({}), "a string", null])("final STORAGE_FAILED for %o", async (error) => {
    expect(await mapped(error)).toMatchObject({ code: "STORAGE_FAILED", retryable: false });
  });

  it("that names the migrateStorage of its own adapter", async () => {
    const guarded = createGuard("drizzle");
    await expect(guarded("x", () => Promise.reject(driverError({ code: "42P01" })))).rejects.toMatchObject({
      adapter: "drizzle",
      hint: expect.stringContaining("`await migrateStorage(db)` of `mooring/storage/drizzle`"),
    });
  });

  it.each(["23505", "42501", "42P01", "22001", "ECONNRESET", `not a code but ${SECRET}`])(
    "never with a value of the row, in message, fields, cause or inspection: %s",
    async (code) => {
      const error = await mapped(driverError({ code }));
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(SECRET);
      expect(JSON.stringify([error, error.cause])).not.toContain(SECRET);
    },
  );

  it("and an error of Mooring's own passes as it is", async () => {
    const own = new ValidationError("wrong", { issues: [{ path: "cursor", message: "wrong" }] });
    await expect(createGuard("kysely")("connections.list", () => Promise.reject(own))).rejects.toBe(own);
  });
});

describe("what the database should not have refused is told by the state of its schema", () => {
  const state = (missing: readonly string[], unknown: readonly string[]): GuardOptions => ({
    readSchemaState: async () => ({ missing, unknown }),
  });
  const missingColumn = () =>
    driverError({ code: "42703", message: "column connection.attempt does not exist" });

  it("older than this version: the steps it lacks", async () => {
    expect(await mapped(missingColumn(), state(["0002_a", "0003_b"], []))).toMatchObject({
      code: "STORAGE_NOT_MIGRATED",
      message: expect.stringContaining("it lacks 0002_a, 0003_b"),
    });
  });

  it.each(["42703", "23502"])("newer than this version, whatever was refused: %s", async (code) => {
    expect(await mapped(driverError({ code }), state([], ["0009_later"]))).toMatchObject({
      code: "STORAGE_SCHEMA_NEWER",
      message: expect.stringContaining("0009_later"),
      hint: expect.stringContaining("Update"),
    });
  });

  it("with every step, and yet without a column: it was changed by hand", async () => {
    expect(await mapped(missingColumn(), state([], []))).toMatchObject({
      code: "STORAGE_FAILED",
      message: expect.stringContaining("lacks a table or column: `attempt`"),
    });
  });

  it("that cannot be read either: what is known", async () => {
    const readSchemaState = () => Promise.reject(new Error("the transaction has ended"));
    expect(await mapped(missingColumn(), { readSchemaState })).toMatchObject({
      code: "STORAGE_NOT_MIGRATED",
    });
    expect(await mapped(driverError({ code: "22001" }), { readSchemaState })).toMatchObject({
      code: "STORAGE_FAILED",
    });
  });

  it.each(["23505", "40P01", "57P01", "42501"])("is not asked for after %s", async (code) => {
    let asked = 0;
    const readSchemaState = async () => {
      asked += 1;
      return { missing: [], unknown: [] };
    };
    await mapped(driverError({ code }), { readSchemaState });
    expect(asked).toBe(0);
  });
});

describe("what the database rolled back for another's sake", () => {
  const failing = (times: number, code = "40P01") => {
    let runs = 0;
    return {
      runs: () => runs,
      async run() {
        runs += 1;
        if (runs <= times) throw driverError({ code });
        return "done";
      },
    };
  };

  it("is run again", async () => {
    const { run, runs } = failing(3);
    expect(await createGuard("kysely", { repeats: true })("flows.consume", run)).toBe("done");
    expect(runs()).toBe(4);
  });

  it("is given up after six times, as retryable", async () => {
    const { run, runs } = failing(99);
    await expect(createGuard("kysely", { repeats: true })("flows.consume", run)).rejects.toMatchObject({
      code: "STORAGE_FAILED",
      retryable: true,
    });
    expect(runs()).toBe(6);
  });

  it.each([
    ["in a transaction of the host's, of which nothing is left", { repeats: false }, "40P01"],
    ["when the connection broke, as it may have been done", { repeats: true }, "57P01"],
    ["when it was refused for good", { repeats: true }, "23505"],
  ])("is not run again %s", async (_when, options, code) => {
    const { run, runs } = failing(1, code);
    await expect(createGuard("kysely", options)("flows.consume", run)).rejects.toThrow();
    expect(runs()).toBe(1);
  });
});
