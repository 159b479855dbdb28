import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { inspect } from "node:util";
import type { AppInput } from "mooring";
import { defineApp, MooringToolSet, memoryStorage } from "mooring";
import { afterEach, describe, expect, it } from "vitest";
import { listen } from "../../../examples/support/listen.js";
import { oauth2 } from "../../../src/schemes/oauth2.js";
import { callbackOf, contextOf, errorOf, TOKEN_URL } from "./support.js";

const NOW = Date.UTC(2026, 10, 24, 12);
const HOUR = 3_600_000;

type OAuth2Input = Extract<AppInput["authSchemes"][number], { readonly scheme: "OAUTH2" }>;
type Answer = { readonly status?: number; readonly body: unknown };

/** A provider whose refresh tokens work once, and whose tokens are exchanged before its API takes them. */
async function startProvider() {
  let [refreshToken, serial, alive] = ["rt-0", 0, true];
  const seen: string[] = [];
  const faults: Answer[] = [];
  const issue = (): Answer => {
    serial += 1;
    refreshToken = `rt-${serial}`;
    return { body: { access_token: `base-${serial}`, token_type: "bearer", refresh_token: refreshToken } };
  };
  const token = (form: URLSearchParams): Answer => {
    if (form.get("grant_type") !== "refresh_token") return issue();
    alive &&= form.get("refresh_token") === refreshToken;
    return alive ? issue() : { status: 400, body: { error: "invalid_grant" } };
  };
  const exchange = (form: URLSearchParams): Answer =>
    faults.shift() ?? {
      body: { access_token: `for-api-${form.get("subject_token")}`, token_type: "bearer", expires_in: 3600 },
    };
  const server = createServer(async (request, response) => {
    const form = new URLSearchParams(await text(request));
    seen.push(`${request.method} ${request.url} ${form}`);
    const answers: Readonly<Record<string, () => Answer>> = {
      "/token": () => token(form),
      "/exchange": () => exchange(form),
    };
    const { status = 200, body } = answers[request.url ?? ""]?.() ?? {
      body: { authorization: request.headers.authorization },
    };
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  const listening = await listen(server);
  return { ...listening, seen, faults };
}

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

async function connected(settings: Partial<OAuth2Input> = {}) {
  const provider = await startProvider();
  closers.push(() => provider.close());
  const { origin } = provider;
  const auth: OAuth2Input = {
    scheme: "OAUTH2",
    authorizationUrl: `${origin}/authorize`,
    tokenUrl: `${origin}/token`,
    tokenExchanges: [
      {
        url: `${origin}/exchange`,
        params: {
          grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
          subject_token: "{access_token}",
          client_secret: "{client_secret}",
        },
      },
    ],
    ...settings,
  };
  const app = defineApp({
    slug: "acme",
    name: "Acme",
    description: "Acme",
    baseUrl: `${origin}/api`,
    authSchemes: [auth],
  });
  const time = { now: NOW };
  const toolset = new MooringToolSet({
    storage: memoryStorage(),
    apps: [app],
    callbackUrl: "https://app.example.com/callback",
    clock: {
      now: () => time.now,
      sleep: (milliseconds) => new Promise<void>((done) => void setTimeout(done, milliseconds / 100)),
    },
  });
  await toolset.createIntegration({ app, authConfig: { client_id: "id", client_secret: "s3cret-value" } });
  const request = await toolset.getEntity("ada").initiateConnection({ app });
  const state = new URL(request.redirectUrl ?? "").searchParams.get("state");
  const finish = () =>
    toolset
      .handleCallback(`https://app.example.com/callback?code=c&state=${state}`, { entityId: "ada" })
      .then(({ connection }) => connection);
  return { provider, time, finish, toolset };
}

describe("an exchange that follows each token (RFC 8693)", () => {
  it("keeps the refresh token that was rotated, when the exchange fails after it", async () => {
    const { provider, time, finish } = await connected();
    const connection = await finish();
    time.now += HOUR;
    const away = { status: 503, body: { error: "temporarily_unavailable" } };
    provider.faults.push(away, away);
    await expect(connection.request("/x")).rejects.toMatchObject({
      code: "TOKEN_REFRESH_FAILED",
      retryable: true,
    });
    expect((await connection.reload()).status).toBe("ACTIVE");
    const { data } = await connection.request("/x").then(async (answer) => ({ data: await answer.json() }));
    expect(data).toEqual({ authorization: "Bearer for-api-base-4" });
  });

  it("asks once more by itself, with the refresh token that works now", async () => {
    const { provider, time, finish } = await connected();
    const connection = await finish();
    time.now += HOUR;
    provider.faults.push({ status: 503, body: {} });
    const answer = await connection.request("/x");
    expect(await answer.json()).toEqual({ authorization: "Bearer for-api-base-3" });
    const spent = provider.seen.flatMap((line) => /refresh_token=(rt-\d)/.exec(line)?.[1] ?? []);
    expect(spent).toEqual(["rt-1", "rt-2"]);
  });

  it("is one exchange, however many wait for it", async () => {
    const { provider, time, finish } = await connected();
    const connection = await finish();
    time.now += HOUR;
    await Promise.all(Array.from({ length: 50 }, () => connection.request("/x")));
    expect(provider.seen.filter((line) => line.startsWith("POST /exchange"))).toHaveLength(2);
  });

  it("that fails at first leaves no connection that could be used", async () => {
    const { provider, finish, toolset } = await connected();
    provider.faults.push({
      status: 400,
      body: { error: "invalid_target", error_description: "s3cret-value" },
    });
    const error = await finish().then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: "TOKEN_EXCHANGE_FAILED", providerError: "invalid_target" });
    expect(JSON.stringify(error)).not.toContain("s3cret-value");
    expect(JSON.stringify(error)).not.toContain("base-1");
    const [failed] = await toolset.getEntity("ada").getConnections();
    expect(failed?.status).toBe("FAILED");
  });

  it("quotes no secret that a header cannot carry", async () => {
    const secret = "s3cret\nvalue";
    const context = contextOf({
      config: { client_id: "id", client_secret: secret },
      settings: {
        refreshRequest: { url: TOKEN_URL, headers: { "X-Secret": "{client_secret}" } },
        tokenRequestHeaders: { "X-Secret": "{client_secret}" },
      },
    });
    const scheme = oauth2();
    const errors = [
      await errorOf(Promise.resolve(scheme.refresh?.(context, { access_token: "at", token_type: "bearer" }))),
      await errorOf(Promise.resolve(scheme.complete?.(context, callbackOf()))),
    ];
    for (const error of errors) {
      expect(error).toMatchObject({ code: "CONFIG_INVALID" });
      expect(inspect(error)).not.toContain("s3cret");
    }
  });

  it.each([
    ["HTML", "<html>", "body"],
    ["no token", {}, "access_token"],
    ["a token that breaks a header", { access_token: "a\r\nb" }, "access_token"],
  ])("refuses an answer with %s", async (_what, body, field) => {
    const { provider, finish } = await connected();
    provider.faults.push({ body });
    await expect(finish()).rejects.toMatchObject({
      code: "TOKEN_RESPONSE_INVALID",
      message: expect.stringContaining(`\`${field}\``),
    });
  });
});

