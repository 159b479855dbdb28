import type { KeyManagement, Vault, VaultBinding } from "mooring";
import { CipherError, envelopeVault } from "mooring";
import { describe, expect, it } from "vitest";
import { createVault } from "../../src/core/vault.js";

const ROW: VaultBinding = { table: "connections", id: "connection-1", entityId: "user_1" };
const LOCAL = { id: "local-2025", secret: "an-encryption-key-of-the-host-32" };

/** A key management service in this process: XOR with a key per id, and counted calls. */
function service(keyId = "kms-1") {
  const masks: Record<string, number> = { "kms-1": 0x5a, "kms-2": 0xa5 };
  const calls = { wrap: 0, unwrap: 0 };
  const state = { away: false };
  const masked = (bytes: Uint8Array, id: string) => bytes.map((byte) => byte ^ (masks[id] ?? 0));
  const answer = (bytes: Uint8Array) => {
    if (state.away) throw Object.assign(new Error("secret detail"), { code: "KMSUnavailable" });
    return bytes;
  };
  const keyManagement: KeyManagement = {
    keyId,
    async wrap(dataKey) {
      calls.wrap += 1;
      return answer(masked(dataKey, keyId));
    },
    async unwrap(wrapped, id) {
      calls.unwrap += 1;
      return answer(masked(wrapped, id));
    },
  };
  return { keyManagement, calls, state };
}

/** A process of the host; time is set by hand. */
function started(options: Partial<Parameters<typeof envelopeVault>[0]> = {}) {
  const kms = service();
  const time = { now: 0 };
  const vault = envelopeVault({ keyManagement: kms.keyManagement, now: () => time.now, ...options });
  return { ...kms, time, vault };
}

const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

