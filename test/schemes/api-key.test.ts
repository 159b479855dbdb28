import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { ConfigurationError, ValidationError } from "../../src/errors.js";
import { apiKey } from "../../src/schemes/api-key.js";
import { harness, refusedSettings } from "./harness.js";

const scheme = apiKey();
const acmeWith = (placements: readonly unknown[], more: Record<string, unknown> = {}) =>
  harness(scheme, { placements, ...more });
const header = { in: "header", name: "X-Api-Key" };
const query = { in: "query", name: "key" };
const body = { in: "body", name: "key" };
const cookie = { in: "cookie", name: "key" };

/** A server that answers with what it was asked. */
const server = createServer((request, response) => {
  const chunks: Uint8Array[] = [];
  request.on("data", (chunk: Uint8Array) => chunks.push(chunk));
  request.on("end", () => {
    const { method, url, headers } = request;
    response.end(JSON.stringify({ method, url, headers, body: Buffer.concat(chunks).toString("utf8") }));
  });
});
const received = z.object({
  method: z.string(),
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
});
let origin: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = z.custom<AddressInfo>().parse(server.address());
  origin = `http://127.0.0.1:${port}`;
});
afterAll(() => server.close());

/** What arrives at the server. */
async function send(request: Request) {
  const response = await fetch(request);
  return received.parse(await response.json());
}

describe("API_KEY asks the user", () => {
  const key = {
    name: "api_key",
    displayName: "API Key",
    description: "API key for authentication",
    required: true,
    secret: true,
    default: null,
    aliases: [],
    pattern: null,
  };

  it("for a key", () => {
    const acme = acmeWith([header]);
    expect(acme.params).toEqual([key]);
    expect(acme.integrationParams).toEqual([]);
  });

  it("in the words and under the names of the app", () => {
    const words = { displayName: "Token", description: "From your settings", aliases: ["token"] };
    expect(acmeWith([header], words).params).toEqual([{ ...key, ...words }]);
  });

  it.each([
    ["required", true],
    ["optional", false],
  ])("for a secret where it is %s", (secret, required) => {
    const [, apiSecret] = acmeWith([header], { secret }).params;
    expect(apiSecret).toMatchObject({ name: "api_secret", required, secret: true });
  });
});

describe("API_KEY refuses", () => {
  it.each([
    ["a line break", "SECRET\r\nx-injected: 1"],
    ["a pasted line break at its end", "SECRET\n"],
    ["a character beyond Latin-1", "SECRET€"],
    ["white space around it", " SECRET"],
    ["nothing in it", ""],
  ])("a key for a header with %s, without repeating it", async (_what, api_key) => {
    const error = await acmeWith([query, header])
      .connect({ api_key })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({ issues: [{ path: "connectionParams.api_key" }] });
    expect(JSON.stringify(error)).not.toContain("SECRET");
  });

  it("a missing secret where one is required", async () => {
    const acme = acmeWith([header], { secret: "required" });
    await expect(acme.connect({ api_key: "k-1" })).rejects.toThrow("connectionParams.api_secret");
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["no placement", { placements: [] }, "placements"],
    ["a constant only", { placements: [{ ...header, template: "x" }] }, "placements"],
    ["a header name with a space", { placements: [{ ...header, name: "X Key" }] }, "placements.0.name"],
    ["a cookie name with a separator", { placements: [{ ...cookie, name: "a=b" }] }, "placements.0.name"],
    [
      "an unknown placeholder",
      { placements: [query, { ...query, template: "{token}" }] },
      "placements.1.template",
    ],
    [
      "a secret nobody is asked for",
      { placements: [query, { ...query, template: "{api_secret}" }] },
      "placements.1.template",
    ],
    [
      "a line break in a header",
      { placements: [{ ...header, template: "a\n{api_key}" }] },
      "placements.0.template",
    ],
    ["an unknown key", { placements: [query], prefix: "x" }, "(root)"],
  ])("settings with %s", (_what, settings, path) => {
    expect(refusedSettings(scheme, settings)).toMatchObject({ code: "CONFIG_INVALID", issues: [{ path }] });
  });

  it.each([null, {}, { api_key: "" }, { api_key: "SECRET", token: "SECRET" }])(
    "%j as credentials",
    (value) => {
      expect(() => scheme.parseCredentials(value)).toThrow(
        /^These are not credentials of API_KEY: (?!.*SECRET)/,
      );
    },
  );
});

