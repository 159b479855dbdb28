import type { AppDefinition } from "mooring";
import { MooringToolSet, memoryStorage } from "mooring";
import { describe, expect, it } from "vitest";
import { githubapp } from "../../src/apps/githubapp.js";
import { linearmcp } from "../../src/apps/linearmcp.js";
import { sentry } from "../../src/apps/sentry.js";
import { isSignedBy, rsaKey } from "../support/keys.js";

const INSTALLATION = "7a485448-a9e2-4c85-8a3c-4f44175783c9";

function recorded(app: AppDefinition, answers: Readonly<Record<string, unknown>>) {
  const sent: { readonly line: string; readonly body: string }[] = [];
  const authorizations: (string | null)[] = [];
  const toolset = new MooringToolSet({
    storage: memoryStorage(),
    apps: [app],
    callbackUrl: "https://app.example.com/callback",
    fetch: async (input, init) => {
      const request = new Request(input, init);
      sent.push({ line: `${request.method} ${request.url}`, body: await request.text() });
      authorizations.push(request.headers.get("authorization"));
      const [, answer] = Object.entries(answers).find(([part]) => request.url.includes(part)) ?? [];
      return answer === undefined
        ? new Response(null, { status: 404 })
        : Response.json(answer, { status: request.method === "POST" ? 201 : 200 });
    },
  });
  return { toolset, sent, authorizations };
}

describe("an installation that begins at the provider", () => {
  it("is connected with the code of its webhook, as at Sentry", async () => {
    const expiresAt = new Date(Date.now() + 8 * 3_600_000).toISOString();
    const { toolset, sent } = recorded(sentry, {
      authorizations: { token: "st-1", refreshToken: "sr-1", expiresAt, scopes: ["event:read"] },
    });
    const authConfig = { client_id: "id", client_secret: "secret" };
    await toolset.createIntegration({ app: "sentry", authScheme: "OAUTH2", authConfig });
    const request = await toolset.getEntity("ada").initiateConnection({
      app: "sentry",
      authScheme: "OAUTH2",
      connectionParams: { code: "grant-code", installation_id: INSTALLATION },
    });
    const connection = await request.waitUntilActive();
    expect(sent).toEqual([
      {
        line: `POST https://sentry.io/api/0/sentry-app-installations/${INSTALLATION}/authorizations/`,
        body: `{"code":"grant-code","grant_type":"authorization_code","client_id":"id","client_secret":"secret"}`,
      },
    ]);
    expect(connection).toMatchObject({ scopes: ["event:read"], params: { installation_id: INSTALLATION } });
    expect(connection.expiresAt?.toISOString().slice(0, 16)).toBe(expiresAt.slice(0, 16));

    await connection.refresh();
    expect(sent.at(-1)?.body).toBe(
      `{"refresh_token":"sr-1","grant_type":"refresh_token","client_id":"id","client_secret":"secret"}`,
    );
  });

  it("is known by its id and used with tokens of its own, as a GitHub App's", async () => {
    const { pkcs8, publicKey } = rsaKey();
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    const { toolset, sent, authorizations } = recorded(githubapp, {
      "/login/oauth/access_token": { access_token: "ghu_ada", token_type: "bearer" },
      "/user/installations/77": { total_count: 0, repositories: [] },
      "/app/installations/77/access_tokens": { token: "ghs_1", expires_at, permissions: { issues: "write" } },
      "/app/installations/77": { id: 77, account: { login: "acme", id: 7 } },
      "/user/installations": {
        total_count: 1,
        installations: [{ id: 77, account: { login: "acme", id: 7 } }],
      },
      "/issues": [],
    });
    await toolset.createIntegration({
      app: "githubapp",
      authConfig: {
        app_id: "12345",
        app_slug: "acme-agent",
        private_key: pkcs8,
        client_id: "Iv1.c",
        client_secret: "secret",
      },
    });
    const { redirectUrl } = await toolset.getEntity("ada").initiateConnection({ app: "githubapp" });
    const url = new URL(redirectUrl ?? "");
    expect(url.origin + url.pathname).toBe("https://github.com/apps/acme-agent/installations/new");
    const back = new URLSearchParams({
      code: "c",
      installation_id: "77",
      setup_action: "install",
      state: url.searchParams.get("state") ?? "",
    });
    const { connection } = await toolset.handleCallback(`https://app.example.com/callback?${back}`, {
      entityId: "ada",
    });
    expect(connection.scopes).toEqual(["issues:write"]);
    const minted = sent.findIndex(({ line }) => line.endsWith("/app/installations/77/access_tokens"));
    expect(sent[minted]?.line).toBe("POST https://api.github.com/app/installations/77/access_tokens");
    expect(isSignedBy(authorizations[minted]?.slice("Bearer ".length) ?? "", publicKey)).toBe(true);
    await connection.request("/repos/acme/site/issues");
    expect(authorizations.at(-1)).toMatch(/^(?:Bearer|token) ghs_1$/);
  });

  it("does not start without its code", async () => {
    const { toolset, sent } = recorded(sentry, {});
    const authConfig = { client_id: "id", client_secret: "secret" };
    await toolset.createIntegration({ app: "sentry", authScheme: "OAUTH2", authConfig });
    await expect(
      toolset.getEntity("ada").initiateConnection({ app: "sentry", authScheme: "OAUTH2" }),
    ).rejects.toMatchObject({ issues: [{ path: "connectionParams.code" }] });
    expect(sent).toEqual([]);
  });
});

describe("a provider where clients register themselves", () => {
  it("is asked for one before the first user is sent there, as at Linear's MCP server", async () => {
    const origin = "https://mcp.linear.app";
    const { toolset, sent } = recorded(linearmcp, {
      "oauth-authorization-server": {
        issuer: origin,
        authorization_endpoint: `${origin}/authorize`,
        token_endpoint: `${origin}/token`,
        registration_endpoint: `${origin}/register`,
      },
      "/register": { client_id: "registered-1" },
    });
    await toolset.createIntegration({ app: "linearmcp", authConfig: { client_name: "Acme Agent" } });
    const { redirectUrl } = await toolset.getEntity("ada").initiateConnection({ app: "linearmcp" });
    const registration = sent.find(({ line }) => line === `POST ${origin}/register`);
    expect(JSON.parse(registration?.body ?? "")).toEqual({
      client_name: "Acme Agent",
      redirect_uris: ["https://app.example.com/callback"],
      response_types: ["code"],
      grant_types: ["authorization_code", "refresh_token"],
      token_endpoint_auth_method: "none",
    });
    const url = new URL(redirectUrl ?? "");
    expect(url.href).toContain(`${origin}/authorize?`);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      client_id: "registered-1",
      resource: `${origin}/mcp`,
      code_challenge_method: "S256",
    });
  });
});
