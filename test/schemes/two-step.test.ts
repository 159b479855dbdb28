import type { AppInput } from "mooring";
import { defineApp } from "mooring";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { twoStep } from "../../src/schemes/two-step.js";
import { setUp } from "../support/acme.js";
import { caught } from "../support/actions.js";
import { harness, refusedSettings } from "./harness.js";

interface Seen {
  readonly what: string;
  readonly headers: Headers;
  readonly body: string;
}
const seen: Seen[] = [];
const note = async (request: Request): Promise<void> => {
  const { pathname, search, host } = new URL(request.url);
  seen.push({
    what: `${request.method} ${host}${pathname}${search}`,
    headers: request.headers,
    body: await request.text(),
  });
};
/** Sessions that work at the provider. */
const open = new Set<string>();
let made = 0;
const PASSWORD = "pass/word with SECRET";

const server = setupServer(
  http.post("https://eu.erp.example/Login", async ({ request }) => {
    const copy = request.clone();
    await note(request);
    const { Password } = (await copy.json()) as { Password: string };
    if (Password !== PASSWORD)
      return HttpResponse.json({ error: "bad_login", message: `no: ${Password}` }, { status: 401 });
    made += 1;
    open.add(`s-${made}`);
    const headers = new Headers();
    headers.append("set-cookie", `B1SESSION=s-${made}; HttpOnly; Path=/`);
    headers.append("set-cookie", "ROUTEID=.node1; path=/");
    return HttpResponse.json({ SessionTimeout: 30 }, { headers });
  }),
  http.post("https://eu.erp.example/Logout", async ({ request }) => {
    await note(request);
    const [, id = ""] = /B1SESSION=([^;]+)/.exec(request.headers.get("cookie") ?? "") ?? [];
    return new HttpResponse(null, { status: open.delete(id) ? 204 : 401 });
  }),
  http.get("https://eu.erp.example/Items", async ({ request }) => {
    await note(request);
    const [, id = ""] = /B1SESSION=([^;]+)/.exec(request.headers.get("cookie") ?? "") ?? [];
    return open.has(id) ? HttpResponse.json([id]) : HttpResponse.json({ error: "session" }, { status: 401 });
  }),
);
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => {
  seen.length = 0;
  made = 0;
  open.clear();
  server.resetHandlers();
});
afterAll(() => server.close());

type Settings = Omit<Extract<AppInput["authSchemes"][number], { scheme: "TWO_STEP" }>, "scheme">;
const field = (name: string, rest: object = {}) => ({ name, displayName: name, description: name, ...rest });
const ERP: Settings = {
  fields: [field("username"), field("password", { secret: true })],
  steps: [
    {
      request: {
        url: "https://{server}.erp.example/Login",
        body: { CompanyDB: "ACME", UserName: "{username}", Password: "{password}" },
      },
      values: {
        session: { from: "cookie", path: "B1SESSION" },
        route: { from: "cookie", path: "ROUTEID", required: false },
      },
    },
  ],
  expiry: { kind: "fixed", seconds: 1800 },
  logout: { url: "https://{server}.erp.example/Logout", headers: { cookie: "B1SESSION={session}" } },
  placements: [
    { in: "cookie", name: "B1SESSION", template: "{session}" },
    { in: "cookie", name: "ROUTEID", template: "{route}" },
  ],
};

function erp(settings: Partial<Settings> = {}) {
  const app = defineApp({
    slug: "erp",
    name: "ERP",
    description: "A server with sessions",
    baseUrl: "https://{server}.erp.example",
    connectionParams: [{ name: "server", displayName: "Server", description: "Server", pattern: ".+" }],
    authSchemes: [{ scheme: "TWO_STEP", ...ERP, ...settings }],
  });
  const { toolset, clock } = setUp({ apps: [app] });
  const ada = toolset.getEntity("ada");
  const connect = async (changes: Record<string, string> = {}) => {
    const connectionParams = { server: "eu", username: "ada", password: PASSWORD, ...changes };
    return (await ada.initiateConnection({ app: "erp", connectionParams })).waitUntilActive();
  };
  return { toolset, clock, ada, connect };
}
const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

