import type { AppDefinition } from "mooring";
import { MooringToolSet, memoryStorage } from "mooring";
import { catalogue } from "mooring/apps";
import { describe, expect, it } from "vitest";

const CALLBACK_URL = "https://app.example.com/connect/callback";
const TOKENS = {
  access_token: "access-1",
  refresh_token: "refresh-1",
  token_type: "bearer",
  expires_in: 3600,
};

interface Sent {
  readonly line: string;
  readonly authorization: string | null;
  readonly headers: Headers;
  readonly form: Readonly<Record<string, string>>;
}

const tokenUrlsOf = ({ authSchemes }: AppDefinition): readonly (string | null)[] =>
  authSchemes.flatMap((auth) => ("refreshUrl" in auth ? [auth.tokenUrl, auth.refreshUrl] : []));

/** A toolset with one app; what it sends is recorded, and answered with tokens or with nothing. */
function watched(app: AppDefinition, answer: unknown = {}) {
  const sent: Sent[] = [];
  const toolset = new MooringToolSet({
    storage: memoryStorage(),
    callbackUrl: CALLBACK_URL,
    apps: [app],
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const { method, url, headers } = request;
      const isToken = tokenUrlsOf(app).includes(url);
      const form = Object.fromEntries(new URLSearchParams(await request.text()));
      sent.push({ line: `${method} ${url}`, authorization: headers.get("authorization"), headers, form });
      return Response.json(isToken ? { ...TOKENS, ...(typeof answer === "object" ? answer : {}) } : {});
    },
  });
  return { toolset, entity: toolset.getEntity("ada"), sent };
}

function appCalled(slug: string): AppDefinition {
  const app = catalogue.find((candidate) => candidate.slug === slug);
  if (app === undefined) throw new Error(`No app is called ${slug}.`);
  return app;
}

/** Slug, the user's values, the first request a connection makes, and the header or parameter the key is in. */
const KEYS: readonly (readonly [string, string, Readonly<Record<string, string>>, string, string])[] = [
  ["gitlab", "API_KEY", { api_key: "k" }, "GET https://gitlab.com/api/v4/user", "private-token: k"],
  ["monday", "API_KEY", { api_key: "k" }, "POST https://api.monday.com/v2", "authorization: k"],
  ["clickup", "API_KEY", { api_key: "k" }, "GET https://api.clickup.com/api/v2/user", "authorization: k"],
  [
    "pagerduty",
    "API_KEY",
    { api_key: "k" },
    "GET https://api.pagerduty.com/users/me",
    "authorization: Token token=k",
  ],
  [
    "digitalocean",
    "BEARER_TOKEN",
    { token: "k" },
    "GET https://api.digitalocean.com/v2/account",
    "authorization: Bearer k",
  ],
  [
    "netlify",
    "BEARER_TOKEN",
    { token: "k" },
    "GET https://api.netlify.com/api/v1/user",
    "authorization: Bearer k",
  ],
  ["vercel", "BEARER_TOKEN", { token: "k" }, "GET https://api.vercel.com/v2/user", "authorization: Bearer k"],
  [
    "cloudflare",
    "BEARER_TOKEN",
    { token: "k" },
    "GET https://api.cloudflare.com/client/v4/user/tokens/verify",
    "authorization: Bearer k",
  ],
  [
    "neon",
    "BEARER_TOKEN",
    { token: "k" },
    "GET https://console.neon.tech/api/v2/users/me",
    "authorization: Bearer k",
  ],
  ["elevenlabs", "API_KEY", { api_key: "k" }, "GET https://api.elevenlabs.io/v1/user", "xi-api-key: k"],
  [
    "mistral",
    "BEARER_TOKEN",
    { token: "k" },
    "GET https://api.mistral.ai/v1/models",
    "authorization: Bearer k",
  ],
  [
    "groq",
    "BEARER_TOKEN",
    { token: "k" },
    "GET https://api.groq.com/openai/v1/models",
    "authorization: Bearer k",
  ],
  [
    "perplexity",
    "BEARER_TOKEN",
    { token: "k" },
    "GET https://api.perplexity.ai/models",
    "authorization: Bearer k",
  ],
  [
    "openrouter",
    "BEARER_TOKEN",
    { token: "k" },
    "GET https://openrouter.ai/api/v1/models",
    "authorization: Bearer k",
  ],
  ["tavily", "BEARER_TOKEN", { token: "k" }, "GET https://api.tavily.com/models", "authorization: Bearer k"],
  ["exa", "API_KEY", { api_key: "k" }, "GET https://api.exa.ai/models", "x-api-key: k"],
  [
    "bravesearch",
    "API_KEY",
    { api_key: "k" },
    "GET https://api.search.brave.com/res/v1/models",
    "x-subscription-token: k",
  ],
  ["serpapi", "API_KEY", { api_key: "k" }, "GET https://serpapi.com/account.json?api_key=k", "api_key=k"],
  [
    "deepl",
    "API_KEY",
    { api_key: "k", plan: "api-free" },
    "GET https://api-free.deepl.com/v2/models",
    "authorization: DeepL-Auth-Key k",
  ],
  ["resend", "BEARER_TOKEN", { token: "k" }, "GET https://api.resend.com/models", "user-agent: mooring"],
  [
    "postmark",
    "API_KEY",
    { api_key: "k" },
    "GET https://api.postmarkapp.com/server",
    "x-postmark-server-token: k",
  ],
  ["brevo", "API_KEY", { api_key: "k" }, "GET https://api.brevo.com/v3/account", "api-key: k"],
  [
    "jenkins",
    "BASIC",
    { host: "ci.acme.example", username: "u", password: "k" },
    "GET https://ci.acme.example/me/api/json",
    "authorization: Basic dTpr",
  ],
];

