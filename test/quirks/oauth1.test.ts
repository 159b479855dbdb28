import type { KeyObject } from "node:crypto";
import { createHmac, verify } from "node:crypto";
import { MooringToolSet, memoryStorage } from "mooring";
import { describe, expect, it } from "vitest";
import { rsaKey } from "../support/keys.js";
import type { SentCall } from "./given.js";
import { connectWith } from "./given.js";
import { appCalled, NOW } from "./journey.js";

const CALLBACK_URL = "https://app.example.com/callback";
/** RFC 5849 §3.6. */
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** The parameters of an `OAuth` header, decoded. */
function readHeader(headers: Headers): Readonly<Record<string, string>> {
  const header = headers.get("authorization") ?? "";
  expect(header).toMatch(/^OAuth /);
  const pairs = [...header.matchAll(/(\w+)="([^"]*)"/g)];
  return Object.fromEntries(pairs.map(([, name = "", value = ""]) => [name, decodeURIComponent(value)]));
}

/** The signature base string of a request as it went out, by the letter of RFC 5849 §3.4.1. */
function baseString({ line, headers, body }: SentCall): string {
  const [method = "", target = ""] = line.split(" ");
  const url = new URL(target);
  const { realm: _realm, oauth_signature: _signature, ...protocol } = readHeader(headers);
  const isForm = headers.get("content-type")?.startsWith("application/x-www-form-urlencoded") ?? false;
  const parameters = [
    ...Object.entries(protocol),
    ...url.searchParams,
    ...(isForm ? new URLSearchParams(body) : []),
  ]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join("&");
  return [method, encode(url.origin + url.pathname), encode(parameters)].join("&");
}

const macOf = (call: SentCall, hash: "sha1" | "sha256", secrets: string) =>
  createHmac(hash, secrets).update(baseString(call)).digest("base64");

/** Goes through an app's flow, the user saying yes at once. */
async function journey(slug: string, options: Partial<Record<"config" | "params", Record<string, string>>>) {
  const app = appCalled(slug);
  const authScheme = app.authSchemes.map(({ scheme }) => scheme).find((name) => name.startsWith("OAUTH1"));
  const sent: SentCall[] = [];
  const toolset = new MooringToolSet({
    storage: memoryStorage(),
    callbackUrl: CALLBACK_URL,
    apps: [app],
    clock: { now: () => NOW, sleep: async () => undefined },
    fetch: async (input, init) => {
      const request = new Request(input, init);
      sent.push({
        line: `${request.method} ${request.url}`,
        headers: request.headers,
        body: await request.text(),
      });
      const [first, second] = [
        "oauth_token=temp&oauth_token_secret=temp%2Fsecret&oauth_callback_confirmed=true",
        "oauth_token=token&oauth_token_secret=token%2Bsecret&user_id=7&screen_name=ada",
      ];
      if (sent.length > 2) return Response.json({ id: 9, key: "ada", username: "ada" });
      return new Response(sent.length === 1 ? first : second);
    },
  });
  const authConfig = options.config ?? { consumer_key: "ck", consumer_secret: "cs&=" };
  await toolset.createIntegration({ app, authScheme, authConfig });
  const connectionParams = options.params ?? {};
  const request = await toolset.getEntity("ada").initiateConnection({ app, authScheme, connectionParams });
  const page = new URL(request.redirectUrl ?? "");
  return {
    sent,
    page,
    async finish(verifier: string | null) {
      const said = sent[0] === undefined ? undefined : readHeader(sent[0].headers)["oauth_callback"];
      const back = new URL(page.searchParams.get("oauth_callback") ?? said ?? "");
      back.searchParams.set("oauth_token", "temp");
      if (verifier !== null) back.searchParams.set("oauth_verifier", verifier);
      return (await toolset.handleCallback(back, { entityId: "ada" })).connection;
    },
  };
}

const PROTOCOL = { oauth_consumer_key: "ck", oauth_version: "1.0", oauth_timestamp: String(NOW / 1000) };
const HEX_NONCE = expect.stringMatching(/^[0-9a-f]{32}$/);

