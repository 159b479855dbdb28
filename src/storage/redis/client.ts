import { ConfigurationError } from "../../errors.js";

/** A client of ioredis (5 or newer), of one server, of sentinels or of a cluster, as far as it is used. */
export interface IoRedisClient {
  call(command: string, ...args: string[]): Promise<unknown>;
}

/** A client of node-redis (`redis` on npm, 4 or newer), or a pool of them, as far as it is used. */
export interface NodeRedisClient {
  sendCommand(args: string[]): Promise<unknown>;
}

/** What `createCluster()` of node-redis returns, as far as it is used. */
export interface NodeRedisCluster {
  readonly masters: unknown;
  sendCommand(firstKey: string, isReadonly: boolean, args: string[]): Promise<unknown>;
}

/** What `createSentinel()` of node-redis returns, as far as it is used. */
export interface NodeRedisSentinel {
  getMasterNode(): unknown;
  sendCommand(isReadonly: boolean, args: string[]): Promise<unknown>;
}

/** The app's own Redis client. */
export type RedisClient = IoRedisClient | NodeRedisClient | NodeRedisCluster | NodeRedisSentinel;

/** Sends one command to the server that holds a key, and may write there. */
export type SendCommand = (key: string, command: string, args: readonly string[]) => Promise<unknown>;

/** @throws ConfigurationError when it is no client of the two libraries */
export function commandsOf(client: RedisClient): SendCommand {
  if (isObject(client)) {
    // Client and cluster of ioredis look up the key by the command, whose name some versions know in small letters only.
    if (has(client, "call")) return (_key, command, args) => client.call(command, ...args);
    if (has(client, "sendCommand")) {
      if ("masters" in client) {
        return (key, command, args) => client.sendCommand(key, false, [command, ...args]);
      }
      if ("getMasterNode" in client) {
        return (_key, command, args) => client.sendCommand(false, [command, ...args]);
      }
      return (_key, command, args) => client.sendCommand([command, ...args]);
    }
  }
  throw new ConfigurationError("CONFIG_INVALID", "This is not a Redis client Mooring can use.", {
    issues: [
      {
        path: "client",
        message: "expected a client of ioredis (it has `call`) or of node-redis (it has `sendCommand`)",
      },
    ],
    hint: "Pass the client itself, not its URL or options.",
  });
}

function isObject(value: RedisClient): boolean {
  return typeof value === "object" && value !== null;
}

function has<Method extends "call" | "sendCommand">(
  client: RedisClient,
  method: Method,
): client is Extract<RedisClient, Record<Method, unknown>> {
  return typeof Reflect.get(client, method) === "function";
}
