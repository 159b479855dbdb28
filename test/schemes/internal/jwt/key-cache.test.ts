import { describe, expect, it, vi } from "vitest";
import { createKeyCache } from "../../../../src/schemes/internal/jwt/key-cache.js";

const KEY = Uint8Array.of(1);

describe("a cache of imported keys", () => {
  it("imports a key once, for all who ask at once or later", async () => {
    const keyOf = createKeyCache();
    const load = vi.fn(async () => KEY);
    expect(await Promise.all([keyOf("a", load), keyOf("a", load)])).toEqual([KEY, KEY]);
    await keyOf("a", load);
    expect(load).toHaveBeenCalledTimes(1);
    await keyOf("b", load);
    expect(load).toHaveBeenCalledTimes(2);
  });

  it("tries one again that could not be imported", async () => {
    const keyOf = createKeyCache();
    await expect(keyOf("a", () => Promise.reject(new Error("no key")))).rejects.toThrow("no key");
    await expect(keyOf("a", async () => KEY)).resolves.toEqual(KEY);
  });
});