describe("further tokens of a grant", () => {
  const further = (origin: string) => ({
    tokenExchanges: [],
    furtherTokens: { files: { urls: [`${origin}/api/files`], refreshParams: { scope: "files" } } },
  });

  it("are had with the newest refresh token, which the next one is had with", async () => {
    const { provider, time, finish } = await connected({
      ...further("http://127.0.0.1"),
      tokenResponse: { defaultExpiresIn: 3600 },
    });
    const connection = await finish();
    time.now += HOUR;
    await connection.request("/x");
    const spent = provider.seen.flatMap((line) => /refresh_token=(rt-\d)/.exec(line)?.[1] ?? []);
    expect(spent).toEqual(["rt-1", "rt-2", "rt-3"]);
    expect((await connection.reload()).status).toBe("ACTIVE");
  });
});

describe("settings", () => {
  const app = (settings: Readonly<Record<string, unknown>>) =>
    defineApp({
      slug: "acme",
      name: "Acme",
      description: "Acme",
      baseUrl: "https://acme.example",
      authSchemes: [
        {
          scheme: "OAUTH2",
          authorizationUrl: "https://acme.example/a",
          tokenUrl: "https://acme.example/t",
          ...settings,
        },
      ],
    });

  it.each([
    [{ furtherTokens: { a: { urls: ["https://acme.example"] } } }, "furtherTokens.a.answer"],
    [{ furtherTokens: { a: { urls: [], refreshParams: {} } } }, "furtherTokens.a.urls"],
    [{ tokenExchanges: [{ url: "http://acme.example" }] }, "tokenExchanges.0.url"],
    [{ refreshRequest: { url: "https://acme.example", parms: {} } }, "refreshRequest"],
    [
      { refreshRequest: { url: "https://acme.example", params: { t: "{acces_token}" } } },
      "refreshRequest.params.t",
    ],
    [{ dpop: "ES256", tokenExchanges: [{ url: "https://acme.example/x" }] }, "tokenExchanges"],
  ])("%j are refused", (settings, path) => {
    expect(() => app(settings)).toThrow(
      expect.objectContaining({
        issues: expect.arrayContaining([expect.objectContaining({ path: `authSchemes.0.${path}` })]),
      }),
    );
  });
});
