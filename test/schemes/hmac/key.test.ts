import { verify } from "node:crypto";
import { describe, expect, it } from "vitest";
import { hmac } from "../../../src/schemes/hmac.js";
import { ecKey, ed25519Key } from "../../support/keys.js";
import { harness } from "../harness.js";

const ed25519 = ed25519Key();
/** What RFC 8032 calls the private key: the last 32 bytes of its PKCS#8. */
const seed = ed25519.privateKey.export({ type: "pkcs8", format: "der" }).subarray(-32);
const PLAIN = {
  canonical: ["{method}", "{path_query}", "{body}"],
  placements: [{ in: "header", name: "x-sign" }],
};
const acme = (settings: Readonly<Record<string, unknown>>) => harness(hmac(), settings);

describe("HMAC with the construction ed25519", () => {
  it.each([
    ["as PEM", "utf8", ed25519.pkcs8],
    ["as JWK", "utf8", JSON.stringify(ed25519.privateKey.export({ format: "jwk" }))],
    ["as its 32 bytes in base64", "base64", seed.toString("base64")],
    ["as its 32 bytes in hex", "hex", seed.toString("hex")],
  ])("signs with an Ed25519 key that is given %s", async (_form, encoding, secret) => {
    const scheme = acme({ ...PLAIN, construction: "ed25519", key: { encoding }, encoding: "base64" });
    const credentials = await scheme.connect({ api_secret: secret });
    const signed = await scheme.apply(
      credentials,
      new Request("https://a.example/p", { method: "PUT", body: "x" }),
    );
    const signature = Buffer.from(signed.headers.get("x-sign") ?? "", "base64");
    expect(verify(null, Buffer.from("PUT\n/p\nx"), ed25519.publicKey, signature)).toBe(true);
  });

  it.each([
    ["utf8", ecKey().pkcs8],
    ["utf8", "no key at all"],
    ["base64", Buffer.alloc(31).toString("base64")],
  ])("refuses an Ed25519 key in %s that is none, unseen", async (encoding, secret) => {
    const scheme = acme({ ...PLAIN, construction: "ed25519", key: { encoding } });
    const error = await scheme.connect({ api_secret: secret }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ issues: [{ path: "connectionParams.api_secret" }] });
    expect(String(error)).not.toContain(secret);
  });
});