describe("TWO_STEP in use", () => {
  it("logs in and sends the session as the app says", async () => {
    const { connect } = erp();
    const connection = await connect();
    await connection.request("/Items", { headers: { cookie: "lang=en" } });
    expect(seen.map(({ what }) => what)).toEqual(["POST eu.erp.example/Login", "GET eu.erp.example/Items"]);
    expect(JSON.parse(seen[0]?.body ?? "")).toEqual({
      CompanyDB: "ACME",
      UserName: "ada",
      Password: PASSWORD,
    });
    // msw adds what its own jar remembers of the answer, at the end.
    expect(seen[1]?.headers.get("cookie")).toMatch(/^lang=en; B1SESSION=s-1; ROUTEID=\.node1(;|$)/);
  });

  it("brings a cookie back as it came (RFC 6265 §5.4)", async () => {
    const { connect } = erp();
    server.use(
      http.post("https://eu.erp.example/Login", () => {
        const headers = { "set-cookie": 'B1SESSION="0000,abc d:-1"; HttpOnly' };
        return HttpResponse.json({}, { headers });
      }),
    );
    const connection = await connect();
    await connection.getAuthParams().then(({ headers }) => {
      expect(headers["cookie"]).toBe('B1SESSION="0000,abc d:-1"');
    });
  });

  it("logs in again shortly before the session ends, and when the API says 401", async () => {
    const { clock, connect } = erp();
    const connection = await connect();
    await clock.advance(1_500_000);
    await connection.request("/Items");
    expect(made).toBe(2);
    open.clear();
    const response = await connection.request("/Items");
    await expect(response.json()).resolves.toEqual(["s-3"]);
  });

  it("ends the session when the connection is revoked, also one that is gone, and reconnects", async () => {
    const { connect } = erp();
    const connection = await connect();
    await connection.revoke();
    expect(open.size).toBe(0);
    await (
      await connection.reconnect({ connectionParams: { server: "eu", username: "ada", password: PASSWORD } })
    ).waitUntilActive();
    await connection.request("/Items");
    open.clear();
    await expect(connection.revoke()).resolves.toBeDefined();
  });

  it("expires the connection when the password has changed", async () => {
    const { clock, connect } = erp();
    const connection = await connect();
    server.use(
      http.post("https://eu.erp.example/Login", () =>
        HttpResponse.json({ error: "bad_login" }, { status: 401 }),
      ),
    );
    await clock.advance(1_801_000);
    await expect(connection.request("/Items")).rejects.toMatchObject({
      code: "REAUTHORIZATION_REQUIRED",
      providerError: "bad_login",
    });
  });

  it("stores nothing when the login is refused, and repeats no secret", async () => {
    const { ada, connect } = erp();
    const error = await failure(connect({ password: "wrong SECRET" }));
    expect(error).toMatchObject({
      name: "TokenError",
      code: "CREDENTIALS_REFUSED",
      status: 401,
      providerError: "bad_login",
      retryable: false,
      issues: [
        { path: "connectionParams.username", message: "refused by ERP" },
        { path: "connectionParams.password", message: "refused by ERP" },
      ],
      hint: expect.stringContaining("Ask the user for `username`, `password` again"),
    });
    expect(JSON.stringify(error)).not.toContain("SECRET");
    expect((await ada.getConnections()).filter(({ status }) => status === "ACTIVE")).toEqual([]);
  });

  it.each([400, 401, 403, 404, 405, 415, 422])(
    "takes %i for a refusal, or a wrong definition",
    async (status) => {
      server.use(http.post("https://eu.erp.example/Login", () => HttpResponse.json({}, { status })));
      const code = status < 404 ? "CREDENTIALS_REFUSED" : "TOKEN_EXCHANGE_FAILED";
      await expect(failure(erp().connect())).resolves.toMatchObject({ code, status });
    },
  );

  it("says the same of credentials that are given anew, and keeps those there were", async () => {
    const { connect } = erp();
    const connection = await connect();
    const wrong = { server: "eu", username: "ada", password: "wrong SECRET" };
    await expect(failure(connection.updateCredentials(wrong))).resolves.toMatchObject({
      code: "CREDENTIALS_REFUSED",
    });
    await expect((await connection.request("/Items")).json()).resolves.toEqual(["s-1"]);
  });

  it.each(["evil.example/", "evil.example#", "eu@evil", "a/../b", "..", "eu?x="])(
    "sends nothing to a host the app does not have: %s",
    async (host) => {
      const { connect } = erp();
      await expect(failure(connect({ server: host }))).resolves.toMatchObject({
        code: "INPUT_INVALID",
        issues: [{ path: "connectionParams.server" }],
      });
      expect(seen).toEqual([]);
    },
  );

  it.each<[string, () => Response, object]>([
    ["HTML", () => HttpResponse.html("<h1>Login</h1>"), { code: "TOKEN_RESPONSE_INVALID" }],
    ["an answer without a session", () => HttpResponse.json({}), { code: "TOKEN_RESPONSE_INVALID" }],
    [
      "a redirect",
      () => HttpResponse.redirect("https://evil.example/"),
      { code: "TOKEN_RESPONSE_INVALID", status: 302 },
    ],
    ["too much", () => new HttpResponse("x".repeat(1_000_001)), { code: "TOKEN_RESPONSE_INVALID" }],
    [
      "a failure of its own",
      () => new HttpResponse(null, { status: 503 }),
      { code: "TOKEN_EXCHANGE_FAILED", retryable: true },
    ],
    ["nothing", () => HttpResponse.error(), { code: "TOKEN_EXCHANGE_FAILED", retryable: true }],
  ])("says so when the login server answers with %s", async (_what, answer, expected) => {
    server.use(http.post("https://eu.erp.example/Login", answer));
    const { connect } = erp();
    await expect(failure(connect())).resolves.toMatchObject(expected);
  });
});

