import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { oauth2Settings } from "../../../src/ports/scheme-settings/oauth2.js";
import { readTokenResponse } from "../../../src/schemes/oauth2/token-response.js";
import { ACME, NOW } from "./support.js";

function read(
  body: unknown,
  options: {
    readonly status?: number;
    readonly settings?: Readonly<Record<string, unknown>>;
    readonly operation?: "exchange" | "refresh";
    readonly keepIdToken?: boolean;
  } = {},
) {
  return readTokenResponse({
    status: options.status ?? 200,
    text: typeof body === "string" ? body : JSON.stringify(body),
    settings: oauth2Settings().parse({ ...ACME, ...options.settings }),
    operation: options.operation ?? "exchange",
    keepIdToken: options.keepIdToken ?? false,
    now: NOW,
  });
}
const tokensIn = (...args: Parameters<typeof read>) => {
  const answer = read(...args);
  return answer.kind === "tokens" ? answer.tokens : answer;
};

const SLACK = {
  scopeSeparator: ",",
  tokenResponse: {
    accessToken: "authed_user.access_token",
    refreshToken: "authed_user.refresh_token",
    expiresIn: "authed_user.expires_in",
    scope: "authed_user.scope",
    tokenType: "authed_user.token_type",
    failure: { path: "ok", equals: false },
    metadata: { team_id: "team.id" },
  },
};

describe("readTokenResponse: tokens", () => {
  it("leaves a standard response as it is", () => {
    const standard = {
      access_token: "at",
      token_type: "bearer",
      expires_in: 3600,
      refresh_token: "rt",
      scope: "read write",
    };
    expect(tokensIn(standard)).toStrictEqual(standard);
  });

  it("reads GitHub's form-encoded answer", () => {
    expect(tokensIn("access_token=gho_1&scope=repo%2Cgist&token_type=bearer")).toStrictEqual({
      access_token: "gho_1",
      token_type: "bearer",
      scope: "repo gist",
    });
  });

  it("reads Slack's nested answer, with the metadata the app wants kept", () => {
    const answer = read(
      {
        ok: true,
        access_token: "xoxb-bot",
        team: { id: "T1" },
        authed_user: { access_token: "xoxp-user", token_type: "user", scope: "chat:write,users:read" },
      },
      { settings: SLACK },
    );
    expect(answer).toStrictEqual({
      kind: "tokens",
      tokens: { access_token: "xoxp-user", token_type: "bearer", scope: "chat:write users:read" },
      metadata: { team_id: "T1" },
      further: {},
    });
  });

  it("reads Slack's flat answer to a refresh, but never takes the bot's token for the user's on the first exchange", () => {
    const flat = { ok: true, access_token: "xoxe-1", refresh_token: "xoxe-r", expires_in: 43_200 };
    expect(tokensIn(flat, { settings: SLACK, operation: "refresh" })).toStrictEqual({
      access_token: "xoxe-1",
      token_type: "bearer",
      refresh_token: "xoxe-r",
      expires_in: 43_200,
    });
    expect(read(flat, { settings: SLACK })).toMatchObject({
      kind: "malformed",
      field: "authed_user.access_token",
    });
  });

  it("accepts 201 Created", () => {
    expect(tokensIn({ access_token: "at" }, { status: 201 })).toMatchObject({ access_token: "at" });
  });

  it.each([
    ["3600", 3600],
    [3599.9, 3599],
    [null, undefined],
    ["", undefined],
    [0, undefined],
    [-1, undefined],
    ["-1", undefined],
  ])("reads expires_in %j as %j", (given, expected) => {
    expect(tokensIn({ access_token: "at", expires_in: given })).toStrictEqual({
      access_token: "at",
      token_type: "bearer",
      ...(expected === undefined ? {} : { expires_in: expected }),
    });
  });

  it("falls back on the app's default lifetime when the answer has none", () => {
    const settings = { tokenResponse: { defaultExpiresIn: 1800 } };
    expect(tokensIn({ access_token: "at" }, { settings })).toMatchObject({ expires_in: 1800 });
    expect(tokensIn({ access_token: "at", expires_in: 60 }, { settings })).toMatchObject({ expires_in: 60 });
  });

  it("caps a lifetime no date could hold", () => {
    expect(tokensIn('{"access_token":"at","expires_in":1e999}')).toMatchObject({ expires_in: 3_153_600_000 });
  });

  it.each([undefined, "bot", "user", "token", "Bearer", 7])("takes token type %j for bearer", (tokenType) => {
    expect(tokensIn({ access_token: "at", token_type: tokenType })).toMatchObject({ token_type: "bearer" });
  });

  it.each(["DPoP", "mac"])("refuses token type %s, which could not be used as bearer", (tokenType) => {
    expect(read({ access_token: "at", token_type: tokenType })).toMatchObject({ field: "token_type" });
  });

  it.each([
    [["read", "write"], "read write"],
    ["read,write", "read write"],
    ["read write", "read write"],
    ["read, write read", "read write"],
    ["", ""],
  ])("reads scope %j as %j", (given, expected) => {
    expect(tokensIn({ access_token: "at", scope: given })).toMatchObject({ scope: expected });
  });

  it("splits at a plus only where that is the app's separator", () => {
    expect(tokensIn({ access_token: "at", scope: "a+b" })).toMatchObject({ scope: "a+b" });
    const settings = { scopeSeparator: "+" };
    expect(tokensIn({ access_token: "at", scope: "a+b" }, { settings })).toMatchObject({ scope: "a b" });
  });

  it.each([null, ""])("takes refresh_token %j for none", (refreshToken) => {
    expect(tokensIn({ access_token: "at", refresh_token: refreshToken })).toStrictEqual({
      access_token: "at",
      token_type: "bearer",
    });
  });

  it("keeps an ID token only where there is an issuer to validate it against", () => {
    const body = { access_token: "at", id_token: "h.p.s" };
    expect(tokensIn(body)).not.toHaveProperty("id_token");
    expect(tokensIn(body, { keepIdToken: true })).toHaveProperty("id_token", "h.p.s");
  });

  it("keeps only metadata that is text, number or boolean", () => {
    const settings = { tokenResponse: { metadata: { a: "a", b: "b.c", d: "d", e: "e", f: "__proto__" } } };
    expect(
      read({ access_token: "at", a: "x", b: { c: 1 }, d: { x: 1 }, e: false }, { settings }),
    ).toMatchObject({
      metadata: { a: "x", b: "1", e: "false" },
    });
  });
});

