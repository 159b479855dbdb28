import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConfigurationError, ValidationError } from "../../src/errors.js";
import { hmac } from "../../src/schemes/hmac.js";
import { caught } from "../support/actions.js";
import { harness, refusedSettings } from "./harness.js";

const field = (name: string) => ({ name, displayName: name, description: name });
const acme = (
  settings: Readonly<Record<string, unknown>>,
  {
    now = 0,
    params = {},
  }: { readonly now?: number; readonly params?: Readonly<Record<string, string>> } = {},
) => harness(hmac(), settings, { now, params });
const rejected = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );
const PLAIN = {
  canonical: ["{method}", "{path_query}", "{body}"],
  placements: [{ in: "header", name: "x-sign" }],
};

describe("HMAC, by the worked examples of providers", () => {
  it("Duo Auth API: HMAC-SHA1 of date, method, host, path and sorted parameters, as the password of Basic", async () => {
    // https://duo.com/docs/authapi#authentication
    const duo = acme(
      {
        hash: "SHA-1",
        fields: [field("integration_key")],
        canonical: ["{timestamp}", "{method}", "{host|lower}", "{path}", "{params}"],
        timestamp: "rfc5322_utc",
        placements: [
          { in: "header", name: "Date", template: "{timestamp}" },
          { in: "basic", template: "{integration_key}:{signature}" },
        ],
      },
      { now: Date.UTC(2012, 7, 21, 17, 29, 18), params: { integration_key: "DIWJ8X6AEYOR5OMC6TQ1" } },
    );
    const credentials = await duo.connect({ api_secret: "Zh5eGmUq9zpfQnyUIu5OL9iWoMMv5ZNmk3zLJ4Ep" });
    const request = new Request("https://api-XXXXXXXX.duosecurity.com/accounts/v1/account/list", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "username=root&realname=First+Last",
    });
    const signed = await duo.apply(credentials, request);
    expect(Object.fromEntries(signed.headers)).toEqual({
      authorization:
        "Basic RElXSjhYNkFFWU9SNU9NQzZUUTE6MmQ5N2Q2MTY2MzE5NzgxYjVhM2EwN2FmMzlkMzY2ZjQ5MTIzNGVkYw==",
      "content-type": "application/x-www-form-urlencoded",
      date: "Tue, 21 Aug 2012 17:29:18 -0000",
    });
    expect(await signed.text()).toBe("username=root&realname=First+Last");
  });

  it("CKEditor Cloud Services: HMAC-SHA256 of method, path, milliseconds and body, in a header", async () => {
    // https://ckeditor.com/docs/cs/latest/examples/security/request-signature-nodejs.html
    const ckeditor = acme(
      {
        canonical: ["{method}{path_query}{timestamp}{body}"],
        timestamp: "milliseconds",
        placements: [
          { in: "header", name: "X-CS-Timestamp", template: "{timestamp}" },
          { in: "header", name: "X-CS-Signature" },
        ],
      },
      { now: 1_563_276_169_752 },
    );
    const credentials = await ckeditor.connect({ api_secret: "SECRET" });
    const url = "http://demo.example.com/webhook?a=1";
    const signed = await ckeditor.apply(credentials, new Request(url, { method: "POST", body: '{"a":1}' }));
    expect(signed.headers.get("x-cs-timestamp")).toBe("1563276169752");
    expect(signed.headers.get("x-cs-signature")).toBe(
      "56ac656c7f932c5b775be28949e90af9a2356eae2826539f10ab6526a0eec762",
    );
  });

  it("Binance: HMAC-SHA256 of the query, timestamp included, in the query", async () => {
    // https://developers.binance.com/docs/binance-spot-api-docs/rest-api/endpoint-security-type
    const binance = acme(
      {
        fields: [field("api_key")],
        canonical: ["{query}{body}"],
        timestamp: "milliseconds",
        placements: [
          { in: "header", name: "X-MBX-APIKEY", template: "{api_key}" },
          { in: "query", name: "timestamp", template: "{timestamp}" },
          { in: "query", name: "signature" },
        ],
      },
      { now: 1_499_827_319_559, params: { api_key: "key" } },
    );
    const query = "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000";
    const credentials = await binance.connect({
      api_secret: "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j",
    });
    const request = new Request(`https://api.binance.com/api/v3/order?${query}`, { method: "POST" });
    const expected = `https://api.binance.com/api/v3/order?${query}&timestamp=1499827319559&signature=c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71`;
    const signed = await binance.apply(credentials, request);
    expect(signed.url).toBe(expected);
    expect(signed.headers.get("x-mbx-apikey")).toBe("key");
    expect((await binance.apply(credentials, signed)).url).toBe(expected);
  });

  it("Hawk: HMAC-SHA256 of a normalized string in base64", async () => {
    // https://github.com/mozilla/hawk/blob/main/API.md#protocol-example
    const lines = [
      "hawk.1.header",
      "{timestamp}",
      "j4h3g2",
      "{method}",
      "{path_query}",
      "{hostname}",
      "{port}",
    ];
    const hawk = acme(
      {
        fields: [field("id")],
        canonical: [...lines, "", "some-app-ext-data", ""],
        encoding: "base64",
        placements: [
          {
            in: "header",
            name: "Authorization",
            template:
              'Hawk id="{id}", ts="{timestamp}", nonce="j4h3g2", ext="some-app-ext-data", mac="{signature}"',
          },
        ],
      },
      { now: 1_353_832_234_000, params: { id: "dh37fgj492je" } },
    );
    const credentials = await hawk.connect({ api_secret: "werxhqb98rpaxn39848xrunpaw3489ruxnpa98w4rxn" });
    const signed = await hawk.apply(credentials, new Request("http://example.com:8000/resource/1?b=1&a=2"));
    expect(signed.headers.get("authorization")).toBe(
      'Hawk id="dh37fgj492je", ts="1353832234", nonce="j4h3g2", ext="some-app-ext-data", mac="6R4rV5iE+NPoym+WwjeHzjAGXUtLNIxmo1vpMofpLAE="',
    );
  });

  it("WSSE: SHA-1 of nonce, time and password, without a key", async () => {
    // https://www.xml.com/pub/a/2003/12/17/dive.html
    const wsse = acme(
      {
        hash: "SHA-1",
        construction: "digest",
        key: { name: "password" },
        fields: [field("username")],
        canonical: ["d36e316282959a9ed4c89851497a717f{timestamp}{password}"],
        timestamp: "iso_seconds",
        encoding: "base64",
        placements: [
          {
            in: "header",
            name: "X-WSSE",
            template:
              'UsernameToken Username="{username}", PasswordDigest="{signature}", Nonce="d36e316282959a9ed4c89851497a717f", Created="{timestamp}"',
          },
        ],
      },
      { now: Date.UTC(2003, 11, 15, 14, 43, 7), params: { username: "bob" } },
    );
    const credentials = await wsse.connect({ password: "taadtaadpstcsm" });
    const signed = await wsse.apply(credentials, new Request("https://bob.example/atom"));
    expect(signed.headers.get("x-wsse")).toBe(
      'UsernameToken Username="bob", PasswordDigest="quR/EWLAV4xLf9Zqyw4pDmfV9OY=", Nonce="d36e316282959a9ed4c89851497a717f", Created="2003-12-15T14:43:07Z"',
    );
  });
});

