import { describe, expect, it } from "vitest";
import { createKeySets } from "../../../../src/schemes/internal/jwt/key-sets.js";

const URL_A = "https://id.acme.example/keys";
const fetch = async () => Response.json({ keys: [] });

describe("key sets", () => {
  it("are the same for the same URL, `fetch` and clock, and no others", () => {
    const keySets = createKeySets();
    const clock = { now: () => 0 };
    const set = keySets(URL_A, { fetch, clock });
    expect(keySets(URL_A, { fetch, clock })).toBe(set);
    expect(keySets("https://id.acme.example/other", { fetch, clock })).not.toBe(set);
    expect(keySets(URL_A, { fetch: async () => new Response(), clock })).not.toBe(set);
    expect(keySets(URL_A, { fetch, clock: { now: () => 1 } })).not.toBe(set);
    expect(createKeySets()(URL_A, { fetch, clock })).not.toBe(set);
  });

  it("are at https URLs only, or on this machine", () => {
    const keySets = createKeySets();
    const runtime = { fetch, clock: { now: () => 0 } };
    for (const url of ["http://id.acme.example/keys", "https://u:p@id.acme.example/keys", "keys"]) {
      expect(() => keySets(url, runtime)).toThrow(
        expect.objectContaining({
          code: "CONFIG_INVALID",
          issues: [expect.objectContaining({ path: "url" })],
        }),
      );
    }
    expect(() => keySets("http://127.0.0.1:1/keys", runtime)).not.toThrow();
  });
});
