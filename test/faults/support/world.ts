import type { Connection } from "../../../src/index.js";
import type { ConnectionRecord, StorageAdapter } from "../../../src/ports/storage.js";
import type { StrictTokenServer } from "../../support/strict-token-server.js";
import { STRICT_CLIENT, startStrictTokenServer } from "../../support/strict-token-server.js";
import type { CallReport } from "./caller.js";
import { ENTITY, hostToolset, skippingClock } from "./caller.js";
import type { Host } from "./host.js";

const HOUR_MS = 3_600_000;
/** Within the margin in which a refresh is due. */
const SOON_MS = 200_000;

/** A user's connection at a strict server, and the processes that use it. */
export interface World<Member extends Host> {
  readonly server: StrictTokenServer;
  readonly hosts: readonly Member[];
  /** As many calls at once in each of them. */
  callAll(count: number, hosts?: readonly Host[]): Promise<readonly CallReport[]>;
  call(host: Host, count: number): Promise<CallReport>;
  /** Lets an hour pass for all: the access token has expired. */
  expire(): Promise<void>;
  /** Lets most of the hour pass: a refresh is due, and the access token still works. */
  comeDue(): Promise<void>;
  /** Connects the same connection again, as the user would in the browser. */
  reconnect(): Promise<void>;
  /** Another process of the host's labels the connection. */
  label(label: string): Promise<void>;
  /** The connection as it is stored. */
  row(): Promise<ConnectionRecord>;
}

/** The user's browser, at a server that asks for nothing. */
async function consent(redirectUrl: string | null): Promise<string> {
  const response = await fetch(redirectUrl ?? "", { redirect: "manual" });
  return response.headers.get("location") ?? "";
}

/** Starts a server and connects a user there; runs a scenario, and stops the server. */
export async function inWorld<Member extends Host>(
  options: {
    readonly storage: StorageAdapter;
    readonly hosts: (origin: string) => Promise<readonly Member[]>;
  },
  scenario: (world: World<Member>) => Promise<void>,
): Promise<void> {
  const { storage } = options;
  const server = await startStrictTokenServer();
  try {
    const clock = skippingClock();
    const toolset = hostToolset({ storage, origin: server.origin, clock });
    const entity = toolset.getEntity(ENTITY);
    const finish = async (redirectUrl: string | null): Promise<Connection> =>
      (await toolset.handleCallback(await consent(redirectUrl), { entityId: ENTITY })).connection;
    await toolset.createIntegration({ app: "strict", authConfig: STRICT_CLIENT });
    const connection = await finish((await entity.initiateConnection({ app: "strict" })).redirectUrl);
    const hosts = await options.hosts(server.origin);
    const pass = async (milliseconds: number): Promise<void> => {
      clock.skip(milliseconds);
      await Promise.all(hosts.map((host) => host.skip(milliseconds)));
    };
    const call = (host: Host, count: number) => host.call({ connectionId: connection.id, count });
    await scenario({
      server,
      hosts,
      call,
      callAll: (count, some = hosts) => Promise.all(some.map((host) => call(host, count))),
      async expire() {
        await pass(HOUR_MS);
        server.expireAccessTokens();
      },
      comeDue: () => pass(HOUR_MS - SOON_MS),
      async reconnect() {
        await finish((await connection.reconnect()).redirectUrl);
      },
      async label(label) {
        await connection.update({ labels: [label] });
      },
      async row() {
        const row = await storage.connections.get({ id: connection.id, entityId: ENTITY });
        if (row === null) throw new Error("The connection is gone.");
        return row.connection;
      },
    });
  } finally {
    await server.close();
  }
}