describe("TWO_STEP with several steps and a refresh", () => {
  const STEPS: Partial<Settings> = {
    fields: [field("key", { secret: true }), field("app_key", { from: "integration", secret: true })],
    steps: [
      {
        request: {
          method: "GET",
          url: "https://id.erp.example/where",
          format: "query",
          body: { key: "{key}" },
        },
        values: { tenant: { path: "data.tenant" } },
        failure: { path: "ok", equals: false },
        error: "why",
      },
      {
        request: {
          url: "https://id.erp.example/t/{step1.tenant}/login",
          format: "form",
          basic: { username: "{app_key}", password: "" },
          body: { key: "{key}", tenant: "{step1.tenant}" },
        },
        values: { token: { path: "token" }, refresh: { from: "header", path: "x-refresh" } },
      },
    ],
    expiry: { kind: "field", path: "expires", unit: "duration" },
    refresh: {
      request: { url: "https://id.erp.example/refresh", body: { refresh: "{refresh}" } },
      values: { token: { path: "token" } },
    },
    logout: null,
    placements: [{ name: "X-Session", template: "{step1.tenant}:{token}" }],
  };
  const noting =
    (body: object, headers: Record<string, string> = {}) =>
    async ({ request }: { readonly request: Request }) => {
      await note(request);
      return Response.json(body, { headers });
    };
  const answerAll = (where: object = { ok: true, data: { tenant: "t-1" } }) =>
    server.use(
      http.get("https://id.erp.example/where", noting(where)),
      http.post(
        "https://id.erp.example/t/t-1/login",
        noting({ token: "a", expires: "2h" }, { "x-refresh": "r" }),
      ),
      http.post("https://id.erp.example/refresh", noting({ token: "b", expires: "1h" })),
      http.get("https://eu.erp.example/Items", noting([])),
    );
  const prepared = async () => {
    const { toolset, clock, ada } = erp(STEPS);
    await toolset.createIntegration({ app: "erp", authConfig: { app_key: "app-1" } });
    const connect = async () =>
      (
        await ada.initiateConnection({ app: "erp", connectionParams: { server: "eu", key: "k&1" } })
      ).waitUntilActive();
    return { clock, connect };
  };

  it("hands values on from step to step", async () => {
    answerAll();
    const { clock, connect } = await prepared();
    const connection = await connect();
    await connection.request("/Items");
    expect(seen.map(({ what }) => what)).toEqual([
      "GET id.erp.example/where?key=k%261",
      "POST id.erp.example/t/t-1/login",
      "GET eu.erp.example/Items",
    ]);
    expect(seen[1]?.body).toBe("key=k%261&tenant=t-1");
    expect(seen[1]?.headers.get("authorization")).toBe(`Basic ${btoa("app-1:")}`);
    expect(seen[2]?.headers.get("x-session")).toBe("t-1:a");
    await clock.advance(7_100_000);
    await connection.request("/Items");
    expect(seen[3]).toMatchObject({ what: "POST id.erp.example/refresh", body: '{"refresh":"r"}' });
    expect(seen[4]?.headers.get("x-session")).toBe("t-1:b");
  });

  it("logs in again when the refresh is refused", async () => {
    answerAll();
    const { clock, connect } = await prepared();
    const connection = await connect();
    server.use(
      http.post("https://id.erp.example/refresh", () =>
        HttpResponse.json({ error: "gone" }, { status: 400 }),
      ),
    );
    await clock.advance(7_100_000);
    await connection.request("/Items");
    expect(seen.at(-1)?.headers.get("x-session")).toBe("t-1:a");
    expect(seen).toHaveLength(5);
  });

  it("takes a failure with status 200 for one", async () => {
    answerAll({ ok: false, why: "unknown_key" });
    const { connect } = await prepared();
    await expect(failure(connect())).resolves.toMatchObject({
      code: "CREDENTIALS_REFUSED",
      providerError: "unknown_key",
      issues: [{ path: "connectionParams.key" }],
    });
  });

  it.each([
    ["invalid_client", "TOKEN_EXCHANGE_FAILED", []],
    ["bad_key", "CREDENTIALS_REFUSED", [{ path: "connectionParams.key", message: "refused by ERP" }]],
  ])(
    "tells whose the refused values are, where the developer's go along: %s",
    async (error, code, issues) => {
      answerAll();
      server.use(
        http.post("https://id.erp.example/t/t-1/login", () => HttpResponse.json({ error }, { status: 401 })),
      );
      const { connect } = await prepared();
      await expect(failure(connect())).resolves.toMatchObject({ code, issues });
    },
  );

  it("lets no value of an answer change the next URL", async () => {
    answerAll({ ok: true, data: { tenant: "../../evil" } });
    const { connect } = await prepared();
    await expect(failure(connect())).resolves.toMatchObject({
      code: "CONFIG_INVALID",
      issues: [{ path: "params.step1_tenant" }],
    });
    expect(seen).toHaveLength(1);
  });
});

