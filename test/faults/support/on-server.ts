import { afterAll, beforeAll, describe } from "vitest";
import type { StorageAdapter } from "../../../src/ports/storage.js";
import type { ServerKind } from "../../support/server-urls.js";
import { describeOn, mysqlDatabase, postgresqlDatabase, redisPrefix } from "../../support/servers.js";
import type { TcpProxy } from "../../support/tcp-proxy.js";
import { startTcpProxy } from "../../support/tcp-proxy.js";
import { processFleet } from "./fleets.js";
import { processSuite } from "./process-suite.js";
import { refreshSuite } from "./refresh-suite.js";
import type { OpenStorage, StorageAddress } from "./storage-at.js";
import { storageAt } from "./storage-at.js";

const LOAD = { expiries: 20, callers: 250 };
/** Four processes, their database and their provider share what cores there are. */
const TIMEOUT_MS = 300_000;

/** A store of one's own on a server. */
export async function makeStore(
  kind: ServerKind,
  url: string,
): Promise<StorageAddress & { drop(): Promise<void> }> {
  if (kind === "redis") {
    const { prefix, drop } = redisPrefix(url);
    return { kind, url, prefix, drop };
  }
  const database = await (kind === "postgresql" ? postgresqlDatabase(url) : mysqlDatabase(url));
  return { kind, ...database, prefix: "" };
}

/** The same store, by another way. */
function through(proxy: TcpProxy, { kind, url, prefix }: StorageAddress): StorageAddress {
  const detour = new URL(url);
  detour.hostname = "127.0.0.1";
  detour.port = String(proxy.port);
  return { kind, url: detour.href, prefix };
}

const PORTS: Readonly<Record<ServerKind, number>> = { postgresql: 5432, mysql: 3306, redis: 6379 };

/** The fault suite on a server, with four processes. Its tests run one after another, whatever runs beside them. */
export function describeRefreshesOn(kind: ServerKind): void {
  describeOn(kind, "refreshes", (serverUrl) => {
    describe.sequential("of four processes", { timeout: TIMEOUT_MS }, () => {
      let opened: { readonly store: Awaited<ReturnType<typeof makeStore>>; readonly own: OpenStorage };
      let proxy: TcpProxy;
      const fleet = processFleet();
      const storage = (): StorageAdapter => opened.own.storage;

      beforeAll(async () => {
        const store = await makeStore(kind, serverUrl);
        opened = { store, own: storageAt(store) };
        await opened.own.migrate();
        const { hostname, port } = new URL(serverUrl);
        proxy = await startTcpProxy({ host: hostname, port: Number(port === "" ? PORTS[kind] : port) });
      });
      afterAll(async () => {
        await fleet.close();
        await proxy.close();
        await opened.own.close();
        await opened.store.drop();
      });

      refreshSuite(
        () => ({
          storage: storage(),
          fleet: { ready: (setup) => fleet.ready({ ...setup, storage: opened.store }) },
        }),
        LOAD,
      );
      processSuite(() => ({
        storage: storage(),
        proxy,
        ready: (setup) => fleet.ready({ ...setup, storage: through(proxy, opened.store) }),
      }));
    });
  });
}
