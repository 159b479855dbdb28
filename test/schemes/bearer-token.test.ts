import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ValidationError } from "../../src/errors.js";
import { bearerToken } from "../../src/schemes/bearer-token.js";
import { harness, refusedSettings } from "./harness.js";

const URL = "https://api.acme.example/me";

describe("BEARER_TOKEN", () => {
  const scheme = bearerToken();
  const acme = harness(scheme);

  it("asks the user for a token, and the developer for nothing", () => {
    expect(acme.integrationParams).toEqual([]);
    expect(acme.params).toEqual([
      {
        name: "token",
        displayName: "Token",
        description: "Token for bearer token auth",
        required: true,
        secret: true,
        default: null,
        aliases: [],
        pattern: null,
      },
    ]);
  });

  it("sends the token as RFC 6750 §2.1 has it, in place of the caller's own", async () => {
    const request = new Request(URL, { headers: { authorization: "Bearer forged", "x-other": "1" } });
    expect(acme.apply(await acme.connect({ token: "mF_9.B5f-4.1JqM" }), request)).toBe(request);
    expect([...request.headers]).toEqual([
      ["authorization", "Bearer mF_9.B5f-4.1JqM"],
      ["x-other", "1"],
    ]);
  });

  it("sends it elsewhere where the app says so", async () => {
    const custom = harness(scheme, { header: "X-Token", template: "token={token}" });
    const request = await custom.apply(await custom.connect({ token: "t-1" }), new Request(URL));
    expect([...request.headers]).toEqual([["x-token", "token=t-1"]]);
  });

  it("sends any token it accepts as it is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), async (token) => {
        const credentials = await acme.connect({ token }).catch((error: unknown) => error);
        if (credentials instanceof ValidationError) {
          expect(credentials.issues.map(({ path }) => path)).toContain("connectionParams.token");
          return;
        }
        const request = await acme.apply(scheme.parseCredentials(credentials), new Request(URL));
        expect(request.headers.get("authorization")).toBe(`Bearer ${token}`);
      }),
    );
  });

  it.each([
    ["a line break", "SECRET\r\nx-injected: 1"],
    ["a pasted line break at its end", "SECRET\n"],
    ["white space at its end", "SECRET "],
    ["a control character", "SECRET\u0000"],
    ["a character beyond Latin-1", "SECRET€"],
    ["nothing", ""],
  ])("refuses a token with %s, without repeating it", async (_what, token) => {
    const error = await acme.connect({ token }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({ issues: [{ path: "connectionParams.token" }] });
    expect(JSON.stringify(error)).not.toContain("SECRET");
  });

  it("refuses to start without a token", async () => {
    await expect(acme.connect({})).rejects.toThrow("connectionParams.token");
  });

  it("names the token as the secret", () => {
    expect(scheme.secrets({ token: "t-1" })).toEqual(["t-1"]);
  });

  it.each<[Record<string, unknown>, string]>([
    [{ header: "X Token" }, "header"],
    [{ template: "Bearer" }, "template"],
    [{ template: "Bearer {token} {api_key}" }, "template"],
    [{ template: "Bearer\n{token}" }, "template"],
    [{ prefix: "Bearer" }, "(root)"],
  ])("refuses the settings %j", (settings, path) => {
    expect(refusedSettings(scheme, settings)).toMatchObject({ code: "CONFIG_INVALID", issues: [{ path }] });
  });

  it.each([null, {}, { token: 1 }, { token: "SECRET", extra: 1 }])("refuses %j as credentials", (value) => {
    expect(() => scheme.parseCredentials(value)).toThrow(
      /^These are not credentials of BEARER_TOKEN: (?!.*SECRET)/,
    );
  });
});