describe("readTokenResponse: refusals", () => {
  it.each([
    ["RFC 6749 §5.2", 400, { error: "invalid_grant", error_description: "gone" }, "invalid_grant"],
    [
      "GitHub's error with status 200",
      200,
      "error=bad_verification_code&error_description=x",
      "bad_verification_code",
    ],
    ["an error object", 400, { error: { code: "nope", message: "gone" } }, "nope"],
    ["an error with tokens beside it", 200, { error: "oops", access_token: "at" }, "oops"],
  ])("reads %s", (_name, status, body, error) => {
    expect(read(body, { status })).toMatchObject({ kind: "refusal", error, empty: false });
  });

  it("reads Slack's ok:false with status 200", () => {
    expect(read({ ok: false, error: "invalid_code" }, { settings: SLACK })).toMatchObject({
      kind: "refusal",
      error: "invalid_code",
    });
  });

  it("tells an empty refusal from a silent one", () => {
    expect(read(" ", { status: 400 })).toMatchObject({ kind: "refusal", error: null, empty: true });
    expect(read("{}", { status: 400 })).toMatchObject({ kind: "refusal", error: null, empty: false });
  });

  it.each([null, ""])("does not take error %j beside tokens for a refusal", (error) => {
    expect(read({ access_token: "at", error })).toMatchObject({ kind: "tokens" });
  });
});

