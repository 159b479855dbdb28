import pg from "pg";
import * as z from "zod";
import { createPool } from "../storage/postgresql-server.js";
import type { IssuedTokens } from "./contestant.js";
import { expiredAt } from "./contestant.js";

/** A token as an app stores it that has to store it itself. */
const storedToken = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  /** Milliseconds since the epoch. */
  expires_at: z.number(),
});
export type StoredToken = z.output<typeof storedToken>;

/** The row an app shares between its processes where the library brings no storage: read, and overwritten. */
export interface TokenRows {
  read(login: string): Promise<StoredToken>;
  write(login: string, token: StoredToken): Promise<void>;
  storeExpired(login: string, tokens: IssuedTokens): Promise<void>;
  close(): Promise<void>;
}

export function openTokenRows(databaseUrl: string): TokenRows {
  const pool = createPool(databaseUrl);
  const write = async (login: string, token: StoredToken): Promise<void> => {
    await pool.query(
      "insert into race_tokens (login, token) values ($1, $2) on conflict (login) do update set token = excluded.token",
      [login, JSON.stringify(token)],
    );
  };
  return {
    async read(login) {
      const { rows } = await pool.query<{ token: string }>("select token from race_tokens where login = $1", [
        login,
      ]);
      return storedToken.parse(JSON.parse(rows[0]?.token ?? "null"));
    },
    write,
    storeExpired: (login, { access_token, refresh_token = "" }) =>
      write(login, { access_token, refresh_token, expires_at: expiredAt() }),
    close: () => pool.end(),
  };
}

export async function migrateTokenRows(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client
    .query("create table if not exists race_tokens (login text primary key, token text not null)")
    .finally(() => client.end());
}
