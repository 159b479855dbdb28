/** The servers that tests run on where they are there. MariaDB goes by `mysql`. */
export type ServerKind = "postgresql" | "mysql" | "redis";

/** Where each is looked for, unless the environment says otherwise. */
export const SERVER_URLS: Readonly<Record<ServerKind, { readonly variable: string; readonly url: string }>> =
  {
    postgresql: { variable: "MOORING_TEST_POSTGRESQL_URL", url: "postgres://root@127.0.0.1:5432/test" },
    mysql: { variable: "MOORING_TEST_MYSQL_URL", url: "mysql://root@127.0.0.1:3306/test" },
    redis: { variable: "MOORING_TEST_REDIS_URL", url: "redis://127.0.0.1:6379" },
  };

/** What the name of a suite on a server ends with. */
export const onServer = (kind: ServerKind): string => ` [on ${kind}]`;

/** What the name of a suite on servers of its own ends with. */
export const WHERE_INSTALLED = " [where redis-server is installed]";

/** The URL of each server that answers; null for one that does not. */
export type FoundServers = Readonly<Record<ServerKind, string | null>>;

declare module "vitest" {
  interface ProvidedContext {
    readonly servers: FoundServers;
  }
}
