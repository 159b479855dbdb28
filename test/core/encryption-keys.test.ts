import { execFileSync } from "node:child_process";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import type { EncryptionKey } from "../../src/core/encryption-keys.js";
import { readEncryptionKeys } from "../../src/core/encryption-keys.js";
import { ConfigurationError } from "../../src/errors.js";
import { caught } from "../support/actions.js";

const SECRET = "correct-horse-battery-staple-012";

function refused(keys: readonly EncryptionKey[]): ConfigurationError {
  const error = caught(() => readEncryptionKeys(keys));
  if (error instanceof ConfigurationError) return error;
  throw new Error("expected a ConfigurationError");
}

describe("readEncryptionKeys", () => {
  it("wants at least one key", () => {
    const error = refused([]);
    expect(error).toMatchObject({ code: "ENCRYPTION_KEY_MISSING", issues: [{ path: "encryption.keys" }] });
  });

  it.each(["", "a b", "ä", "a/b", "x".repeat(129)])("refuses the id %j", (id) => {
    expect(refused([{ id, secret: SECRET }])).toMatchObject({
      code: "CONFIG_INVALID",
      issues: [{ path: "encryption.keys.0.id" }],
    });
  });

  it("refuses an id that is taken", () => {
    const keys = ["a", "b", "a"].map((id) => ({ id, secret: SECRET }));
    expect(refused(keys).issues).toMatchObject([{ path: "encryption.keys.2.id" }]);
  });

  it.each([
    ["text", SECRET.slice(1)],
    ["bytes", new Uint8Array(31)],
  ])("refuses a secret of 31 bytes as %s, without repeating it", (_form, secret) => {
    const error = refused([
      { id: "a", secret: SECRET },
      { id: "b", secret },
    ]);
    expect(error.issues).toEqual([
      { path: "encryption.keys.1.secret", message: "expected at least 32 bytes, got 31" },
    ]);
    expect(inspect(error, { depth: 9 })).not.toContain(SECRET.slice(1));
  });

  it("counts a text's bytes, not its characters", () => {
    expect(readEncryptionKeys([{ id: "a", secret: "ü".repeat(16) }])).toHaveLength(1);
  });

  it("says how to make a secret, and that way works", () => {
    const { hint } = refused([{ id: "a", secret: "short" }]);
    const script = /node -e "(.+)"/.exec(hint ?? "")?.[1] ?? "";
    const secret = execFileSync(process.execPath, ["-e", script], { encoding: "utf8" }).trim();
    expect(readEncryptionKeys([{ id: "a", secret }])).toMatchObject([{ id: "a" }]);
  });

  it("derives a key that cannot be read, once", async () => {
    const [{ derive }] = readEncryptionKeys([{ id: "a", secret: SECRET }]);
    const key = await derive();
    expect(key).toMatchObject({ extractable: false, algorithm: { name: "AES-GCM", length: 256 } });
    expect(await derive()).toBe(key);
  });
});
