import { ConfigurationError } from "../../errors.js";

/** An ioredis client, as far as it is used. */
export interface IoRedisClient {
  call(command: string, ...args: string[]): Promise<unknown>;
}

/** A client of node-redis (`redis` on npm), as far as it is used. */
export interface NodeRedisClient {
  sendCommand(args: string[]): Promise<unknown>;
}

/** The app's own connected Redis client. */
export type RedisClient = IoRedisClient | NodeRedisClient;

/** Sends one command. */
export type SendCommand = (command: string, ...args: readonly string[]) => Promise<unknown>;

const isFunction = (value: unknown): value is (...args: never) => unknown => typeof value === "function";

/** @throws ConfigurationError when it is neither client */
export function commandsOf(client: RedisClient): SendCommand {
  const isObject = typeof client === "object" && client !== null;
  if (isObject && "call" in client && isFunction(client.call)) {
    return (command, ...args) => client.call(command, ...args);
  }
  // A cluster of node-redis wants to be told the key with each command.
  const isCluster = isObject && "masters" in client;
  if (isObject && !isCluster && "sendCommand" in client && isFunction(client.sendCommand)) {
    return (command, ...args) => client.sendCommand([command, ...args]);
  }
  throw new ConfigurationError("CONFIG_INVALID", "redisStorage: this is not a Redis client it can use.", {
    issues: [{ path: "client", message: "expected an ioredis client, or one of node-redis' createClient()" }],
    hint: "Pass the client itself, connected, not its options. A cluster of node-redis is not supported.",
  });
}
