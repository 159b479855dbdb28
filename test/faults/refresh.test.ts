import { afterAll, beforeAll, describe } from "vitest";
import { memoryStorage } from "../../src/index.js";
import { kyselyStorage, migrateStorage } from "../../src/storage/kysely.js";
import type { HostDatabase } from "../support/pglite.js";
import { startPglite } from "../support/pglite.js";
import { toolsetFleet } from "./support/fleets.js";
import { describeRefreshesOn } from "./support/on-server.js";
import { refreshSuite } from "./support/refresh-suite.js";

const LOAD = { expiries: 5, callers: 50 };

// Most of the time they wait for a lease to lapse: all at once they take little longer than one.
describe.concurrent("the faults", () => {
  describeRefreshesOn("postgresql");
  describeRefreshesOn("mysql");
  describeRefreshesOn("redis");

  describe.sequential("refreshes of several toolsets on one memory", () => {
    const storage = memoryStorage();
    refreshSuite(() => ({ storage, fleet: toolsetFleet(storage) }), LOAD);
  });

  describe.sequential("refreshes of several toolsets on PostgreSQL in this process", () => {
    let host: HostDatabase;
    beforeAll(async () => {
      host = await startPglite();
      await migrateStorage(host.db);
    });
    afterAll(() => host.db.destroy());
    refreshSuite(() => {
      const storage = kyselyStorage(host.db);
      return { storage, fleet: toolsetFleet(storage) };
    }, LOAD);
  });
});
