import type { Vault } from "mooring";
import { CipherError, memoryStorage } from "mooring";
import { describe, expect, it } from "vitest";
import { setUp } from "../support/acme.js";
import { connectionsIn, stock, tokenOf } from "../support/rotated-keys.js";

/** A safe outside of the database, as a host may have one: what it keeps is known here by a ticket alone. */
function safe() {
  const kept = new Map<string, string>();
  const vaultOf = (currentKeyId: string): Vault => ({
    currentKeyId,
    keyIdOf: (sealed) => sealed.split(" ")[0] ?? null,
    async seal(value, row) {
      const ticket = `${currentKeyId} ${kept.size}`;
      kept.set(ticket, JSON.stringify([row, value]));
      return ticket;
    },
    async open(sealed, row) {
      const [keptFor, value] = JSON.parse(kept.get(sealed) ?? "[null, null]");
      if (JSON.stringify(keptFor) === JSON.stringify(row)) return value;
      throw new CipherError("DECRYPT_FAILED", "The safe has no such ticket for this row.", {
        keyId: currentKeyId,
      });
    },
  });
  return { kept, vaultOf };
}

describe("a vault of the host's", () => {
  it("seals and opens everything, and is rotated like keys are", async () => {
    const { kept, vaultOf } = safe();
    const storage = memoryStorage();
    const processWith = (keyId: string) => setUp({ storage, encryption: { vault: vaultOf(keyId) } }).toolset;
    await stock(processWith("safe-1"), 3);
    expect((await connectionsIn(storage)).map(({ credentials }) => credentials?.split(" ")[0])).toEqual(
      Array(3).fill("safe-1"),
    );
    expect([...kept.values()].join()).toContain("access-0");

    const toolset = processWith("safe-2");
    expect(await toolset.rotateEncryptionKeys()).toMatchObject({ rewritten: 4, keyId: "safe-2" });
    for (const ticket of [...kept.keys()]) if (ticket.startsWith("safe-1")) kept.delete(ticket);
    expect(await tokenOf(processWith("safe-2"), 1)).toBe("Bearer access-1");
  });

  it("fails calls with its own error, and is told of by row in a rotation", async () => {
    const { vaultOf } = safe();
    const storage = memoryStorage();
    await stock(setUp({ storage, encryption: { vault: vaultOf("safe-1") } }).toolset, 2);
    const elsewhere = safe().vaultOf("safe-2");
    const { toolset } = setUp({ storage, encryption: { vault: elsewhere } });
    await expect(tokenOf(toolset, 0)).rejects.toMatchObject({ code: "DECRYPT_FAILED" });
    const report = await toolset.rotateEncryptionKeys();
    expect(report.failures.map(({ code }) => code)).toEqual(Array(3).fill("DECRYPT_FAILED"));
  });

  it.each(["seal", "open", "keyIdOf", "currentKeyId"])("is refused without %s", (member) => {
    const vault = { ...safe().vaultOf("safe-1"), [member]: undefined };
    expect(() => setUp({ encryption: { vault } })).toThrow(
      expect.objectContaining({
        code: "CONFIG_INVALID",
        issues: [
          {
            path: "encryption",
            message:
              "expected { keys: [{ id, secret }] }, { vault }, or false to store credentials in the clear",
          },
        ],
      }),
    );
  });
});
