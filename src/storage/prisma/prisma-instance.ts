import { ConfigurationError } from "../../errors.js";
import type { Engine } from "../internal/sql/engine.js";

/** How long a transaction may wait for a connection and take, in milliseconds. */
export interface TransactionLimits {
  readonly maxWait: number;
  readonly timeout: number;
}

/** What a Prisma client and its transactions have in common. */
export interface PrismaExecutor {
  $queryRawUnsafe(statement: string, ...parameters: unknown[]): PromiseLike<unknown>;
  $executeRawUnsafe(statement: string, ...parameters: unknown[]): PromiseLike<number>;
}

/** A Prisma client. */
export interface PrismaRoot extends PrismaExecutor {
  $transaction(run: (inside: PrismaExecutor) => Promise<void>, limits?: TransactionLimits): Promise<void>;
}

/** A Prisma client or transaction, with what has to be known to use it. */
export type PrismaInstance = { readonly engine: Engine } & (
  | { readonly inTransaction: false; readonly prisma: PrismaRoot }
  | { readonly inTransaction: true; readonly prisma: PrismaExecutor }
);

/** Prisma's names for the databases that are known; those it has others for behave otherwise. */
const ENGINES: ReadonlyMap<unknown, Engine> = new Map([
  ["postgresql", "postgresql"],
  ["postgres", "postgresql"],
  ["mysql", "mysql"],
  ["sqlite", "sqlite"],
]);

/** @throws ConfigurationError `CONFIG_INVALID` when it is no Prisma client, or of another database */
export function prismaInstance(value: unknown, provider: string | undefined): PrismaInstance {
  if (!isExecutor(value)) {
    throw invalid("prisma", "must be a Prisma client, or the client of an interactive transaction");
  }
  const named: unknown = provider ?? Reflect.get(value, "_activeProvider");
  const engine = ENGINES.get(named);
  if (engine === undefined) {
    throw invalid(
      "provider",
      "must be `postgresql`, `mysql` or `sqlite`, as in the schema of the Prisma client",
    );
  }
  // Only a client connects; one of a transaction is connected.
  if (!("$connect" in value) || typeof value.$connect !== "function") {
    return { engine, prisma: value, inTransaction: true };
  }
  if (!isRoot(value)) throw invalid("prisma", "must have interactive transactions");
  return { engine, prisma: value, inTransaction: false };
}

function isExecutor(value: unknown): value is PrismaExecutor {
  return has(value, "$queryRawUnsafe") && has(value, "$executeRawUnsafe");
}

function isRoot(prisma: PrismaExecutor): prisma is PrismaRoot {
  return has(prisma, "$transaction");
}

function has(value: unknown, method: string): boolean {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, method) === "function";
}

function invalid(path: string, what: string): ConfigurationError {
  const message = `The \`${path}\` given to \`mooring/storage/prisma\` ${what}.`;
  return new ConfigurationError("CONFIG_INVALID", message, { issues: [{ path, message: `It ${what}.` }] });
}
