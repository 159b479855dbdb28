import { describe, expect, it } from "vitest";
import { driverError } from "../../../src/storage/prisma/driver-error.js";

const prismaError = (properties: object): Error =>
  Object.assign(new Error("Invalid invocation: values of the row"), {
    name: "PrismaClientKnownRequestError",
    ...properties,
  });

/** What a statement in a transaction that is over fails with. */
const ended = (what: string): Error =>
  Object.assign(
    new Error(`Transaction API error: Transaction already closed: A query cannot be executed on ${what}`),
    { code: "P2028", meta: {} },
  );

/** What a statement fails with in Prisma 7, and in 6 with a driver adapter. */
const adapterError = (cause: object): Error =>
  prismaError({ code: "P2010", meta: { driverAdapterError: { name: "DriverAdapterError", cause } } });

describe("the driver's error", () => {
  it.each([
    ["PostgreSQL's", adapterError({ originalCode: "23505", kind: "UniqueConstraintViolation" }), "23505"],
    [
      "MySQL's number",
      adapterError({ originalCode: "1213", kind: "TransactionWriteConflict" }),
      "ER_LOCK_DEADLOCK",
    ],
    ["a number of MySQL's that needs no telling", adapterError({ originalCode: "1064" }), "1064"],
    ["SQLite's", adapterError({ originalCode: "SQLITE_BUSY" }), "SQLITE_BUSY"],
    ["a connection's", adapterError({ kind: "DatabaseNotReachable", host: "127.0.0.1" }), "ECONNREFUSED"],
    ["one of no such database", adapterError({ kind: "DatabaseDoesNotExist", db: "none" }), "3D000"],
    ["MySQL's of no such database", adapterError({ originalCode: "1049" }), "ER_BAD_DB_ERROR"],
    ["Prisma's own of no such database", prismaError({ errorCode: "P1003" }), "3D000"],
    [
      "that of Prisma 6 with its own engine",
      prismaError({ code: "P2010", meta: { code: "42P01" } }),
      "42P01",
    ],
    ["a transaction's that cannot begin", prismaError({ code: "P1001", meta: {} }), "ECONNREFUSED"],
    ["a transaction's that took too long", prismaError({ code: "P2028", meta: {} }), "25P03"],
    ["one of a transaction that was committed", ended("a committed transaction."), "25P01"],
    ["one of a transaction that was rolled back", ended("a transaction that was rolled back."), "25P01"],
    ["one of a transaction that took too long", ended("an expired transaction."), "25P03"],
    ["a transaction's that gave way", prismaError({ code: "P2034" }), "40001"],
    ["that of a client that could not start", prismaError({ errorCode: "P1001" }), "ECONNREFUSED"],
    ["one an adapter throws bare", prismaError({ cause: { kind: "ConnectionClosed" } }), "ECONNRESET"],
  ])("is told by its code: %s", (_, error, code) => {
    expect(driverError(error)).toMatchObject({ code });
  });

  it("has the driver's message, not Prisma's", () => {
    const error = driverError(
      adapterError({ originalCode: "SQLITE_ERROR", originalMessage: "no such table: a" }),
    );
    expect(error).toMatchObject({ name: "PrismaClientKnownRequestError", message: "no such table: a" });
  });

  it("is left alone where it is none of Prisma's", () => {
    const own = new Error("the app changed its mind");
    expect(driverError(own)).toBe(own);
    expect(driverError("text")).toBe("text");
  });
});