describe("TWO_STEP settings", () => {
  it("name nothing in a placement that no answer can hold: nothing is sent then", async () => {
    const placements = [{ in: "header" as const, name: "Authorization", template: "Bearer {sesion}" }];
    expect(caught(() => erp({ placements }))).toMatchObject({
      code: "CONFIG_INVALID",
      issues: [{ path: "authSchemes.0.placements.0.template", message: expect.stringContaining("session") }],
    });
    const { connect } = harness(twoStep(), { ...ERP, placements });
    expect(await failure(connect({ username: "ada", password: PASSWORD }))).toMatchObject({
      code: "CONFIG_INVALID",
      issues: [{ path: "placements.0.template", message: expect.stringContaining("session, step1.session") }],
    });
    expect(seen).toEqual([]);
  });

  it.each<[string, object, string]>([
    ["no step", { steps: [] }, "steps"],
    ["no field", { fields: [] }, "fields"],
    ["a plain http URL", { logout: { url: "http://erp.example/" } }, "logout.url"],
    [
      "a cookie name that is none",
      { placements: [{ in: "cookie", name: "a b", template: "{session}" }] },
      "placements.0.name",
    ],
    [
      "an object for a body in XML",
      { logout: { url: "https://erp.example/", format: "xml", body: { a: "b" } } },
      "logout.body",
    ],
    ["a text for a body in JSON", { logout: { url: "https://erp.example/", body: "<a/>" } }, "logout.body"],
    [
      "a path in XML that is none",
      { placements: [{ in: "xml", name: "a/b", template: "{session}" }] },
      "placements.0.name",
    ],
  ])("refuse %s", (_what, changes, path) => {
    expect(refusedSettings(twoStep(), { ...ERP, ...changes })).toMatchObject({
      code: "CONFIG_INVALID",
      issues: [{ path }],
    });
  });
});
