import type { AppInput } from "mooring";
import { defineApp } from "mooring";
import { describe, expect, it } from "vitest";
import { connect } from "./journey.js";
import { FORM, POSTED, REDIRECT, shown } from "./requests.js";

type OAuth2 = Extract<AppInput["authSchemes"][number], { readonly scheme: "OAUTH2" }>;

/** An app for what no provider of the catalogue wants. */
const appWith = (settings: Omit<OAuth2, "scheme" | "authorizationUrl" | "tokenUrl">) =>
  defineApp({
    slug: "acme",
    name: "Acme",
    description: "Acme's ticket system",
    baseUrl: "https://api.acme.example",
    authSchemes: [
      {
        scheme: "OAUTH2",
        authorizationUrl: "https://id.acme.example/authorize",
        tokenUrl: "https://id.acme.example/token",
        ...settings,
      },
    ],
  });

describe("scopes of a second token", () => {
  it.each([
    [",", "user_scope=chat%3Awrite%2Cusers%3Aread"],
    ["+", "user_scope=chat%3Awrite+users%3Aread"],
    [" ", "user_scope=chat%3Awrite+users%3Aread"],
  ] as const)(
    "have a parameter of their own, joined with %j like the others",
    async (scopeSeparator, query) => {
      const scopes = ["chat:write", "users:read"];
      const app = appWith({
        scopes: ["a", "b"],
        scopeSeparator,
        userScopes: { parameter: "user_scope", scopes },
      });
      const { authorize } = await connect(app);
      expect(authorize).toContain(query);
      expect(authorize).toContain(scopeSeparator === "," ? "&scope=a%2Cb" : "&scope=a+b");
    },
  );
});

describe("PKCE without a hash (RFC 7636 §4.2)", () => {
  it("sends the verifier itself, first as challenge", async () => {
    const { authorize, finish, sent } = await connect(appWith({ pkce: "plain" }));
    expect(authorize).toBe(
      `https://id.acme.example/authorize?response_type=code&redirect_uri=${REDIRECT}&state=STATE&code_challenge=CHALLENGE&code_challenge_method=plain&client_id=id`,
    );
    await finish();
    expect(sent[0]?.body).toBe(
      `redirect_uri=${REDIRECT}&code=c&code_verifier=VERIFIER&grant_type=authorization_code&${POSTED}`,
    );
  });
});

describe("a state by another name", () => {
  const app = appWith({ pkce: false, parameterNames: { state: "customField" } });

  it("is what the callback is known by", async () => {
    const { authorize, finish, sent } = await connect(app);
    expect(authorize).toContain("&customField=STATE");
    expect(new URL(authorize).searchParams.has("state")).toBe(false);
    expect((await finish()).status).toBe("ACTIVE");
    expect(sent).toHaveLength(1);
  });

  it("is not looked for under the usual one", async () => {
    const { toolset, sent } = await connect(app);
    const callback = "https://app.example.com/callback?code=c&state=x";
    await expect(toolset.handleCallback(callback, { entityId: "ada" })).rejects.toMatchObject({
      code: "STATE_INVALID",
    });
    expect(sent).toEqual([]);
  });
});

describe("a token request that is signed in a header", () => {
  const CODE = `redirect_uri=${REDIRECT}&code=c&grant_type=authorization_code&${POSTED}`;

  it("has the digest of the body as it goes out, and of when it does", async () => {
    const { finish, sent } = await connect(
      appWith({
        pkce: false,
        tokenRequestSignature: {
          algorithm: "hmac-sha256",
          input: "{body}{timestamp}",
          in: "header",
          name: "sign",
          timestampHeader: "timestamp",
        },
      }),
    );
    await finish();
    expect(sent.map(shown)).toEqual([["POST https://id.acme.example/token", FORM, null, CODE]]);
    expect(sent[0]?.headers.get("timestamp")).toBe("1795521600000");
    expect(sent[0]?.headers.get("sign")).toBe(
      "2d219b224afeb665efe41caa353a6ec1a108552fd710820d321aa1425ec6c562",
    );
  });

  it("may be a plain one, in base64, and without a time", async () => {
    const { finish, sent } = await connect(
      appWith({
        pkce: false,
        tokenRequestSignature: {
          algorithm: "sha256",
          input: "{client_id}|{grant}|{timestamp}",
          encoding: "base64",
          in: "header",
          name: "x-digest",
        },
      }),
    );
    await finish();
    expect(sent[0]?.headers.get("x-digest")).toBe("EFGa1+XVpd6mkGBSbrIDBddUJhos7M8VB3F0R5ba/94=");
    expect(sent[0]?.headers.has("timestamp")).toBe(false);
  });
});

describe("a token for several APIs (RFC 8707)", () => {
  const resources = ["https://a.acme.example", "https://b.acme.example"];

  it("names each of them in JSON", async () => {
    const { finish, sent } = await connect(appWith({ resources, tokenRequestFormat: "json" }));
    await finish();
    expect(JSON.parse(sent[0]?.body ?? "")).toMatchObject({ resource: resources, code: "c" });
  });

  it("names each of them in the query", async () => {
    const { finish, sent } = await connect(appWith({ resources, tokenRequestMethod: "GET" }));
    await finish();
    const url = new URL(sent[0]?.line.replace("GET ", "") ?? "");
    expect(url.searchParams.getAll("resource")).toEqual(resources);
    expect(url.searchParams.getAll("code")).toEqual(["c"]);
  });
});

describe("a refresh that is signed, and with MD5", () => {
  it("has the digest as a parameter; the exchange of the code has none", async () => {
    const { finish, sent } = await connect(
      appWith({
        pkce: false,
        tokenRequestSignature: {
          algorithm: "md5",
          requests: "refresh",
          input: "{client_secret}",
          in: "parameter",
          name: "md5_secret",
        },
      }),
      { tokens: { access_token: "at", token_type: "bearer", refresh_token: "rt" } },
    );
    const connection = await finish();
    await connection.refresh();
    expect(sent.map(({ body }) => new URLSearchParams(body).get("md5_secret"))).toEqual([
      null,
      "5ebe2294ecd0e0f08eab7690d2a6ee69",
    ]);
  });
});

describe("a token request with headers of its own", () => {
  const ME = { id: 1, login: "ada", name: "ada" };
  const STANDARD = { accept: "application/json", "content-type": FORM };

  it.each([
    ["github", { ...STANDARD, "user-agent": "mooring" }],
    ["reddit", { ...STANDARD, "user-agent": "web:mooring:v1", authorization: "Basic aWQ6c2VjcmV0" }],
    ["slack", { ...STANDARD, "user-agent": "mooring", authorization: "Basic aWQ6c2VjcmV0" }],
  ])("to %s has these, and no others", async (slug, headers) => {
    const { finish, sent } = await connect(slug, {
      tokens: { ok: true, access_token: "at", refresh_token: "rt", token_type: "bearer" },
      api: { "/user": ME, "/api/v1/me": ME, "auth.test": { ok: true, team_id: "T", user_id: "U" } },
    });
    const connection = await finish();
    await connection.refresh();
    const tokenRequests = sent.filter(({ body }) => body.includes("grant_type="));
    expect(tokenRequests.map((request) => Object.fromEntries(request.headers))).toEqual([headers, headers]);
  });
});