describe("a connection with a key of the user's", () => {
  it.each(KEYS)(
    "of %s sends it where the documentation says",
    async (slug, authScheme, connectionParams, line, place) => {
      const app = appCalled(slug);
      const { entity, sent } = watched(app);
      const request = await entity.initiateConnection({ app, authScheme, connectionParams });
      if (app.account === null) await (await request.waitUntilActive()).fetch("models");
      const [first] = sent;
      expect(first?.line).toBe(line);
      const [name = "", value] = place.split(": ");
      expect(value === undefined ? line : `${name}: ${first?.headers.get(name)}`).toContain(place);
    },
  );
});

/** Slug, where the user is sent, the scopes asked for, and how the client authenticates at which token endpoint. */
const GRANTS: readonly (readonly [string, string, string | null, string, "body" | "basic"])[] = [
  ["gitlab", "https://gitlab.com/oauth/authorize", "read_user api", "https://gitlab.com/oauth/token", "body"],
  [
    "bitbucket",
    "https://bitbucket.org/site/oauth2/authorize",
    null,
    "https://bitbucket.org/site/oauth2/access_token",
    "basic",
  ],
  ["box", "https://account.box.com/api/oauth2/authorize", null, "https://api.box.com/oauth2/token", "body"],
  [
    "calendly",
    "https://auth.calendly.com/oauth/authorize",
    "users:read event_types:read scheduled_events:read",
    "https://auth.calendly.com/oauth/token",
    "basic",
  ],
  ["intercom", "https://app.intercom.com/oauth", null, "https://api.intercom.io/auth/eagle/token", "body"],
  [
    "typeform",
    "https://api.typeform.com/oauth/authorize",
    "accounts:read forms:read responses:read offline",
    "https://api.typeform.com/oauth/token",
    "body",
  ],
  [
    "webflow",
    "https://webflow.com/oauth/authorize",
    "authorized_user:read sites:read cms:read",
    "https://api.webflow.com/oauth/access_token",
    "body",
  ],
  [
    "wrike",
    "https://login.wrike.com/oauth2/authorize/v4",
    "amReadOnlyUser",
    "https://login.wrike.com/oauth2/token",
    "body",
  ],
  ["miro", "https://miro.com/oauth/authorize", null, "https://api.miro.com/v1/oauth/token", "body"],
  [
    "monday",
    "https://auth.monday.com/oauth2/authorize",
    "me:read boards:read",
    "https://auth.monday.com/oauth2/token",
    "body",
  ],
  ["clickup", "https://app.clickup.com/api", null, "https://api.clickup.com/api/v2/oauth/token", "body"],
  [
    "pagerduty",
    "https://identity.pagerduty.com/oauth/authorize",
    "read",
    "https://identity.pagerduty.com/oauth/token",
    "body",
  ],
  [
    "digitalocean",
    "https://cloud.digitalocean.com/v1/oauth/authorize",
    "read",
    "https://cloud.digitalocean.com/v1/oauth/token",
    "body",
  ],
  ["netlify", "https://app.netlify.com/authorize", null, "https://api.netlify.com/oauth/token", "body"],
  [
    "googledrive",
    "https://accounts.google.com/o/oauth2/v2/auth",
    "https://www.googleapis.com/auth/drive.file",
    "https://oauth2.googleapis.com/token",
    "body",
  ],
  [
    "youtube",
    "https://accounts.google.com/o/oauth2/v2/auth",
    "https://www.googleapis.com/auth/youtube.readonly",
    "https://oauth2.googleapis.com/token",
    "body",
  ],
];
/** What a token response has beside tokens, where the app needs it. */
const EXTRA: Readonly<Record<string, unknown>> = { wrike: { host: "app-eu.wrike.com" } };

