import { symmetricEncrypt } from "better-auth/crypto";
import { Kysely, PostgresDialect } from "kysely";
import { createPool } from "../../storage/postgresql-server.js";
import { createBetterAuth, migrateBetterAuth, PROVIDER_IDS } from "../better-auth.js";
import type { Contestant, Shared } from "../contestant.js";
import { expiredAt, useToken } from "../contestant.js";

const [PROVIDER_ID = ""] = PROVIDER_IDS;

function open(shared: Shared) {
  const pool = createPool(shared.databaseUrl);
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  return { db, auth: createBetterAuth(db, shared) };
}

export const betterAuthContestant: Contestant = {
  name: "better-auth",
  use: "its own tables; every caller: auth.api.getAccessToken(), which refreshes what has expired",
  async migrate(shared) {
    const { db, auth } = open(shared);
    await migrateBetterAuth(auth);
    await db.destroy();
  },
  async start(shared) {
    const { db, auth } = open(shared);
    const { adapter, internalAdapter, secretConfig: key } = await auth.$context;
    return {
      async store(login, { access_token, refresh_token = "" }) {
        const now = new Date();
        const times = { createdAt: now, updatedAt: now };
        const user = { name: login, email: `${login}@example.com`, emailVerified: true, ...times };
        const { id: userId } = await adapter.create<Record<string, unknown>, { id: string }>({
          model: "user",
          data: user,
        });
        await adapter.create({
          model: "account",
          data: {
            userId,
            accountId: login,
            providerId: PROVIDER_ID,
            accessToken: await symmetricEncrypt({ key, data: access_token }),
            refreshToken: await symmetricEncrypt({ key, data: refresh_token }),
            accessTokenExpiresAt: new Date(expiredAt()),
            ...times,
          },
        });
      },
      async join(login) {
        const found = await internalAdapter.findUserByEmail(`${login}@example.com`, {
          includeAccounts: true,
        });
        const [account] = found?.accounts ?? [];
        if (account === undefined) throw new Error(`There is no account of ${login}.`);
        const body = { accountId: account.id, userId: account.userId };
        return async () => {
          const { accessToken } = await auth.api.getAccessToken({ body });
          await useToken(shared.origin, accessToken ?? "");
        };
      },
      close: () => db.destroy(),
    };
  },
};