describe("HMAC with a value no header can carry", () => {
  const settings = {
    ...PLAIN,
    fields: [{ ...field("passphrase"), secret: true }],
    placements: [...PLAIN.placements, { in: "header", name: "x-passphrase", template: "{passphrase}" }],
  };

  it("names the field, and does not quote it", async () => {
    const values = { api_secret: "secret", passphrase: "first\nsecond" };
    const error = await rejected(acme(settings).connect(values));
    expect(error).toMatchObject({
      code: "INPUT_INVALID",
      issues: [{ path: "connectionParams.passphrase" }],
    });
    expect(String(error)).not.toContain("second");
  });

  it("that was imported sends nothing, and does not quote it either", async () => {
    const credentials = { values: { api_secret: "secret", passphrase: "first\nsecond" } };
    const request = new Request("https://api.acme.example/");
    const error = await rejected(Promise.resolve(acme(settings).apply(credentials, request)));
    expect(error).toMatchObject({ code: "CONFIG_INVALID", issues: [{ path: "headers.x-passphrase" }] });
    expect(String(error)).not.toContain("second");
  });
});

describe("HMAC", () => {
  it("asks for the secret and the fields", () => {
    const { params, integrationParams } = acme({ ...PLAIN, fields: [field("key_id")] });
    expect(params.map(({ name, secret }) => [name, secret])).toEqual([
      ["api_secret", true],
      ["key_id", false],
    ]);
    expect(integrationParams).toEqual([]);
  });

  it.each(["SHA-1", "SHA-256", "SHA-384", "SHA-512"])(
    "signs with %s, the key in any encoding",
    async (hash) => {
      const key = Buffer.from("key bytes \xff", "latin1");
      for (const encoding of ["hex", "base64"] as const) {
        const scheme = acme({ ...PLAIN, hash, key: { encoding }, encoding: "base64url" });
        const credentials = await scheme.connect({ api_secret: key.toString(encoding) });
        const signed = await scheme.apply(credentials, new Request("https://a.example/p?q=1"));
        const expected = createHmac(hash.replace("-", ""), key).update("GET\n/p?q=1\n").digest("base64url");
        expect(signed.headers.get("x-sign")).toBe(expected);
      }
    },
  );

  it("signs any body byte by byte, and sends it as it was", async () => {
    const scheme = acme(PLAIN);
    const credentials = await scheme.connect({ api_secret: "a-secret" });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1 }), async (bytes) => {
        const body = new Uint8Array(bytes);
        const signed = await scheme.apply(
          credentials,
          new Request("https://a.example/", { method: "PUT", body }),
        );
        const expected = createHmac("sha256", "a-secret").update("PUT\n/\n").update(body).digest("hex");
        expect(signed.headers.get("x-sign")).toBe(expected);
        expect(new Uint8Array(await signed.arrayBuffer())).toEqual(body);
      }),
    );
  });

  it.each([
    ["seconds", "1353832234"],
    ["milliseconds", "1353832234567"],
    ["iso", "2012-11-25T08:30:34.567Z"],
    ["iso_seconds", "2012-11-25T08:30:34Z"],
    ["http", "Sun, 25 Nov 2012 08:30:34 GMT"],
    ["rfc5322", "Sun, 25 Nov 2012 08:30:34 +0000"],
    ["rfc5322_utc", "Sun, 25 Nov 2012 08:30:34 -0000"],
  ])("writes the time in %s", async (timestamp, expected) => {
    const time = { in: "header", name: "x-time", template: "{timestamp}" };
    const settings = { canonical: ["{timestamp}"], timestamp, placements: [time, ...PLAIN.placements] };
    const scheme = acme(settings, { now: 1_353_832_234_567 });
    const signed = await scheme.apply(
      await scheme.connect({ api_secret: "a-secret" }),
      new Request("https://a.example/"),
    );
    expect(signed.headers.get("x-time")).toBe(expected);
    expect(signed.headers.get("x-sign")).toBe(
      createHmac("sha256", "a-secret").update(expected).digest("hex"),
    );
  });

  it.each([
    ["hex", /^[0-9a-f]{32}$/],
    ["uuid", /^[0-9a-f]{8}-[0-9a-f-]{27}$/],
    ["base64url", /^[\w-]{22}$/],
  ])("signs the nonce it sends, another one each time: %s", async (nonce, form) => {
    const sent = { in: "header", name: "x-nonce", template: "{nonce}" };
    const scheme = acme({ canonical: ["{nonce}"], nonce, placements: [sent, ...PLAIN.placements] });
    const credentials = await scheme.connect({ api_secret: "a-secret" });
    const seen = new Set<string>();
    for (let round = 0; round < 10; round += 1) {
      const { headers } = await scheme.apply(credentials, new Request("https://a.example/"));
      const value = headers.get("x-nonce") ?? "";
      expect(value).toMatch(form);
      expect(headers.get("x-sign")).toBe(createHmac("sha256", "a-secret").update(value).digest("hex"));
      seen.add(value);
    }
    expect(seen.size).toBe(10);
  });

  it.each([
    ["hex", "not hexadecimal"],
    ["hex", "abc"],
    ["base64", "no base64!"],
  ])("refuses a secret that is not written in %s, unseen", async (encoding, secret) => {
    const error = await rejected(acme({ ...PLAIN, key: { encoding } }).connect({ api_secret: secret }));
    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({ issues: [{ path: "connectionParams.api_secret" }] });
    expect(String(error)).not.toContain(secret);
  });

  it("refuses a connection whose templates name what nobody gives", async () => {
    const error = await rejected(
      acme({ ...PLAIN, canonical: ["{tenant}"] }).connect({ api_secret: "a-secret" }),
    );
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({ issues: [{ path: "tenant" }] });
  });

  it.each([
    ["no signature", { ...PLAIN, placements: [{ in: "header", name: "x", template: "x" }] }, "placements"],
    [
      "a secret that is sent",
      { ...PLAIN, placements: [{ in: "header", name: "x", template: "{api_secret}" }] },
      "placements.0.template",
    ],
    [
      "a header name with a space",
      { ...PLAIN, placements: [{ in: "header", name: "x y" }] },
      "placements.0.name",
    ],
    [
      "a line break in a header",
      { ...PLAIN, placements: [{ in: "header", name: "x", template: "{signature}\n" }] },
      "placements.0.template",
    ],
    [
      "a body in a header",
      { ...PLAIN, placements: [{ in: "header", name: "x", template: "{body}{signature}" }] },
      "placements.0.template",
    ],
    [
      "Basic without a password",
      { ...PLAIN, placements: [{ in: "basic", template: "{signature}" }] },
      "placements.0.template",
    ],
    ["the secret in what is signed", { ...PLAIN, canonical: ["{api_secret}"] }, "canonical"],
    ["a digest without the secret", { ...PLAIN, construction: "digest" }, "canonical"],
    ["a signature that signs itself", { ...PLAIN, canonical: ["{method}", "{signature}"] }, "canonical.1"],
    [
      "a field with the name of a part of the request",
      { ...PLAIN, fields: [field("host")] },
      "fields.0.name",
    ],
    ["two fields of one name", { ...PLAIN, fields: [field("id"), field("id")] }, "fields.1.name"],
    ["a key with the name of a part of the request", { ...PLAIN, key: { name: "nonce" } }, "key.name"],
    [
      "a secret field in Basic",
      {
        ...PLAIN,
        fields: [{ ...field("pin"), secret: true }],
        placements: [{ in: "basic", template: "{pin}:{signature}" }],
      },
      "placements.0.template",
    ],
    ["an unknown hash", { ...PLAIN, hash: "MD5" }, "hash"],
  ])("refuses settings with %s", (_what, settings, path) => {
    expect(refusedSettings(hmac(), settings)).toMatchObject({ code: "CONFIG_INVALID" });
    const error = caught(() => hmac().parseSettings({ scheme: "HMAC", ...settings }));
    expect(error).toMatchObject({ issues: expect.arrayContaining([expect.objectContaining({ path })]) });
  });
});