describe("readTokenResponse: malformed answers", () => {
  it.each([
    ["HTML", "<html><body>a=b</body></html>", "body"],
    ["truncated JSON", '{"access_token":"at","expi', "body"],
    ["an array", "[]", "body"],
    ["nothing", "", "body"],
    ["no access token", "{}", "access_token"],
    ["an access token that is a number", { access_token: 7 }, "access_token"],
    ["an access token no header can carry", { access_token: "a\r\nb" }, "access_token"],
    ["an empty access token", { access_token: "" }, "access_token"],
    ["a refresh token that is a list", { access_token: "at", refresh_token: ["rt"] }, "refresh_token"],
    ["a lifetime in words", { access_token: "at", expires_in: "2h" }, "expires_in"],
    ["a lifetime that is a list", { access_token: "at", expires_in: [60] }, "expires_in"],
    ["a scope that is a number", { access_token: "at", scope: 7 }, "scope"],
  ])("names the field for %s", (_name, body, field) => {
    expect(read(body)).toMatchObject({ kind: "malformed", field });
  });

  it.each([
    ["a lifetime in words", { expires_in: "Infinity" }],
    ["a scope that is an object", { scope: { a: 1 } }],
  ])("keeps the tokens of a refresh in spite of %s: those before may be spent", (_name, wrong) => {
    const body = { access_token: "at", refresh_token: "rotated", ...wrong };
    expect(tokensIn(body, { operation: "refresh" })).toEqual({
      access_token: "at",
      token_type: "bearer",
      refresh_token: "rotated",
    });
  });
});

describe("readTokenResponse: properties", () => {
  const token = fc.string({ unit: fc.constantFrom(..."abcXYZ019-._~+/="), minLength: 1, maxLength: 40 });
  const scopes = fc.array(fc.stringMatching(/^[a-z:./]{1,12}$/), { maxLength: 5 });
  const standard = fc.record(
    { access_token: token, refresh_token: token, expires_in: fc.integer({ min: 1, max: 10_000_000 }) },
    { requiredKeys: ["access_token"] },
  );

  it("never throws, and whatever it calls tokens is RFC 6749 §5.1", () => {
    const anyText = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .record({ access_token: fc.anything(), expires_in: fc.anything(), scope: fc.anything() })
        .map((body) => {
          try {
            return JSON.stringify(body);
          } catch {
            return "{}";
          }
        }),
    );
    fc.assert(
      fc.property(anyText, fc.integer({ min: 200, max: 599 }), (text, status) => {
        const answer = read(text, { status });
        if (answer.kind !== "tokens") return;
        const { access_token, expires_in = 1, scope = "" } = answer.tokens;
        expect(new Headers({ authorization: `Bearer ${access_token}` }).get("authorization")).toBe(
          `Bearer ${access_token}`,
        );
        expect(Number.isSafeInteger(expires_in) && expires_in > 0).toBe(true);
        expect(typeof scope).toBe("string");
      }),
    );
  });

  it("rewrites what it has rewritten to itself", () => {
    fc.assert(
      fc.property(standard, scopes, (tokens, scope) => {
        const once = tokensIn({ ...tokens, scope });
        expect(tokensIn(once)).toStrictEqual(once);
      }),
    );
  });

  it("reads a form and JSON alike", () => {
    fc.assert(
      fc.property(standard, (tokens) => {
        const form = new URLSearchParams(
          Object.entries(tokens).map(([name, value]) => [name, String(value)]),
        );
        expect(tokensIn(form.toString())).toStrictEqual(tokensIn(tokens));
      }),
    );
  });

  it("reads tokens wherever the app says they are", () => {
    fc.assert(
      fc.property(
        standard,
        fc.array(fc.stringMatching(/^[a-z]{1,5}$/), { minLength: 1, maxLength: 3 }),
        (tokens, keys) => {
          const at = (name: string) => [...keys, name].join(".");
          const body = keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), tokens);
          const tokenResponse = {
            accessToken: at("access_token"),
            refreshToken: at("refresh_token"),
            expiresIn: at("expires_in"),
          };
          expect(tokensIn(body, { settings: { tokenResponse } })).toStrictEqual(tokensIn(tokens));
        },
      ),
    );
  });

  it("reads the same scopes from a list, from commas and from spaces", () => {
    fc.assert(
      fc.property(scopes, (list) => {
        const forms = [list, list.join(","), list.join(" ")].map((scope) =>
          tokensIn({ access_token: "at", scope }),
        );
        expect(new Set(forms.map((form) => JSON.stringify(form))).size).toBe(1);
      }),
    );
  });
});
