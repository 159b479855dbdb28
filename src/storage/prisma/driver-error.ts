import { isObject } from "../../internal/json.js";

/** MySQL's and MariaDB's names for their numbers, of the failures storage tells apart; the last are the connector's. */
const MYSQL_NAMES: Readonly<Record<string, string>> = {
  1020: "ER_CHECKREAD",
  1040: "ER_CON_COUNT_ERROR",
  1044: "ER_DBACCESS_DENIED_ERROR",
  1045: "ER_ACCESS_DENIED_ERROR",
  1049: "ER_BAD_DB_ERROR",
  1050: "ER_TABLE_EXISTS_ERROR",
  1053: "ER_SERVER_SHUTDOWN",
  1054: "ER_BAD_FIELD_ERROR",
  1061: "ER_DUP_KEYNAME",
  1062: "ER_DUP_ENTRY",
  1077: "ER_NORMAL_SHUTDOWN",
  1130: "ER_HOST_NOT_PRIVILEGED",
  1142: "ER_TABLEACCESS_DENIED_ERROR",
  1143: "ER_COLUMNACCESS_DENIED_ERROR",
  1146: "ER_NO_SUCH_TABLE",
  1152: "ER_ABORTING_CONNECTION",
  1184: "ER_NEW_ABORTING_CONNECTION",
  1203: "ER_TOO_MANY_USER_CONNECTIONS",
  1205: "ER_LOCK_WAIT_TIMEOUT",
  1213: "ER_LOCK_DEADLOCK",
  1216: "ER_NO_REFERENCED_ROW",
  1226: "ER_USER_LIMIT_REACHED",
  1227: "ER_SPECIFIC_ACCESS_DENIED_ERROR",
  1290: "ER_OPTION_PREVENTS_STATEMENT",
  1317: "ER_QUERY_INTERRUPTED",
  1452: "ER_NO_REFERENCED_ROW_2",
  1698: "ER_ACCESS_DENIED_NO_PASSWORD_ERROR",
  1792: "ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION",
  1836: "ER_READ_ONLY_MODE",
  1927: "ER_CONNECTION_KILLED",
  1969: "ER_STATEMENT_TIMEOUT",
  3024: "ER_QUERY_TIMEOUT",
  45009: "ECONNRESET",
  45012: "ETIMEDOUT",
  45013: "ECONNRESET",
  45026: "ETIMEDOUT",
  45028: "ETIMEDOUT",
  45042: "ETIMEDOUT",
  45061: "ECONNREFUSED",
};

/** Codes for what Prisma's driver adapters tell without the driver's own. */
const CODE_BY_KIND: Readonly<Record<string, string>> = {
  AuthenticationFailed: "28P01",
  ColumnNotFound: "42703",
  ConnectionClosed: "ECONNRESET",
  DatabaseAccessDenied: "28000",
  DatabaseDoesNotExist: "3D000",
  DatabaseNotReachable: "ECONNREFUSED",
  ForeignKeyConstraintViolation: "23503",
  SocketTimeout: "ETIMEDOUT",
  TableDoesNotExist: "42P01",
  TooManyConnections: "53300",
  TransactionAlreadyClosed: "25P03",
  TransactionWriteConflict: "40001",
  UniqueConstraintViolation: "23505",
};

/** Codes for what Prisma itself tells: `P1…` of connections, `P2…` of statements and transactions. */
const CODE_BY_PRISMA: Readonly<Record<string, string>> = {
  P1000: "28P01",
  P1001: "ECONNREFUSED",
  P1002: "ETIMEDOUT",
  P1003: "3D000",
  P1008: "ETIMEDOUT",
  P1010: "28000",
  P1017: "ECONNRESET",
  P2002: "23505",
  P2003: "23503",
  P2021: "42P01",
  P2022: "42703",
  P2024: "ETIMEDOUT",
  P2028: "25P03",
  P2034: "40001",
};

/**
 * Of `P2028`, which is also told of a transaction that cannot begin or takes too long, those that are over. PostgreSQL has
 * a code for a statement that needs a transaction and has none.
 */
const ENDED = /Transaction (?:already closed: .* (?:committed transaction|rolled back)|not found)/;
const NO_TRANSACTION = "25P01";

/** An error as the driver would have thrown it: a code for storage to tell what it means, and the driver's message. */
class DriverError extends Error {
  readonly code: string;

  constructor(name: string, code: string, message: string) {
    super(message);
    this.name = name;
    this.code = code;
  }
}

/** The driver's error within Prisma's, which hides its code; what is no error of Prisma's comes back as it is. */
export function driverError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const prismaCode = text(error, "code") ?? text(error, "errorCode");
  const meta = member(error, "meta");
  // Since Prisma 7, or with a driver adapter; thrown bare by a transaction that cannot begin.
  const cause = member(member(meta, "driverAdapterError") ?? error, "cause");
  const own = text(cause, "originalCode") ?? text(meta, "code");
  const code =
    (prismaCode === "P2028" && ENDED.test(error.message) ? NO_TRANSACTION : undefined) ??
    (own === undefined ? undefined : (MYSQL_NAMES[own] ?? own)) ??
    CODE_BY_KIND[text(cause, "kind") ?? ""] ??
    CODE_BY_PRISMA[prismaCode ?? ""];
  if (code === undefined) return error;
  return new DriverError(error.name, code, text(cause, "originalMessage") ?? text(meta, "message") ?? "");
}

function member(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined;
}

function text(value: unknown, name: string): string | undefined {
  const found = member(value, name);
  return typeof found === "string" ? found : undefined;
}
