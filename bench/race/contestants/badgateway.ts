import { OAuth2Client, OAuth2Fetch } from "@badgateway/oauth2-client";
import type { Contestant } from "../contestant.js";
import { assertTaken } from "../contestant.js";
import { migrateTokenRows, openTokenRows } from "../token-rows.js";

/** Its README, "Fetch Wrapper", with the hooks it has for a store. A user whose refresh fails would have to come back. */
export const badgateway: Contestant = {
  name: "@badgateway/oauth2-client",
  use: "one OAuth2Fetch per user and process, with getStoredToken and storeToken on the shared row; every caller: its fetch()",
  migrate: ({ databaseUrl }) => migrateTokenRows(databaseUrl),
  async start({ databaseUrl, origin, clientId, clientSecret }) {
    const rows = openTokenRows(databaseUrl);
    const client = new OAuth2Client({ server: origin, tokenEndpoint: "/token", clientId, clientSecret });
    const written = new Set<Promise<void>>();
    return {
      store: (login, tokens) => rows.storeExpired(login, tokens),
      async join(login) {
        const wrapper = new OAuth2Fetch({
          client,
          scheduleRefresh: false,
          getNewToken: () => null,
          async getStoredToken() {
            const { access_token, refresh_token, expires_at } = await rows.read(login);
            return { accessToken: access_token, refreshToken: refresh_token, expiresAt: expires_at };
          },
          storeToken({ accessToken, refreshToken, expiresAt }) {
            const token = {
              access_token: accessToken,
              refresh_token: refreshToken ?? "",
              expires_at: expiresAt ?? 0,
            };
            written.add(rows.write(login, token));
          },
        });
        return async () => assertTaken(await wrapper.fetch(`${origin}/api/me`));
      },
      async close() {
        await Promise.all(written);
        await rows.close();
      },
    };
  },
};
