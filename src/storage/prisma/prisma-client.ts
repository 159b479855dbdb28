import type { SqlClient, SqlExecutor } from "../internal/sql-driver/sql-client.js";
import { changesRows, returnsRows } from "../internal/sql-driver/statement.js";
import { driverError } from "./driver-error.js";
import type { PrismaExecutor, PrismaRoot, TransactionLimits } from "./prisma-instance.js";

/**
 * A Prisma client as storage uses it.
 *
 * @param limits of transactions; default: those the client was made with
 */
export function prismaClient(prisma: PrismaRoot, limits?: TransactionLimits): SqlClient {
  return {
    execute: prismaExecutor(prisma).execute,
    transaction(run) {
      return unwrapped(() => prisma.$transaction((inside) => run(prismaExecutor(inside)), limits));
    },
  };
}

/** A Prisma client or transaction, for its statements only. */
export function prismaExecutor(prisma: PrismaExecutor): SqlExecutor {
  return {
    execute(statement) {
      return unwrapped(async () => {
        const { sql, parameters } = statement;
        if (!returnsRows(statement)) {
          return { rows: [], changed: await prisma.$executeRawUnsafe(sql, ...parameters) };
        }
        const answer = await prisma.$queryRawUnsafe(sql, ...parameters);
        const rows: readonly unknown[] = Array.isArray(answer) ? answer : [];
        return { rows, changed: changesRows(statement) ? rows.length : null };
      });
    },
  };
}

async function unwrapped<Result>(run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    throw driverError(error);
  }
}
