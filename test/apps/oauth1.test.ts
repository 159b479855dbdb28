import type { AppDefinition } from "mooring";
import { MooringToolSet, memoryStorage } from "mooring";
import { discogs } from "mooring/apps/discogs";
import { netsuite } from "mooring/apps/netsuite";
import { trello } from "mooring/apps/trello";
import { tripit } from "mooring/apps/tripit";
import { x } from "mooring/apps/x";
import { describe, expect, it } from "vitest";

const CALLBACK_URL = "https://app.example.com/connect/callback";

/** A toolset with one app of OAuth 1.0; every answer holds a token, a confirmation, and whose account it is. */
async function watched(app: AppDefinition) {
  const sent: { readonly line: string; readonly authorization: string }[] = [];
  const toolset = new MooringToolSet({
    storage: memoryStorage(),
    callbackUrl: CALLBACK_URL,
    apps: [app],
    fetch: async (input, init) => {
      const { method, url, headers } = new Request(input, init);
      sent.push({ line: `${method} ${url}`, authorization: headers.get("authorization") ?? "" });
      return url.includes("oken")
        ? new Response(
            "oauth_token=tok&oauth_token_secret=sec&oauth_callback_confirmed=true&user_id=7&screen_name=ada",
          )
        : Response.json({ id: "9", username: "ada" });
    },
  });
  const entity = toolset.getEntity("ada");
  return {
    sent,
    entity,
    /** Connects with the developer's consumer key: the user says yes at once. */
    async connect(verifier: string | null) {
      const authScheme = app.authSchemes
        .map(({ scheme }) => scheme)
        .find((name) => name.startsWith("OAUTH1"));
      const authConfig = { consumer_key: "ck", consumer_secret: "cs" };
      await toolset.createIntegration({ app, authScheme, authConfig });
      const { redirectUrl } = await entity.initiateConnection({ app, authScheme });
      const page = new URL(redirectUrl ?? "");
      const said = /oauth_callback="([^"]+)"/.exec(sent[0]?.authorization ?? "")?.[1];
      const back = new URL(page.searchParams.get("oauth_callback") ?? decodeURIComponent(said ?? ""));
      back.searchParams.set("oauth_token", "tok");
      if (verifier !== null) back.searchParams.set("oauth_verifier", verifier);
      const { connection } = await toolset.handleCallback(back, { entityId: "ada" });
      return { page, connection };
    },
  };
}

describe("apps of OAuth 1.0", () => {
  it("X: the account is in the answer with the token, and the token can be ended", async () => {
    const { connect, sent } = await watched(x);
    const { page, connection } = await connect("v");
    expect(page.href).toBe("https://api.x.com/oauth/authorize?oauth_token=tok");
    expect(connection.account).toEqual({ id: "7", email: null, label: "ada" });
    await connection.revoke();
    expect(sent.map(({ line }) => line)).toEqual([
      "POST https://api.x.com/oauth/request_token",
      "POST https://api.x.com/oauth/access_token",
      "POST https://api.x.com/1.1/oauth/invalidate_token",
    ]);
  });

  it("Trello: scopes and expiry are in the authorization URL, the token in that of its end", async () => {
    const { connect, sent } = await watched(trello);
    const { page, connection } = await connect("v");
    expect(Object.fromEntries(page.searchParams)).toEqual({
      expiration: "never",
      scope: "read,write",
      oauth_token: "tok",
    });
    expect(connection.account?.id).toBe("9");
    await connection.revoke();
    expect(sent.at(-1)?.line).toBe("DELETE https://api.trello.com/1/tokens/tok");
  });

  it("Trello: a key and a token made by hand go into the same header, unsigned", async () => {
    const { entity, sent } = await watched(trello);
    const request = await entity.initiateConnection({
      app: trello,
      authScheme: "API_KEY",
      connectionParams: { api_key: "k", api_secret: "t" },
    });
    await request.waitUntilActive();
    expect(sent[0]?.authorization).toBe('OAuth oauth_consumer_key="k", oauth_token="t"');
  });

  it("NetSuite: HMAC-SHA256 with the user's own keys, and the realm as NetSuite spells it", async () => {
    const { entity, sent } = await watched(netsuite);
    const request = await entity.initiateConnection({
      app: netsuite,
      connectionParams: {
        account_id: "1234567-sb1",
        consumer_key: "ck",
        consumer_secret: "cs",
        oauth_token: "t",
        oauth_token_secret: "ts",
      },
    });
    const connection = await request.waitUntilActive();
    await connection.request("/record/v1/customer").json();
    expect(sent[0]?.line).toBe(
      "GET https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/record/v1/customer",
    );
    expect(sent[0]?.authorization).toMatch(/^OAuth realm="1234567_SB1", .*method="HMAC-SHA256"/);
  });

  it("Discogs: PLAINTEXT, the request token with GET", async () => {
    const { connect, sent } = await watched(discogs);
    const { connection } = await connect("v");
    expect(sent[0]?.line).toBe("GET https://api.discogs.com/oauth/request_token");
    expect(sent[0]?.authorization).toContain('oauth_signature="cs%26"');
    expect(sent[1]?.authorization).toContain('oauth_signature="cs%26sec"');
    expect(connection.account).toEqual({ id: "9", email: null, label: "ada" });
  });

  it("TripIt: the callback URL goes with the user, and there is no verifier", async () => {
    const { connect, sent } = await watched(tripit);
    const { page, connection } = await connect(null);
    expect(page.searchParams.get("oauth_callback")).toMatch(
      /^https:\/\/app\.example\.com\/connect\/callback\?state=/,
    );
    expect(sent[0]?.authorization).not.toContain("oauth_callback");
    expect(sent[1]?.authorization).not.toContain("oauth_verifier");
    expect(connection.status).toBe("ACTIVE");
  });
});
