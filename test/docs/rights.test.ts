import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { kyselyStorage, migrateStorage } from "../../src/storage/kysely.js";
import { consented, PROVIDER, setUp, setUpOAuth } from "../support/acme.js";
import { describeSqlEngines } from "../support/sql-engines.js";
import { codeBlocks, readDocument, section } from "./support/markdown.js";

const PASSWORD = "a-password-of-the-test";
const KEYS = [
  { id: "2026-12", secret: "a-newer-encryption-key-of-the-host" },
  { id: "2026-11", secret: "an-encryption-key-of-the-host-32" },
];
const storageDocs = readDocument("docs/storage.md");
/** The documented statements: of PostgreSQL and of MySQL, each before and after the migration. */
const [beforeOnPostgresql, afterOnPostgresql, beforeOnMysql, afterOnMysql] = codeBlocks({
  ...storageDocs,
  text: section(storageDocs, "Rights"),
}).map(({ code }) => code);

let issued = 0;
const server = setupServer(
  http.post(`${PROVIDER}/token`, () => {
    issued += 1;
    const tokens = { access_token: `access-${issued}`, refresh_token: `refresh-${issued}` };
    return HttpResponse.json({ ...tokens, token_type: "bearer", expires_in: 3600 });
  }),
  http.get(`${PROVIDER}/api/tickets`, ({ request }) =>
    HttpResponse.json({ with: request.headers.get("authorization") }),
  ),
);
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
beforeEach(() => {
  issued = 0;
});
afterAll(() => server.close());

describeSqlEngines(
  "users with the documented rights",
  (database, { family }) => {
    const suffix = randomBytes(6).toString("hex");
    const names = { mooring_migrator: `migrator_${suffix}`, mooring_app: `app_${suffix}` };
    type Role = keyof typeof names;
    const [before = "", after = ""] =
      family === "postgresql" ? [beforeOnPostgresql, afterOnPostgresql] : [beforeOnMysql, afterOnMysql];

    const connectAs = (role: Role) => {
      const url = new URL(database().url);
      url.username = names[role];
      url.password = PASSWORD;
      return database().connect({ url: url.href, max: 2 });
    };
    const run = async (statements: string, db = database().db): Promise<void> => {
      const own = statements
        .replaceAll(/\bmooring_(?:migrator|app)\b/g, (name) =>
          name === "mooring_app" ? names.mooring_app : names.mooring_migrator,
        )
        .replaceAll("on app.", `on ${new URL(database().url).pathname.slice(1)}.`);
      for (const statement of own.split(";").filter((text) => text.trim() !== "")) {
        await sql.raw(statement).execute(db);
      }
    };
    beforeAll(async () => {
      for (const name of Object.values(names)) {
        await run(
          family === "postgresql"
            ? `create role ${name} login password '${PASSWORD}'`
            : `create user ${name} identified by '${PASSWORD}'`,
        );
      }
    });
    afterEach(async () => {
      for (const name of Object.values(names)) {
        await run(
          family === "postgresql" ? `drop owned by ${name} cascade; drop role ${name}` : `drop user ${name}`,
        );
      }
    });

    it("migrate, and do all that a toolset does", async () => {
      await run(before);
      await migrateStorage(connectAs("mooring_migrator"));
      await run(after, family === "postgresql" ? connectAs("mooring_migrator") : database().db);
      const db = connectAs("mooring_app");
      await expect(sql`create table other (id integer)`.execute(db)).rejects.toThrow(/denied/);
      await migrateStorage(db);
      const storage = kyselyStorage(db);
      const heard: string[] = [];
      const warned: string[] = [];
      const options = {
        storage,
        hooks: { "connection.active": ({ id }: { id: string }) => void heard.push(id) },
        logger: { debug: () => {}, warn: (message: string) => void warned.push(message) },
      };
      const { toolset, clock } = await setUpOAuth({ ...options, encryption: { keys: KEYS.slice(1) } });
      const entity = toolset.getEntity("ada");
      const started = await entity.initiateConnection({ app: "acme", authScheme: "OAUTH2" });
      const callback = consented(started.redirectUrl);
      const { connection } = await toolset.handleCallback(callback, { entityId: "ada" });
      await clock.advance(3_600_000);
      expect(await connection.request("/tickets").json()).toEqual({ with: "Bearer access-2" });
      expect(await toolset.refreshExpiring({ within: 3_600_000 })).toMatchObject({ refreshed: 1 });
      await db.transaction().execute(async (transaction) => {
        const within = toolset.withTransaction(kyselyStorage(transaction)).getEntity("bob");
        await within.initiateConnection({
          app: "acme",
          authScheme: "API_KEY",
          connectionParams: { api_key: "key" },
        });
      });
      expect(await toolset.deliverEvents()).toEqual({ delivered: 1, failed: 0, abandoned: 0 });
      expect(heard).toHaveLength(2);
      expect(
        (await entity.initiateConnection({ app: "acme", authScheme: "OAUTH2" })).redirectUrl,
      ).not.toBeNull();
      await clock.advance(600_000);
      await storage.leases.acquire({ key: "of a process that died", owner: "it", ttlMs: 0 });
      expect(await toolset.sweep()).toMatchObject({ flows: 1, leases: 1 });
      const newer = setUp({ ...options, encryption: { keys: KEYS } }).toolset;
      expect(await newer.rotateEncryptionKeys()).toMatchObject({ rewritten: 3, failed: 0 });
      for (const integration of await newer.getIntegrations()) await integration.delete();
      expect(warned).toEqual([]);
      expect(await toolset.getEntity("ada").getConnections()).toEqual([]);
    });
  },
  ["postgresql", "mariadb"],
);
