import { OAuth2Client } from "google-auth-library";
import type { Contestant } from "../contestant.js";
import { migrateTokenRows, openTokenRows } from "../token-rows.js";

/** Its README, "OAuth2": setCredentials() with what was stored, the `tokens` event to store what is new, request(). */
export const googleAuthLibrary: Contestant = {
  name: "google-auth-library",
  use: "one OAuth2Client per user and process, its `tokens` event written to the shared row; every caller: request()",
  migrate: ({ databaseUrl }) => migrateTokenRows(databaseUrl),
  async start({ databaseUrl, origin, clientId, clientSecret }) {
    const rows = openTokenRows(databaseUrl);
    const written = new Set<Promise<void>>();
    return {
      store: (login, tokens) => rows.storeExpired(login, tokens),
      async join(login) {
        const client = new OAuth2Client({
          clientId,
          clientSecret,
          endpoints: { oauth2TokenUrl: `${origin}/token` },
        });
        const { access_token, refresh_token, expires_at } = await rows.read(login);
        client.setCredentials({ access_token, refresh_token, expiry_date: expires_at });
        client.on("tokens", (tokens) => {
          const token = {
            access_token: tokens.access_token ?? "",
            refresh_token: tokens.refresh_token ?? refresh_token,
            expires_at: tokens.expiry_date ?? 0,
          };
          written.add(rows.write(login, token));
        });
        return async () => {
          await client.request({ url: `${origin}/api/me` });
        };
      },
      async close() {
        await Promise.all(written);
        await rows.close();
      },
    };
  },
};
