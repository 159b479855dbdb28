import type { Connection, Entity, MooringToolSet, StorageAdapter } from "mooring";
import { defineApp, memoryStorage } from "mooring";
import type { FakeClock } from "mooring/testing";
import { kyselyStorage, migrateStorage } from "../../src/storage/kysely.js";
import { acmeApp, CLIENT, consented, openData, PROVIDER, setUp } from "./acme.js";
import type { HostDatabase } from "./pglite.js";
import { emptyMooringTables, startPglite } from "./pglite.js";
import type { StoredRows } from "./stored-rows.js";
import { listedStorage } from "./stored-rows.js";

export const ISSUER = "https://issued.example";
export const KEYS = [{ id: "2026-11", secret: "an-encryption-key-of-the-host-32" }];

const oauth = { authorizationUrl: `${PROVIDER}/authorize`, tokenUrl: `${PROVIDER}/token` };
/** Says who it is: callbacks are checked for `iss`. */
const issued = defineApp({
  slug: "issued",
  name: "Issued",
  description: "Tickets of an identified server",
  baseUrl: `${PROVIDER}/api`,
  authSchemes: [{ scheme: "OAUTH2", issuer: ISSUER, ...oauth }],
});
/** Nobody has made an integration of it. */
const bare = defineApp({
  slug: "bare",
  name: "Bare",
  description: "Tickets nobody configured",
  baseUrl: `${PROVIDER}/api`,
  authSchemes: [{ scheme: "OAUTH2", ...oauth }],
});
/** Where it is depends on the user. */
const shop = defineApp({
  slug: "shop",
  name: "Shop",
  description: "A shop of one's own",
  baseUrl: "https://{subdomain}.shop.example/api",
  connectionParams: [{ name: "subdomain", displayName: "Subdomain", description: "Yours" }],
  authSchemes: [{ scheme: "API_KEY", placements: [{ in: "header", name: "X-Api-Key" }] }],
});

/** A toolset in use: integrations, and connections of two users. */
export interface Stage {
  readonly toolset: MooringToolSet;
  readonly storage: StorageAdapter;
  readonly clock: FakeClock;
  readonly ada: Entity;
  /** Ada's, with a key; called so by its alias. */
  readonly work: Connection;
  /** Ada's, with a key; called so by its alias. */
  readonly home: Connection;
  /** Ada's, granted by the provider. */
  readonly granted: Connection;
  /** Mallory's, with a key. */
  readonly foreign: Connection;
  rows(): Promise<StoredRows>;
  /** Another process of the host, with other encryption keys. */
  withKeys(keys: typeof KEYS): MooringToolSet;
}

const APPS = [acmeApp(), issued, bare, shop, openData];

async function withKey(entity: Entity, api_key: string, alias?: string): Promise<Connection> {
  const request = await entity.initiateConnection({
    app: "acme",
    authScheme: "API_KEY",
    connectionParams: { api_key },
    alias,
  });
  return request.waitUntilActive();
}

/** Sets it up; needs a provider whose token endpoint answers. */
export async function prepareStage(inner: StorageAdapter): Promise<Stage> {
  const { storage, rows } = listedStorage(inner);
  const { toolset, clock } = setUp({ storage, apps: APPS, encryption: { keys: KEYS } });
  await toolset.createIntegration({ app: "acme", authScheme: "OAUTH2", authConfig: CLIENT });
  await toolset.createIntegration({ app: "issued", authConfig: { ...CLIENT, client_secret: "issued-1" } });
  await (await toolset.createIntegration({ app: "acme", authScheme: "BEARER_TOKEN" })).disable();
  const ada = toolset.getEntity("ada");
  const request = await ada.initiateConnection({ app: "acme", authScheme: "OAUTH2" });
  const callback = consented(request.redirectUrl);
  return {
    toolset,
    storage,
    clock,
    rows,
    ada,
    granted: (await toolset.handleCallback(callback, { entityId: "ada" })).connection,
    work: await withKey(ada, "key-of-ada-at-work", "work"),
    home: await withKey(ada, "key-of-ada-at-home", "home"),
    foreign: await withKey(toolset.getEntity("mallory"), "key-of-mallory"),
    withKeys: (keys) => setUp({ storage, clock, apps: APPS, encryption: { keys } }).toolset,
  };
}

/** A kind of storage to run a table of tests on. */
export interface StorageKind {
  readonly name: string;
  /** An empty storage. */
  open(): Promise<StorageAdapter>;
  close(): Promise<void>;
}

/** Memory, and PostgreSQL in this process. */
export function storageKinds(): readonly StorageKind[] {
  let host: HostDatabase | null = null;
  return [
    { name: "memory", open: async () => memoryStorage(), close: async () => {} },
    {
      name: "kysely",
      async open() {
        if (host === null) {
          host = await startPglite();
          await migrateStorage(host.db);
        }
        await emptyMooringTables(host.db);
        return kyselyStorage(host.db);
      },
      async close() {
        await host?.db.destroy();
      },
    },
  ];
}
