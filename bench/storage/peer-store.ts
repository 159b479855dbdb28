import { createHash } from "node:crypto";
import { symmetricEncrypt } from "better-auth/crypto";
import { Kysely, PostgresDialect, sql } from "kysely";
import type pg from "pg";
import type { BetterAuth } from "../race/better-auth.js";
import { createBetterAuth, migrateBetterAuth, PROVIDER_IDS } from "../race/better-auth.js";
import { nameOfRun } from "./engine.js";
import { drawRows, EPOCH_MS, entitiesOf, expiryOf, newTokens } from "./population.js";
import { createPool, createPostgresqlDatabase } from "./postgresql-server.js";

/** better-auth with as many accounts as Mooring has connections, spread over users in the same way. */
export interface PeerStore {
  readonly auth: BetterAuth;
  readonly sample: readonly PeerRow[];
  statements(): number;
  /** Bytes of the accounts with their indexes. */
  size(): Promise<{ readonly records: number; readonly indexes: number }>;
  close(): Promise<void>;
  drop(): Promise<void>;
}

/** An account whose tokens open. */
export interface PeerRow {
  readonly accountId: string;
  readonly userId: string;
}

const SAMPLE_SIZE = 20_000;
const CHUNK = 50_000;
const SAMPLE_CHUNK = 500;

/** Its ids are random text of 32 characters. */
const hash = (text: string): string => createHash("md5").update(text).digest("hex");

interface SealedTokens {
  readonly row: number;
  readonly access: string;
  readonly refresh: string;
}

async function sealTokens(auth: BetterAuth, row: number): Promise<SealedTokens> {
  const { secretConfig: key } = await auth.$context;
  const { access_token, refresh_token } = newTokens(row);
  const [access, refresh] = await Promise.all([
    symmetricEncrypt({ key, data: access_token }),
    symmetricEncrypt({ key, data: refresh_token }),
  ]);
  return { row, access, refresh };
}

async function seedUsers(db: Kysely<unknown>, count: number): Promise<void> {
  await sql`
    insert into "user" (id, name, email, "emailVerified", "createdAt", "updatedAt")
    select md5('user' || i), 'Ada Lovelace', 'user' || i || '@example.com', true, now(), now()
    from generate_series(0, ${sql.lit(count - 1)}) as i
  `.execute(db);
}

async function seedAccounts(
  db: Kysely<unknown>,
  rows: number,
  sealed: readonly SealedTokens[],
): Promise<void> {
  await sql`create table bench_sample (i bigint primary key, access text, refresh text)`.execute(db);
  for (let start = 0; start < sealed.length; start += SAMPLE_CHUNK) {
    const values = sealed
      .slice(start, start + SAMPLE_CHUNK)
      .map(({ row, access, refresh }) => `(${row}, '${access}', '${refresh}')`);
    await sql.raw(`insert into bench_sample values ${values.join(", ")}`).execute(db);
  }
  const [{ access, refresh } = { access: "", refresh: "" }] = sealed;
  const entities = entitiesOf(rows);
  const providers = PROVIDER_IDS.map((name, index) => `when ${index} then '${name}'`).join(" ");
  for (let first = 0; first < rows; first += CHUNK) {
    const last = Math.min(first + CHUNK, rows) - 1;
    await sql
      .raw(`
        insert into account (id, "accountId", "providerId", "userId", "accessToken", "refreshToken",
          "accessTokenExpiresAt", scope, "createdAt", "updatedAt")
        select md5('account' || series.i), 'subject' || series.i, case series.i / ${entities} ${providers} end,
          md5('user' || series.i % ${entities}), coalesce(access, '${access}'), coalesce(refresh, '${refresh}'),
          to_timestamp(${expiryOf(0, Date.now())} / 1000), 'read,write',
          to_timestamp((${EPOCH_MS} + series.i) / 1000.0), to_timestamp((${EPOCH_MS} + series.i) / 1000.0)
        from generate_series(${first}, ${last}) as series(i) left join bench_sample on bench_sample.i = series.i
        order by series.i`)
      .execute(db);
  }
  await sql`drop table bench_sample`.execute(db);
  await sql`vacuum (analyze) account`.execute(db);
  await sql`checkpoint`.execute(db);
}

/** Makes its database and fills it. */
export async function createPeerStore(
  server: pg.Client,
  serverUrl: string,
  rows: number,
  origin: string,
): Promise<PeerStore> {
  const { url, drop } = await createPostgresqlDatabase(server, serverUrl, nameOfRun(`peer_${rows}`));
  let statements = 0;
  const db = new Kysely<unknown>({
    dialect: new PostgresDialect({ pool: createPool(url) }),
    log: () => {
      statements += 1;
    },
  });
  const auth = createBetterAuth(db, { origin, clientId: "client", clientSecret: "secret" });
  await migrateBetterAuth(auth);
  const drawn = drawRows(rows, SAMPLE_SIZE);
  const sealed: SealedTokens[] = [];
  for (const row of drawn) sealed.push(await sealTokens(auth, row));
  await seedUsers(db, entitiesOf(rows));
  await seedAccounts(db, rows, sealed);
  return {
    auth,
    sample: drawn.map((row) => ({
      accountId: hash(`account${row}`),
      userId: hash(`user${row % entitiesOf(rows)}`),
    })),
    statements: () => statements,
    async size() {
      const result = await sql<{ records: unknown; indexes: unknown }>`
        select pg_table_size('account') as records, pg_indexes_size('account') as indexes
      `.execute(db);
      const [sizes] = result.rows;
      return { records: Number(sizes?.records), indexes: Number(sizes?.indexes) };
    },
    close: () => db.destroy(),
    drop,
  };
}
