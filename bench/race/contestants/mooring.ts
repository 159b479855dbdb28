import { Kysely, PostgresDialect } from "kysely";
import { defineApp, MooringToolSet } from "mooring";
import { kyselyStorage, migrateStorage } from "mooring/storage/kysely";
import { createPool } from "../../storage/postgresql-server.js";
import type { Contestant, Shared } from "../contestant.js";
import { assertTaken, expiredAt } from "../contestant.js";

function open({ databaseUrl, origin, clientId, clientSecret }: Shared) {
  const pool = createPool(databaseUrl);
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  const app = defineApp({
    slug: "strict",
    name: "Strict",
    description: "The strict token server",
    baseUrl: `${origin}/api`,
    authSchemes: [{ scheme: "OAUTH2", authorizationUrl: `${origin}/authorize`, tokenUrl: `${origin}/token` }],
  });
  const toolset = new MooringToolSet({
    storage: kyselyStorage(db),
    encryption: { keys: [{ id: "race", secret: "a-key-for-the-race-of-32-bytes-at-least" }] },
    apps: [app],
    managedAuth: { strict: { client_id: clientId, client_secret: clientSecret } },
    callbackUrl: "http://127.0.0.1:3000/callback",
  });
  return { db, app, toolset };
}

export const mooring: Contestant = {
  name: "mooring",
  use: "kyselyStorage; every caller: connection.fetch()",
  async migrate(shared) {
    const { db, app, toolset } = open(shared);
    await migrateStorage(db);
    await toolset.createIntegration({ app });
    await db.destroy();
  },
  async start(shared) {
    const { db, app, toolset } = open(shared);
    return {
      async store(login, tokens) {
        const credentials = { ...tokens, expires_at: expiredAt() };
        const { failures } = await toolset.importConnections([{ entityId: login, app, credentials }]);
        const [failure] = failures;
        if (failure !== undefined) throw new Error(failure.message);
      },
      async join(login) {
        const connection = await toolset.getEntity(login).getConnection({ app });
        return async () => assertTaken(await connection.fetch("/me"));
      },
      close: () => db.destroy(),
    };
  },
};
