import { describe, expect, it } from "vitest";
import { ConfigurationError } from "../../../src/errors.js";
import { hmac } from "../../../src/schemes/hmac.js";
import { caught } from "../../support/actions.js";
import { harness } from "../harness.js";

const field = (name: string) => ({ name, displayName: name, description: name });
const PLAIN = { canonical: ["{method}"], placements: [{ in: "header", name: "x-sign" }] };
const KRAKEN = {
  hash: "SHA-512",
  key: { encoding: "base64" },
  fields: [field("api_key")],
  canonical: ["{path}{inner_hash}"],
  innerHash: { canonical: ["{timestamp}{body}"] },
  timestamp: "milliseconds",
  encoding: "base64",
  placements: [
    { in: "form", name: "nonce", template: "{timestamp}" },
    { in: "header", name: "API-Key", template: "{api_key}" },
    { in: "header", name: "API-Sign" },
  ],
};

const at = (settings: Readonly<Record<string, unknown>>, now = 0) =>
  harness(hmac(), settings, { now, params: { api_key: "key" } });

describe("HMAC with a hash within and a form", () => {
  it("Kraken: HMAC-SHA512 of the path and a hash within, of a nonce that is also in the form", async () => {
    // https://docs.kraken.com/api/docs/guides/spot-rest-auth
    const kraken = at(KRAKEN, 1_616_492_376_594);
    const credentials = await kraken.connect({
      api_secret: "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg==",
    });
    const order = "ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25";
    const nonce = "nonce=1616492376594";
    const request = new Request("https://api.kraken.com/0/private/AddOrder", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      // The example has the nonce first, and the order of the fields is signed.
      body: `${nonce}&${order}`,
    });
    const inOrder = at({ ...KRAKEN, placements: KRAKEN.placements.slice(1) }, 1_616_492_376_594);
    const signed = await inOrder.apply(credentials, request.clone());
    expect(signed.headers.get("api-sign")).toBe(
      "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ==",
    );
    const added = await kraken.apply(credentials, new Request(request, { body: order }));
    expect(await added.clone().text()).toBe(`${order}&${nonce}`);
    const again = await kraken.apply(credentials, added);
    expect(await again.text()).toBe(`${order}&${nonce}`);
  });

  it("makes a form where there is no body, and says so where there cannot be one", async () => {
    const scheme = at({ ...KRAKEN, fields: [], placements: [KRAKEN.placements[0], KRAKEN.placements[2]] });
    const credentials = await scheme.connect({ api_secret: "c2VjcmV0" });
    const sign = async (init: RequestInit) =>
      scheme.apply(credentials, new Request("https://a.example/", init));
    const made = await sign({ method: "POST" });
    expect([made.headers.get("content-type"), await made.text()]).toEqual([
      "application/x-www-form-urlencoded",
      "nonce=0",
    ]);
    for (const init of [
      {},
      { method: "POST", body: "{}", headers: { "content-type": "application/json" } },
    ]) {
      const error = await sign(init).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ConfigurationError);
      expect(error).toMatchObject({ hint: expect.stringContaining("form") });
    }
  });

  it.each([
    ["an inner hash nobody names", { ...PLAIN, innerHash: { canonical: ["{body}"] } }, "innerHash"],
    ["the name of an inner hash there is none of", { ...PLAIN, canonical: ["{inner_hash}"] }, "innerHash"],
    [
      "an inner hash of itself",
      { ...PLAIN, canonical: ["{inner_hash}"], innerHash: { canonical: ["{inner_hash}"] } },
      "innerHash.canonical",
    ],
    [
      "the secret in an inner hash",
      { ...PLAIN, canonical: ["{inner_hash}"], innerHash: { canonical: ["{api_secret}"] } },
      "innerHash.canonical",
    ],
    [
      "an inner hash that is sent",
      { ...KRAKEN, placements: [{ in: "header", name: "x", template: "{inner_hash}{signature}" }] },
      "placements.0.template",
    ],
    [
      "the signature in the form",
      { ...PLAIN, placements: [{ in: "form", name: "sign", template: "{signature}" }] },
      "placements.0.template",
    ],
  ])("refuses settings with %s", (_what, settings, path) => {
    const error = caught(() => hmac().parseSettings({ scheme: "HMAC", ...settings }));
    expect(error).toMatchObject({ issues: expect.arrayContaining([expect.objectContaining({ path })]) });
  });
});
