import type { StorageErrorCode } from "../../errors.js";

/** What an error of the server or the client comes to. */
export interface Refusal {
  readonly code: StorageErrorCode;
  readonly message: string;
  readonly hint?: string;
  readonly retryable?: boolean;
}

/** What the server calls its errors. Of one within a script it tells in the midst of another: the name may stand anywhere. */
const BY_SERVER: readonly (Refusal & { readonly pattern: RegExp })[] = [
  {
    pattern: /\b(?:NOPERM|NOAUTH|WRONGPASS)\b|The user executing the script can't/,
    code: "STORAGE_ACCESS_DENIED",
    message: "Redis does not let this user do that.",
    hint: "Correct its password, or grant it what docs/storage.md lists.",
  },
  {
    pattern: /\bOOM\b/,
    code: "STORAGE_FAILED",
    message: "Redis has no memory left, and wrote nothing.",
    hint: "Raise `maxmemory`. Keep `maxmemory-policy noeviction`: it is why nothing was removed.",
  },
  {
    pattern: /\bMISCONF\b/,
    code: "STORAGE_FAILED",
    message: "Redis cannot save to its disk, and wrote nothing.",
    hint: "Look into the server's log.",
  },
  {
    pattern: /\bREADONLY\b/,
    code: "STORAGE_FAILED",
    message: "This Redis is a replica, and can only be read.",
    hint: "It passes when a failover ends. When it stays, connect to the primary.",
    retryable: true,
  },
  {
    pattern: /\b(?:LOADING|CLUSTERDOWN|TRYAGAIN|MASTERDOWN|BUSY|NOREPLICAS|UNKILLABLE)\b/,
    code: "STORAGE_FAILED",
    message: "Redis is not ready.",
    retryable: true,
  },
  {
    pattern: /^(?:MOVED|ASK) \d/,
    code: "STORAGE_FAILED",
    message: "This Redis is a node of a cluster.",
    hint: "Pass a client of the cluster: `new Cluster()` of ioredis, `createCluster()` of node-redis.",
  },
  {
    pattern: /\bWRONGTYPE\b/,
    code: "STORAGE_FAILED",
    message: "A key below the prefix holds what Mooring did not write.",
    hint: "Give `redisStorage` a prefix that nothing else uses.",
  },
  {
    pattern: /^ERR unknown command/,
    code: "STORAGE_FAILED",
    message: "This server does not run Lua scripts.",
    hint: "Mooring needs the commands `EVALSHA` and `EVAL`, under these names.",
  },
];

const UNREACHABLE: Refusal = {
  code: "STORAGE_FAILED",
  message: "Redis cannot be reached.",
  retryable: true,
};
const REFUSED: Refusal = { code: "STORAGE_FAILED", message: "Redis refused a command." };

/** How the clients' own errors begin: their classes have other names where the app is bundled. */
const CONNECTION_MESSAGES = [
  "Connection is closed",
  "Connection timeout",
  "Command timed out",
  "Command timeout",
  "Stream isn't writeable",
  "Reached the max retries per request",
  "Socket timeout",
  "Socket closed",
  "The client is closed",
  "The client is offline",
  "The command was aborted",
  "Disconnects client",
  "All the root nodes are unavailable",
  "None of startup nodes is available",
  "Failed to refresh slots cache",
  "Cluster is disconnect",
  "Cluster isn't ready",
  "Node is disconnected",
  "Too many Cluster redirections",
  "All sentinels are unreachable",
];
const CONNECTION_NAMES = new Set([
  "AbortError",
  "ClientClosedError",
  "ClientOfflineError",
  "ClusterAllFailedError",
  "ConnectionTimeoutError",
  "DisconnectsClientError",
  "MaxCommandRedirectionsError",
  "MaxRetriesPerRequestError",
  "ReconnectStrategyError",
  "RootNodesUnavailableError",
  "SocketClosedUnexpectedlyError",
  "SocketTimeoutError",
  "TimeoutError",
]);
/** Errors of Node's sockets, of DNS, and of TLS that ends early. */
const CONNECTION_CODES = /^(?:ECONN\w+|EHOST\w+|ENET\w+|ENOTFOUND|EAI_\w+|EPIPE|ETIMEDOUT|ERR_SSL_\w+)$/;

/** @param error what a client rejected with */
export function refusalOf(error: unknown): Refusal {
  if (!(error instanceof Error)) return REFUSED;
  const { message } = error;
  const known = BY_SERVER.find(({ pattern }) => pattern.test(message));
  if (known !== undefined) return known;
  const isConnection =
    // The server always says something; a time-out of node-redis does not.
    message === "" ||
    CONNECTION_MESSAGES.some((beginning) => message.startsWith(beginning)) ||
    CONNECTION_NAMES.has(error.name) ||
    CONNECTION_NAMES.has(error.constructor.name) ||
    ("code" in error && typeof error.code === "string" && CONNECTION_CODES.test(error.code));
  return isConnection ? UNREACHABLE : REFUSED;
}
