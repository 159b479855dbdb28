import { createHmac, generateKeyPairSync, verify } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Rfc5849 } from "../../../../src/schemes/internal/oauth1/rfc5849.js";
import type { Signable } from "../../../../src/schemes/internal/oauth1/signer.js";
import { createSigner } from "../../../../src/schemes/internal/oauth1/signer.js";

const oauth = new Rfc5849({ consumer: { key: "k", secret: "s" } });
interface Vector {
  readonly name: string;
  readonly consumer: { readonly key: string; readonly secret: string };
  readonly nonce: string;
  readonly timestamp: number;
  readonly request: Pick<Signable, "method" | "url" | "form" | "token">;
  readonly signature: string;
}

const TWITTER = {
  consumer: { key: "xvz1evFS4wEEPTGEFPHBog", secret: "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw" },
  nonce: "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg",
  timestamp: 1_318_622_958,
  token: {
    key: "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
    secret: "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
  },
  form: [["status", "Hello Ladies + Gentlemen, a signed OAuth request!"]] as const,
};
const tweet = (path: string) => ({
  method: "POST",
  url: `https://api.twitter.com${path}?include_entities=true`,
  form: TWITTER.form,
  token: TWITTER.token,
});

/** Vectors that send `oauth_version`, as we do. */
const VECTORS: readonly Vector[] = [
  {
    ...TWITTER,
    name: "X's documentation, /1.1",
    request: tweet("/1.1/statuses/update.json"),
    signature: "hCtSmYh+iHYCEqBWrE7C7hYmtUk=",
  },
  {
    ...TWITTER,
    name: "X's documentation, /1",
    request: tweet("/1/statuses/update.json"),
    signature: "tnnArxj06cWHq44gCs1OSKk/jLY=",
  },
  {
    name: "OAuth Core 1.0, appendix A.5",
    consumer: { key: "dpf43f3p2l4k3l03", secret: "kd94hf93k423kf44" },
    nonce: "kllo9940pd9333jh",
    timestamp: 1_191_242_096,
    request: {
      method: "GET",
      url: "http://photos.example.net/photos?file=vacation.jpg&size=original",
      form: [],
      token: { key: "nnch734d00sl2jdk", secret: "pfkkdhi9sl3r4s00" },
    },
    signature: "tR3+Ty81lMeYAr/Fid0kMTYa/WM=",
  },
];

describe("a signature", () => {
  it.each(VECTORS)("is that of $name", ({ consumer, nonce, timestamp, request, signature }) => {
    const sign = createSigner("HMAC-SHA1", consumer, () => nonce);
    const { parameters } = sign({ ...request, now: timestamp * 1000, realm: null });
    expect(Object.fromEntries(parameters)["oauth_signature"]).toBe(signature);
  });

  it("is new for each request", () => {
    const sign = createSigner("HMAC-SHA256", { key: "k", secret: "s" });
    const request = {
      method: "GET",
      url: "https://acme.example/",
      form: [],
      token: null,
      now: 0,
      realm: null,
    };
    expect(sign(request).authorization).not.toBe(sign(request).authorization);
  });

  it("is made of both secrets, encoded, with PLAINTEXT (RFC 5849 §3.4.4)", () => {
    const sign = createSigner("PLAINTEXT", { key: "k", secret: "a&b" });
    const token = { key: "t", secret: "c d" };
    const { parameters } = sign({
      method: "GET",
      url: "https://acme.example/",
      form: [],
      token,
      now: 0,
      realm: null,
    });
    expect(Object.fromEntries(parameters)["oauth_signature"]).toBe("a%26b&c%20d");
  });

  it("is one that another implementation verifies, with RSA-SHA1", () => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const pem = privateKey.export({ format: "pem", type: "pkcs1" }).toString().replaceAll("\n", "\\n");
    const sign = createSigner("RSA-SHA1", { key: "k", secret: pem }, () => "nonce");
    const request = { method: "GET", url: "https://acme.example/a?b=c", form: [], token: null };
    const { parameters } = sign({ ...request, now: 5000, realm: null });
    const { oauth_signature = "", ...protocol } = Object.fromEntries(parameters);
    const base = oauth.baseStringOf(request.method, request.url, Object.entries(protocol));
    expect(verify("sha1", Buffer.from(base), publicKey, Buffer.from(oauth_signature, "base64"))).toBe(true);
  });

  it.each(["", "not a key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"])(
    "needs an RSA key, and does not repeat what is none: %j",
    (secret) => {
      const make = () => createSigner("RSA-SHA1", { key: "k", secret });
      expect(make).toThrow(expect.objectContaining({ code: "CONFIG_INVALID" }));
      if (secret !== "") expect(make).not.toThrow(secret);
    },
  );
});

