import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { genericOAuth } from "better-auth/plugins";
import type { Kysely } from "kysely";

/** The providers of a user's accounts. */
export const PROVIDER_IDS: readonly string[] = Array.from({ length: 5 }, (_, index) => `bench${index}`);

/**
 * better-auth on PostgreSQL with the generic OAuth plugin, as its documents say. Tokens are encrypted, which is not its
 * default: both libraries then do the same work.
 */
export function createBetterAuth(
  db: Kysely<unknown>,
  provider: { readonly origin: string; readonly clientId: string; readonly clientSecret: string },
) {
  const { origin, clientId, clientSecret } = provider;
  return betterAuth({
    database: { db, type: "postgres" },
    baseURL: "http://127.0.0.1:3000",
    secret: "a-secret-for-the-benchmark-of-32-bytes",
    account: { encryptOAuthTokens: true },
    telemetry: { enabled: false },
    logger: { disabled: true },
    plugins: [
      genericOAuth({
        config: PROVIDER_IDS.map((providerId) => ({
          providerId,
          clientId,
          clientSecret,
          authorizationUrl: `${origin}/authorize`,
          tokenUrl: `${origin}/token`,
          userInfoUrl: `${origin}/user`,
        })),
      }),
    ],
  });
}

export type BetterAuth = ReturnType<typeof createBetterAuth>;

/** Makes its tables, by its own migrations. */
export async function migrateBetterAuth(auth: BetterAuth): Promise<void> {
  const { runMigrations } = await getMigrations(auth.options);
  await runMigrations();
}