describe("API_KEY sends the key", () => {
  it("in a header, in place of the caller's own, on the very request it was given", async () => {
    const acme = acmeWith([{ ...header, template: "Key {api_key}" }]);
    const request = new Request(`${origin}/v1`, { headers: { "x-api-key": "forged" } });
    expect(acme.apply(await acme.connect({ api_key: "k-1" }), request)).toBe(request);
    expect((await send(request)).headers["x-api-key"]).toBe("Key k-1");
  });

  it("in a header with any character of Latin-1", async () => {
    const acme = acmeWith([header]);
    const sent = await send(await acme.apply(await acme.connect({ api_key: "kü§1" }), new Request(origin)));
    expect(sent.headers["x-api-key"]).toBe("kü§1");
  });

  it("in the query, in place of the caller's own, and leaves the rest of the URL as it is", async () => {
    const acme = acmeWith([query]);
    const request = new Request(`${origin}/v1/a%2Fb?q=x%20y&key=forged&z=%7e`);
    const sent = await send(await acme.apply(await acme.connect({ api_key: "k&1 +ü" }), request));
    expect(sent).toMatchObject({ method: "GET", url: "/v1/a%2Fb?q=x%20y&z=%7e&key=k%261%20%2B%C3%BC" });
  });

  it("in the query of a request with a body, which goes out in one piece", async () => {
    const acme = acmeWith([query]);
    const request = new Request(origin, {
      method: "POST",
      body: '{"a":1}',
      headers: { "content-type": "a/b" },
    });
    const sent = await send(await acme.apply(await acme.connect({ api_key: "k-1" }), request));
    expect(sent).toMatchObject({ method: "POST", url: "/?key=k-1", body: '{"a":1}' });
    expect(sent.headers).toMatchObject({ "content-length": "7", "content-type": "a/b" });
    expect(sent.headers).not.toHaveProperty("transfer-encoding");
  });

  it("in a cookie beside the caller's", async () => {
    const acme = acmeWith([cookie]);
    const request = new Request(origin, { headers: { cookie: "a=1; key=forged" } });
    const sent = await send(await acme.apply(await acme.connect({ api_key: "k;1" }), request));
    expect(sent.headers).toMatchObject({ cookie: "a=1; key=k%3B1" });
  });

  it("in the body", async () => {
    const acme = acmeWith([body]);
    const credentials = await acme.connect({ api_key: "k-ü" });
    const json = { method: "PATCH", body: '{"a":1}', headers: { "content-type": "application/json" } };
    const sent = await send(await acme.apply(credentials, new Request(`${origin}/v1`, json)));
    expect(sent).toMatchObject({ method: "PATCH", url: "/v1", body: '{"a":1,"key":"k-ü"}' });
    expect(sent.headers).toMatchObject({ "content-length": "20", "content-type": "application/json" });
  });

  it("in a body of its own where the request has none", async () => {
    const acme = acmeWith([body]);
    const request = new Request(origin, { method: "POST" });
    const sent = await send(await acme.apply(await acme.connect({ api_key: "k-1" }), request));
    expect(sent).toMatchObject({ body: '{"key":"k-1"}', headers: { "content-type": "application/json" } });
  });

  it("not at all when it belongs in a body there cannot be", async () => {
    const acme = acmeWith([body]);
    const credentials = await acme.connect({ api_key: "k-1" });
    await expect(acme.apply(credentials, new Request(origin))).rejects.toThrow(ConfigurationError);
  });

  it("in several places at once, with the secret in its own", async () => {
    const placements = [
      header,
      { ...query, template: "{api_secret}" },
      { ...body, template: "{api_key}:{api_secret}" },
      cookie,
    ];
    const acme = acmeWith(placements, { secret: "required" });
    const request = new Request(origin, { method: "POST", body: new URLSearchParams({ a: "1" }) });
    const sent = await send(
      await acme.apply(await acme.connect({ api_key: "k-1", api_secret: "s-1" }), request),
    );
    expect(sent).toMatchObject({ url: "/?key=s-1", body: "a=1&key=k-1%3As-1" });
    expect(sent.headers).toMatchObject({ "x-api-key": "k-1", cookie: "key=k-1" });
  });

  it("without the placement that is for the secret alone, when there is none", async () => {
    const acme = acmeWith([header, { in: "header", name: "X-Secret", template: "{api_secret}" }], {
      secret: "optional",
    });
    const request = await acme.apply(await acme.connect({ api_key: "k-1" }), new Request(origin));
    expect([...request.headers]).toEqual([["x-api-key", "k-1"]]);
  });

  it("so that a server reads the very key, whichever it is", async () => {
    const acme = acmeWith([query, body]);
    const text = fc
      .string({ unit: "grapheme", minLength: 1 })
      .filter((value) => !/\p{Surrogate}/u.test(value));
    await fc.assert(
      fc.asyncProperty(text, async (api_key) => {
        const request = new Request("https://api.acme.example/", { method: "PUT" });
        const applied = await acme.apply(await acme.connect({ api_key }), request);
        expect(new URL(applied.url).searchParams.get("key")).toBe(api_key);
        expect(await applied.json()).toEqual({ key: api_key });
      }),
    );
  });
});

describe("API_KEY names as secrets", () => {
  it("key and secret, also as a cookie spells them", () => {
    expect(scheme.secrets({ api_key: "k 1", api_secret: "s-1" })).toEqual(["k 1", "s-1", "k%201"]);
  });
});