describe("envelopeVault", () => {
  it("opens what it sealed, in this process and in another one", async () => {
    const { vault } = started();
    const sealed = await vault.seal({ token: "t" }, ROW);
    expect(await vault.open(sealed, ROW)).toEqual({ token: "t" });
    expect(await started().vault.open(sealed, ROW)).toEqual({ token: "t" });
  });

  it("stores neither the value nor the data key in the clear", async () => {
    let dataKey = new Uint8Array();
    const { vault } = started({
      keyManagement: {
        ...service().keyManagement,
        wrap: async (bytes) => {
          dataKey = new Uint8Array(bytes);
          return bytes.map((byte) => byte ^ 1);
        },
      },
    });
    const sealed = await vault.seal({ token: "secret-token" }, ROW);
    const header = Buffer.from(sealed.split(".")[0] ?? "", "base64url").toString();
    expect(JSON.parse(header)).toEqual({
      alg: "dir",
      enc: "A256GCM",
      kid: "kms-1",
      edk: Buffer.from(dataKey.map((byte) => byte ^ 1)).toString("base64url"),
      row: ["connections", "connection-1", "user_1"],
    });
    expect(sealed).not.toContain(Buffer.from("secret-token").toString("base64url").slice(0, 12));
  });

  it("asks the service once to seal and open a thousand values", async () => {
    const { vault, calls } = started();
    const sealed = await Promise.all(
      Array.from({ length: 1_000 }, (_, index) => vault.seal({ index }, { ...ROW, id: `c-${index}` })),
    );
    expect(calls).toEqual({ wrap: 1, unwrap: 0 });
    const other = started();
    await Promise.all(sealed.map((value, index) => other.vault.open(value, { ...ROW, id: `c-${index}` })));
    expect(other.calls).toEqual({ wrap: 0, unwrap: 1 });
  });

  it("makes a new data key after so many values, and after so long", async () => {
    const { vault, calls, time } = started({ maxSealsPerDataKey: 10, dataKeyTtlMs: 60_000 });
    for (let count = 0; count < 25; count += 1) await vault.seal(count, ROW);
    expect(calls.wrap).toBe(3);
    time.now += 59_999;
    await vault.seal("in time", ROW);
    expect(calls.wrap).toBe(3);
    time.now += 1;
    await vault.seal("too late", ROW);
    expect(calls.wrap).toBe(4);
  });

  it("keeps a data key for a bounded time, however often it is used", async () => {
    const sealed = await started().vault.seal("value", ROW);
    const { vault, calls, time } = started({ dataKeyTtlMs: 60_000 });
    for (time.now = 0; time.now < 60_000; time.now += 10_000) await vault.open(sealed, ROW);
    expect(calls.unwrap).toBe(1);
    await vault.open(sealed, ROW);
    expect(calls.unwrap).toBe(2);
  });

  it("keeps a bounded number of data keys", async () => {
    const values = await Promise.all(
      Array.from({ length: 20 }, (_, index) => started().vault.seal(index, ROW)),
    );
    const { vault, calls } = started({ maxDataKeys: 4 });
    for (const sealed of [...values, ...values]) await vault.open(sealed, ROW);
    expect(calls.unwrap).toBe(40);
  });

  it("says that the service failed, that it may pass, and not what it said", async () => {
    const { vault, state, calls } = started();
    const sealed = await vault.seal("value", ROW);
    const other = started();
    other.state.away = true;
    for (const work of [other.vault.seal("value", ROW), other.vault.open(sealed, ROW)]) {
      const error = await rejection(work);
      expect(error).toBeInstanceOf(CipherError);
      expect(error).toMatchObject({
        code: "KEY_MANAGEMENT_FAILED",
        retryable: true,
        keyId: "kms-1",
        cause: { name: "Error", code: "KMSUnavailable" },
      });
      expect(JSON.stringify(error) + String(error)).not.toContain("secret detail");
    }
    other.state.away = false;
    expect(await other.vault.open(sealed, ROW)).toBe("value");
    state.away = true;
    expect(await vault.open(sealed, ROW)).toBe("value");
    expect(calls).toEqual({ wrap: 1, unwrap: 0 });
  });

  it.each([
    ["no bytes", async () => "text"],
    ["bytes that are no data key", async () => new Uint8Array(16)],
  ])("refuses %s from the service", async (_what, unwrap) => {
    const sealed = await started().vault.seal("value", ROW);
    // @ts-expect-error: what JavaScript would let through
    const { vault } = started({ keyManagement: { ...service().keyManagement, unwrap } });
    await expect(vault.open(sealed, ROW)).rejects.toMatchObject({
      code: "KEY_MANAGEMENT_FAILED",
      retryable: false,
    });
  });

  it("opens no value for another row, and none whose header was changed", async () => {
    const { vault } = started();
    const sealed = await vault.seal("value", ROW);
    await expect(vault.open(sealed, { ...ROW, entityId: "mallory" })).rejects.toMatchObject({
      code: "CIPHERTEXT_MOVED",
    });
    const [header = "", ...rest] = sealed.split(".");
    const changed = {
      ...JSON.parse(Buffer.from(header, "base64url").toString()),
      row: ["connections", "x", "mallory"],
    };
    const forged = [Buffer.from(JSON.stringify(changed)).toString("base64url"), ...rest].join(".");
    await expect(
      vault.open(forged, { table: "connections", id: "x", entityId: "mallory" }),
    ).rejects.toMatchObject({
      code: "DECRYPT_FAILED",
    });
    const { edk: _, ...bare } = changed;
    const without = [Buffer.from(JSON.stringify(bare)).toString("base64url"), ...rest].join(".");
    await expect(vault.open(without, ROW)).rejects.toMatchObject({ code: "DECRYPT_FAILED" });
  });

  it("tells the service with which key a former value was wrapped", async () => {
    const former = await started({ keyManagement: service("kms-1").keyManagement }).vault.seal("old", ROW);
    const { vault } = started({ keyManagement: service("kms-2").keyManagement });
    expect(vault.currentKeyId).toBe("kms-2");
    expect(vault.keyIdOf(former)).toBe("kms-1");
    expect(await vault.open(former, ROW)).toBe("old");
    expect(vault.keyIdOf(await vault.seal("new", ROW))).toBe("kms-2");
  });

  it("opens what keys of `encryption.keys` sealed before, and seals nothing with them", async () => {
    const former: Vault = createVault([LOCAL]);
    const sealed = await former.seal("old", ROW);
    const { vault, calls } = started({ formerKeys: [LOCAL] });
    expect(await vault.open(sealed, ROW)).toBe("old");
    expect(calls.unwrap).toBe(0);
    expect(vault.keyIdOf(await vault.seal("new", ROW))).toBe("kms-1");
  });

  it("shows its key ids alone when it is logged", () => {
    expect(
      Reflect.get(started({ formerKeys: [LOCAL] }).vault, Symbol.for("nodejs.util.inspect.custom"))(),
    ).toBe("Vault { keys: ['kms-1', 'local-2025'] }");
  });

  it.each([
    [{}, "keyManagement"],
    [{ keyManagement: { keyId: "arn:aws:kms", wrap() {}, unwrap() {} } }, "keyManagement.keyId"],
    [{ keyManagement: { keyId: "a", unwrap() {} } }, "keyManagement.wrap"],
    [{ keyManagement: service().keyManagement, dataKeyTtlMs: 10 }, "dataKeyTtlMs"],
    [{ keyManagement: service().keyManagement, maxSealsPerDataKey: 0 }, "maxSealsPerDataKey"],
  ])("refuses wrong options: %j", (options, path) => {
    // @ts-expect-error: what JavaScript would let through
    expect(() => envelopeVault(options)).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID", issues: [expect.objectContaining({ path })] }),
    );
  });
});