describe("OAuth 1.0", () => {
  it("at Discogs: PLAINTEXT, GET for the request token, POST for the access token", async () => {
    const { sent, page, finish } = await journey("discogs", {});
    const { account } = await finish("v");
    expect(sent.map(({ line, body }) => [line, body])).toEqual([
      ["GET https://api.discogs.com/oauth/request_token", ""],
      ["POST https://api.discogs.com/oauth/access_token", ""],
      ["GET https://api.discogs.com/oauth/identity", ""],
    ]);
    expect(page.href).toBe("https://www.discogs.com/oauth/authorize?oauth_token=temp");
    const plain = { ...PROTOCOL, oauth_nonce: HEX_NONCE, oauth_signature_method: "PLAINTEXT" };
    const [first, second, third] = sent.map(({ headers }) => readHeader(headers));
    expect(first).toEqual({
      ...plain,
      oauth_callback: expect.stringMatching(/^https:\/\/app\.example\.com\/callback\?state=[\w-]+$/),
      oauth_signature: "cs%26%3D&",
    });
    expect(second).toEqual({
      ...plain,
      oauth_token: "temp",
      oauth_verifier: "v",
      oauth_signature: "cs%26%3D&temp%2Fsecret",
    });
    expect(third).toEqual({
      ...plain,
      oauth_token: "token",
      oauth_signature: "cs%26%3D&token%2Bsecret",
    });
    expect(sent[2]?.headers.get("user-agent")).toBe("mooring");
    expect(account).toEqual({ id: "9", email: null, label: "ada" });
  });

  it("at Jira Data Center: RSA-SHA1 with the key of the application link", async () => {
    const key = rsaKey();
    const { sent, page, finish } = await journey("jiradatacenter", {
      config: { consumer_key: "ck", private_key: key.pkcs8 },
      params: { host: "jira.acme.example" },
    });
    const connection = await finish("v");
    expect(page.href).toBe("https://jira.acme.example/plugins/servlet/oauth/authorize?oauth_token=temp");
    await connection.request("/search", { searchParams: { jql: "project = ACME & x" } });
    expect(sent.map(({ line }) => line)).toEqual([
      "POST https://jira.acme.example/plugins/servlet/oauth/request-token",
      "POST https://jira.acme.example/plugins/servlet/oauth/access-token",
      "GET https://jira.acme.example/rest/api/2/myself",
      "GET https://jira.acme.example/rest/api/2/search?jql=project+%3D+ACME+%26+x",
    ]);
    const isSigned = (call: SentCall, publicKey: KeyObject) => {
      const signature = Buffer.from(readHeader(call.headers)["oauth_signature"] ?? "", "base64");
      return verify("sha1", Buffer.from(baseString(call)), publicKey, signature);
    };
    expect(sent.map((call) => isSigned(call, key.publicKey))).toEqual([true, true, true, true]);
    expect(readHeader(sent[0]?.headers ?? new Headers())["oauth_signature_method"]).toBe("RSA-SHA1");
  });

  it("at NetSuite: HMAC-SHA256, the realm spelled as NetSuite does and not signed", async () => {
    const { connection, sent } = await connectWith("netsuite", {
      params: {
        account_id: "1234567-sb1",
        consumer_key: "ck",
        consumer_secret: "cs",
        oauth_token: "t",
        oauth_token_secret: "ts",
      },
    });
    await connection.request("/record/v1/customer", { searchParams: { limit: 5, q: 'email IS "a b"' } });
    const [call] = sent;
    if (call === undefined) throw new Error("Nothing was sent.");
    expect(call.line).toBe(
      "GET https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/record/v1/customer?limit=5&q=email+IS+%22a+b%22",
    );
    expect(readHeader(call.headers)).toEqual({
      ...PROTOCOL,
      realm: "1234567_SB1",
      oauth_nonce: HEX_NONCE,
      oauth_signature_method: "HMAC-SHA256",
      oauth_token: "t",
      oauth_signature: macOf(call, "sha256", "cs&ts"),
    });
  });

  it("at Trello: scopes and lifetime in the authorization URL", async () => {
    const { page, sent, finish } = await journey("trello", {});
    await finish("v");
    expect(page.href).toBe(
      "https://trello.com/1/OAuthAuthorizeToken?expiration=never&scope=read%2Cwrite&oauth_token=temp",
    );
    expect(sent.map(({ line }) => line)).toEqual([
      "POST https://trello.com/1/OAuthGetRequestToken",
      "POST https://trello.com/1/OAuthGetAccessToken",
      "GET https://api.trello.com/1/members/me",
    ]);
    // Each step with the secrets of its own: none, those of the request token, those of the access token.
    expect(sent.map(({ headers }) => readHeader(headers)["oauth_signature"])).toEqual(
      ["", "temp%2Fsecret", "token%2Bsecret"].map((secret, index) => {
        const call = sent[index];
        return call === undefined ? "" : macOf(call, "sha1", `cs%26%3D&${secret}`);
      }),
    );
  });

  it("at TripIt: the callback URL goes with the user, and there is no verifier", async () => {
    const { page, sent, finish } = await journey("tripit", {});
    expect(page.origin + page.pathname).toBe("https://www.tripit.com/oauth/authorize");
    expect(page.searchParams.get("oauth_callback")).toMatch(
      /^https:\/\/app\.example\.com\/callback\?state=[\w-]+$/,
    );
    expect((await finish(null)).status).toBe("ACTIVE");
    const [first, second] = sent.map(({ headers }) => readHeader(headers));
    expect(first).not.toHaveProperty("oauth_callback");
    expect(second).not.toHaveProperty("oauth_verifier");
    expect(second).toHaveProperty("oauth_token", "temp");
  });

  it("at X: query and form are in the base string and not in the header; the state is in the callback URL", async () => {
    const { sent, finish } = await journey("x", {});
    const connection = await finish("v");
    expect(connection.account).toEqual({ id: "7", email: null, label: "ada" });
    await connection.request("https://api.x.com/1.1/statuses/update.json?include_entities=true", {
      method: "POST",
      body: new URLSearchParams({ status: "Hello Ladies + Gentlemen, a signed OAuth request!" }),
    });
    const call = sent.at(-1);
    if (call === undefined) throw new Error("Nothing was sent.");
    expect(call.body).toBe("status=Hello+Ladies+%2B+Gentlemen%2C+a+signed+OAuth+request%21");
    expect(readHeader(call.headers)).toEqual({
      ...PROTOCOL,
      oauth_nonce: HEX_NONCE,
      oauth_signature_method: "HMAC-SHA1",
      oauth_token: "token",
      oauth_signature: macOf(call, "sha1", "cs%26%3D&token%2Bsecret"),
    });
    // That example as X's documentation works it out.
    expect(baseString(call)).toContain(
      "status%3DHello%2520Ladies%2520%252B%2520Gentlemen%252C%2520a%2520signed%2520OAuth%2520request%2521",
    );
  });
});
