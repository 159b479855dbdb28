import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ValidationError } from "../../src/errors.js";
import { basic } from "../../src/schemes/basic.js";
import { harness, refusedSettings } from "./harness.js";

const scheme = basic();
const field = (template: string, required = true) => ({
  displayName: "F",
  description: "A field",
  template,
  required,
});

/** `user:password` as a server reads it from the request (RFC 7617 §2, UTF-8). */
function userPass(request: Request): string {
  const [, encoded = ""] =
    /^Basic ([A-Za-z0-9+/]+=*)$/.exec(request.headers.get("authorization") ?? "") ?? [];
  return Buffer.from(encoded, "base64").toString("utf8");
}

describe("BASIC", () => {
  const acme = harness(scheme);

  it("asks the user for a user name and a password, and the developer for nothing", () => {
    const rest = { required: true, default: null, aliases: [], pattern: null };
    expect(acme.integrationParams).toEqual([]);
    expect(acme.params).toEqual([
      {
        name: "username",
        displayName: "Username",
        description: "Username for basic authentication",
        secret: false,
        ...rest,
      },
      {
        name: "password",
        displayName: "Password",
        description: "Password for basic authentication",
        secret: true,
        ...rest,
      },
    ]);
  });

  it.each([
    // RFC 7617 §2 and §2.1's examples.
    ["Aladdin", "open sesame", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="],
    ["test", "123\u00a3", "Basic dGVzdDoxMjPCow=="],
  ])("encodes %s's login as the RFC does", async (username, password, header) => {
    const request = new Request("https://api.acme.example/", { headers: { authorization: "Basic forged" } });
    expect(acme.apply(await acme.connect({ username, password }), request)).toBe(request);
    expect(request.headers.get("authorization")).toBe(header);
  });

  it("sends any login it accepts so that a server reads the same one", async () => {
    const text = fc.string({ unit: "binary", minLength: 1 });
    await fc.assert(
      fc.asyncProperty(text, text, async (username, password) => {
        const credentials = await acme.connect({ username, password }).catch((error: unknown) => error);
        if (credentials instanceof ValidationError) return;
        const request = await acme.apply(
          scheme.parseCredentials(credentials),
          new Request("https://api.acme.example/"),
        );
        const [user, ...rest] = userPass(request).split(":");
        expect([user, rest.join(":")]).toEqual([username, password]);
      }),
    );
  });

  it.each([
    ["a colon in the user name", { username: "a:b", password: "p" }, "username"],
    ["a control character in the user name", { username: "a\u0007", password: "p" }, "username"],
    ["a line break in the password", { username: "a", password: "SECRET\n" }, "password"],
    ["half a surrogate pair in the password", { username: "a", password: "SECRET\ud800" }, "password"],
    ["an empty password", { username: "a", password: "" }, "password"],
    ["no password", { username: "a" }, "password"],
  ])("refuses %s, without repeating it", async (_what, values, name) => {
    const error = await acme.connect(values).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({ issues: [{ path: `connectionParams.${name}` }] });
    expect(JSON.stringify(error)).not.toContain("SECRET");
  });

  it("allows a colon in the password", async () => {
    const request = await acme.apply(
      await acme.connect({ username: "a", password: "b:c" }),
      new Request("https://api.acme.example/"),
    );
    expect(userPass(request)).toBe("a:b:c");
  });

  it("names as secrets the password and the pair as it goes out, but not the user name", async () => {
    const secrets = scheme.secrets(await acme.connect({ username: "Aladdin", password: "open sesame" }));
    expect(secrets).toEqual(["open sesame", "Aladdin:open sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="]);
  });

  it.each([null, {}, { username: "a", password: "SECRET" }, { user_pass: "SECRET" }])(
    "refuses %j as credentials",
    (value) => {
      expect(() => scheme.parseCredentials(value)).toThrow(
        /^These are not credentials of BASIC: (?!.*SECRET)/,
      );
    },
  );
});

describe("BASIC with an app's templates", () => {
  it("fills them in", async () => {
    const zendesk = harness(scheme, { username: field("{username}/token"), password: field("{password}") });
    const credentials = await zendesk.connect({ username: "me@acme.example", password: "k-1" });
    const request = await zendesk.apply(credentials, new Request("https://api.acme.example/"));
    expect(userPass(request)).toBe("me@acme.example/token:k-1");
    expect(scheme.secrets(credentials)).toContain(
      Buffer.from("me@acme.example/token:k-1").toString("base64"),
    );
  });

  it("asks only for what is sent: a key for a user name is then the secret", async () => {
    const freshdesk = harness(scheme, { username: field("{username}"), password: field("X") });
    expect(freshdesk.params).toMatchObject([{ name: "username", secret: true }]);
    const credentials = await freshdesk.connect({ username: "key-1" });
    expect(userPass(await freshdesk.apply(credentials, new Request("https://api.acme.example/")))).toBe(
      "key-1:X",
    );
    expect(scheme.secrets(credentials)).toEqual(expect.arrayContaining(["key-1", "key-1:X"]));
  });

  it("sends an empty password where it may be missing, and keeps the user name secret", async () => {
    const stripe = harness(scheme, { password: field("{password}", false) });
    expect(stripe.params).toMatchObject([
      { name: "username", required: true, secret: true },
      { name: "password", required: false, secret: true },
    ]);
    const credentials = await stripe.connect({ username: "sk_1" });
    expect(userPass(await stripe.apply(credentials, new Request("https://api.acme.example/")))).toBe("sk_1:");
    expect(scheme.secrets(credentials)).toContain("sk_1");
  });

  it("refuses a colon in whatever comes before the colon", async () => {
    const key = harness(scheme, { username: field("{password}"), password: field("x") });
    await expect(key.connect({ password: "a:b" })).rejects.toThrow("connectionParams.password");
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["an unknown placeholder", { password: field("{token}") }, "password.template"],
    ["a colon before the colon", { username: field("api:{username}") }, "username.template"],
    ["an unknown key", { realm: "x" }, "(root)"],
  ])("refuses %s in the settings", (_what, settings, path) => {
    expect(refusedSettings(scheme, settings)).toMatchObject({ code: "CONFIG_INVALID", issues: [{ path }] });
  });
});
