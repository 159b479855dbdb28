import { AuthorizationCode } from "simple-oauth2";
import * as z from "zod";
import type { Contestant } from "../contestant.js";
import { useToken } from "../contestant.js";
import { migrateTokenRows, openTokenRows } from "../token-rows.js";

const refreshed = z.object({ access_token: z.string(), refresh_token: z.string(), expires_in: z.number() });

/** Its README, "Refresh an access token": persist the token, create it again from there, refresh it when it has expired. */
export const simpleOauth2: Contestant = {
  name: "simple-oauth2",
  use: "brings no storage and no lock; every caller: createToken() from the shared row, expired(), refresh(), row overwritten",
  migrate: ({ databaseUrl }) => migrateTokenRows(databaseUrl),
  async start({ databaseUrl, origin, clientId, clientSecret }) {
    const rows = openTokenRows(databaseUrl);
    const client = new AuthorizationCode({
      client: { id: clientId, secret: clientSecret },
      auth: { tokenHost: origin, tokenPath: "/token" },
    });
    return {
      store: (login, tokens) => rows.storeExpired(login, tokens),
      join: async (login) => async () => {
        const row = await rows.read(login);
        const accessToken = client.createToken({
          ...row,
          expires_at: new Date(row.expires_at).toISOString(),
        });
        if (!accessToken.expired()) return useToken(origin, row.access_token);
        const { token } = await accessToken.refresh();
        const { access_token, refresh_token, expires_in } = refreshed.parse(token);
        await rows.write(login, { access_token, refresh_token, expires_at: Date.now() + expires_in * 1000 });
        await useToken(origin, access_token);
      },
      close: () => rows.close(),
    };
  },
};