describe("a connection through the browser", () => {
  it.each(GRANTS)(
    "to %s is made where the documentation says",
    async (slug, authorize, scope, token, client) => {
      const app = appCalled(slug);
      const { toolset, entity, sent } = watched(app, EXTRA[slug]);
      await toolset.createIntegration({
        app,
        authScheme: "OAUTH2",
        authConfig: { client_id: "id", client_secret: "secret" },
      });
      const request = await entity.initiateConnection({ app, authScheme: "OAUTH2" });
      const url = new URL(request.redirectUrl ?? "");
      expect(url.origin + url.pathname).toBe(authorize);
      expect(url.searchParams.get("scope")).toBe(scope);
      const callback = new URL(CALLBACK_URL);
      callback.search = new URLSearchParams({
        code: "c",
        state: url.searchParams.get("state") ?? "",
      }).toString();
      const { connection } = await toolset.handleCallback(callback, { entityId: "ada" });
      expect(connection.status).toBe("ACTIVE");
      const [exchange, asked] = sent;
      expect(exchange?.line).toBe(`POST ${token}`);
      expect(exchange?.form).toMatchObject({ grant_type: "authorization_code", code: "c" });
      expect(exchange?.authorization).toBe(client === "basic" ? "Basic aWQ6c2VjcmV0" : null);
      expect(exchange?.form["client_secret"]).toBe(client === "basic" ? undefined : "secret");
      expect(asked?.authorization).toBe("Bearer access-1");
    },
  );

  it.each([
    ["app-eu.wrike.com", "https://app-eu.wrike.com/api/v4/contacts?me=true"],
    ["wrike.com.evil.example", null],
  ])("to Wrike uses the data center the token response names: %s", async (host, url) => {
    const app = appCalled("wrike");
    const { toolset, entity, sent } = watched(app, { host });
    await toolset.createIntegration({ app, authConfig: { client_id: "id", client_secret: "secret" } });
    const { redirectUrl } = await entity.initiateConnection({ app });
    const state = new URL(redirectUrl ?? "").searchParams.get("state") ?? "";
    const callback = `${CALLBACK_URL}?${new URLSearchParams({ code: "c", state })}`;
    const finished = toolset.handleCallback(callback, { entityId: "ada" });
    if (url === null) await expect(finished).rejects.toMatchObject({ code: "AUTHORIZATION_FAILED" });
    else expect((await finished).connection.params["host"]).toBe(host);
    expect(sent[1]?.line).toBe(url === null ? undefined : `GET ${url}`);
  });

  it("to Figma is renewed where Figma renews tokens", async () => {
    const app = appCalled("figma");
    const { toolset, entity, sent } = watched(app);
    await toolset.createIntegration({ app, authConfig: { client_id: "id", client_secret: "secret" } });
    const { redirectUrl } = await entity.initiateConnection({ app });
    const state = new URL(redirectUrl ?? "").searchParams.get("state") ?? "";
    const callback = `${CALLBACK_URL}?${new URLSearchParams({ code: "c", state })}`;
    const { connection } = await toolset.handleCallback(callback, { entityId: "ada" });
    await connection.refresh();
    expect(sent.at(-1)).toMatchObject({
      line: "POST https://api.figma.com/v1/oauth/refresh",
      authorization: "Basic aWQ6c2VjcmV0",
      form: { grant_type: "refresh_token", refresh_token: "refresh-1" },
    });
  });
});