/** RFC 5849's own requests do not send `oauth_version`: their signatures are those of base strings without it. */
const RFC = { key: "dpf43f3p2l4k3l03", secret: "kd94hf93k423kf44" };
const rfcSignature = (base: string, tokenSecret: string) =>
  createHmac("sha1", `${RFC.secret}&${tokenSecret}`).update(base).digest("base64");

describe("a base string", () => {
  it.each<readonly [string, string, Readonly<Record<string, string>>, string, string]>([
    [
      "POST",
      "https://photos.example.net/initiate",
      {
        oauth_timestamp: "137131200",
        oauth_nonce: "wIjqoS",
        oauth_callback: "http://printer.example.com/ready",
      },
      "",
      "74KNZJeDHnMBp0EMJ9ZHt/XKycU=",
    ],
    [
      "POST",
      "https://photos.example.net/token",
      {
        oauth_token: "hh5s93j4hdidpola",
        oauth_timestamp: "137131201",
        oauth_nonce: "walatlh",
        oauth_verifier: "hfdp7dh39dks9884",
      },
      "hdhd0244k9j7ao03",
      "gKgrFCywp7rO0OXSjdot/IHF7IU=",
    ],
    [
      "GET",
      "http://photos.example.net/photos?file=vacation.jpg&size=original",
      { oauth_token: "nnch734d00sl2jdk", oauth_timestamp: "137131202", oauth_nonce: "chapoH" },
      "pfkkdhi9sl3r4s00",
      "MdpQcU8iPSUjWoN/UDMsK2sui9I=",
    ],
  ])("is that of RFC 5849 §1.2: %s %s", (method, url, given, tokenSecret, signature) => {
    const protocol = { oauth_consumer_key: RFC.key, oauth_signature_method: "HMAC-SHA1", ...given };
    const base = oauth.baseStringOf(method, url, Object.entries(protocol));
    expect(rfcSignature(base, tokenSecret)).toBe(signature);
  });

  it("is that of RFC 5849 §3.4.1.1: repeated names, a form, and what was encoded before", () => {
    const base = oauth.baseStringOf("POST", "http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b", [
      ["c2", ""],
      ["a3", "2 q"],
      ["oauth_consumer_key", "9djdj82h48djs9d2"],
      ["oauth_token", "kkk9d7dh3k39sjv7"],
      ["oauth_signature_method", "HMAC-SHA1"],
      ["oauth_timestamp", "137131201"],
      ["oauth_nonce", "7d8f3e4a"],
    ]);
    expect(base).toBe(
      "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7",
    );
    const key = "j49sk3j29djd&dh893hdasih9";
    expect(createHmac("sha1", key).update(base).digest("base64")).toBe("r6/TJjbCOr97/+UU0NsvSne7s5g=");
  });

  it.each([
    ["http://acme.example:80/", "http://acme.example/"],
    ["https://acme.example:443/a", "https://acme.example/a"],
    ["https://acme.example:8443/a", "https://acme.example:8443/a"],
    ["https://ACME.example/A?x=y#z", "https://acme.example/A"],
  ])("has the URL %s as %s (RFC 5849 §3.4.1.2)", (url, base) => {
    expect(oauth.getBaseUrl(url)).toBe(base);
  });

  it("encodes all but the unreserved characters (RFC 5849 §3.6), and can be decoded again", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const encoded = oauth.percentEncode(text);
        expect(encoded).toMatch(/^(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})*$/);
        expect(decodeURIComponent(encoded)).toBe(text);
      }),
    );
  });

  it("has every parameter exactly once, in the order of their encoded form", () => {
    const pair = fc.tuple(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }));
    fc.assert(
      fc.property(fc.array(pair), fc.array(pair), (query, form) => {
        const url = `https://acme.example/?${new URLSearchParams(query)}`;
        const text = decodeURIComponent(oauth.baseStringOf("POST", url, form).split("&")[2] ?? "");
        const encoded = text === "" ? [] : text.split("&");
        expect(encoded).toEqual(
          encoded.toSorted((a, b) => (a.replace("=", "\0") < b.replace("=", "\0") ? -1 : 1)),
        );
        const decoded = encoded.map((item) => item.split("=").map(decodeURIComponent).join("\n"));
        expect(decoded.toSorted()).toEqual([...query, ...form].map((parts) => parts.join("\n")).toSorted());
      }),
    );
  });
});
