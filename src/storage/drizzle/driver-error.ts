/** What postgres.js calls a connection that broke or could not be made; PostgreSQL has a code of its own for it. */
const CONNECTION_LOST: ReadonlySet<unknown> = new Set([
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "CONNECT_TIMEOUT",
]);
const CONNECTION_EXCEPTION = "08006";

/**
 * The driver's error below those of Drizzle, whose messages quote the parameters: the first in the chain of causes that
 * has a code, else the last.
 */
export function driverError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code: unknown = Reflect.get(error, "code");
  if (CONNECTION_LOST.has(code)) return { name: error.name, code: CONNECTION_EXCEPTION };
  const isLast = typeof code === "string" || error.cause === undefined || error.cause === error;
  return isLast ? error : driverError(error.cause);
}
