import fc from "fast-check";
import type { KeyManagement, Vault, VaultBinding } from "mooring";
import { CipherError, envelopeVault } from "mooring";
import { describe, expect, it } from "vitest";
import { createVault } from "../../src/core/vault.js";

const ROW: VaultBinding = { table: "connections", id: "connection-1", entityId: "user_1" };
const LOCAL = { id: "local-2025", secret: "an-encryption-key-of-the-host-32" };

/** A key management service in this process: XOR with a key per id, which it notes in front, and counted calls. */
function service(keyId = "kms-1") {
  const masks: Record<string, number> = { "kms-1": 0x5a, "kms-2": 0xa5 };
  const calls = { wrap: 0, unwrap: 0 };
  const state = { away: false };
  const maskOf = (id: string) => masks[id] ?? 0;
  const masked = (bytes: Uint8Array, id: string) => bytes.map((byte) => byte ^ maskOf(id));
  const answer = (bytes: Uint8Array) => {
    if (state.away) throw Object.assign(new Error("secret detail"), { code: "KMSUnavailable" });
    return bytes;
  };
  const keyManagement: KeyManagement = {
    keyId,
    async wrap(dataKey) {
      calls.wrap += 1;
      return answer(Uint8Array.from([maskOf(keyId), ...masked(dataKey, keyId)]));
    },
    async unwrap(wrapped, id) {
      calls.unwrap += 1;
      const bytes = answer(masked(wrapped.subarray(1), id));
      return wrapped[0] === maskOf(id) ? bytes : null;
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

const headerOf = (sealed: string) =>
  JSON.parse(Buffer.from(sealed.split(".")[0] ?? "", "base64url").toString());
const withHeader = (sealed: string, header: object): string => {
  const text = Buffer.from(JSON.stringify(header)).toString("base64url");
  return [text, ...sealed.split(".").slice(1)].join(".");
};

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
    expect(headerOf(sealed)).toEqual({
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

  it("asks the service fifty times for a thousand values under fifty data keys, and no more while it knows them", async () => {
    const { vault } = started({ maxSealsPerDataKey: 20 });
    const sealed: string[] = [];
    for (let index = 0; index < 1_000; index += 1) sealed.push(await vault.seal(index, ROW));
    const { vault: other, calls, time } = started();
    for (const [index, value] of sealed.entries()) expect(await other.open(value, ROW)).toBe(index);
    expect(calls).toEqual({ wrap: 0, unwrap: 50 });
    await Promise.all(sealed.map((value) => other.open(value, ROW)));
    expect(calls.unwrap).toBe(50);
    time.now += 300_000;
    await Promise.all(sealed.map((value) => other.open(value, ROW)));
    expect(calls.unwrap).toBe(100);
  });

  it("seals no more values with a data key than it may, however many wait for one", async () => {
    const { vault, calls } = started({ maxSealsPerDataKey: 10 });
    const sealed = await Promise.all(Array.from({ length: 95 }, (_, index) => vault.seal(index, ROW)));
    const uses = new Map<string, number>();
    for (const value of sealed) {
      const { edk } = headerOf(value);
      uses.set(edk, (uses.get(edk) ?? 0) + 1);
    }
    expect([...uses.values()]).toEqual([10, 10, 10, 10, 10, 10, 10, 10, 10, 5]);
    expect(calls.wrap).toBe(10);
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

  it("asks once for all who wait for one data key, also in vain, and again after that", async () => {
    const sealed = await started().vault.seal("value", ROW);
    const { vault, state, calls } = started();
    state.away = true;
    const all = await Promise.all(Array.from({ length: 20 }, () => rejection(vault.open(sealed, ROW))));
    expect(all).toEqual(Array(20).fill(expect.objectContaining({ code: "KEY_MANAGEMENT_FAILED" })));
    expect(calls.unwrap).toBe(1);
    state.away = false;
    expect(await vault.open(sealed, ROW)).toBe("value");
    expect(calls.unwrap).toBe(2);
  });

  it("opens no value for another row, and none whose header was changed", async () => {
    const { vault } = started();
    const sealed = await vault.seal("value", ROW);
    await expect(vault.open(sealed, { ...ROW, entityId: "mallory" })).rejects.toMatchObject({
      code: "CIPHERTEXT_MOVED",
    });
    const header = headerOf(sealed);
    const row = { table: "connections", id: "x", entityId: "mallory" } as const;
    const moved = withHeader(sealed, { ...header, row: Object.values(row) });
    await expect(vault.open(moved, row)).rejects.toMatchObject({ code: "DECRYPT_FAILED" });
    const { edk: _, ...bare } = header;
    await expect(vault.open(withHeader(sealed, bare), ROW)).rejects.toMatchObject({
      code: "DECRYPT_FAILED",
      keyId: null,
    });
  });

  it("refuses a text with any one character changed, added or left out", async () => {
    const { vault } = started();
    const sealed = await vault.seal("value", ROW);
    const position = fc.nat({ max: sealed.length - 1 });
    const character = fc.constantFrom(..."AZaz09-_.= \né");
    const edit = fc.constantFrom("change", "add", "leave out");
    await fc.assert(
      fc.asyncProperty(position, character, edit, async (at, inserted, how) => {
        const after = sealed.slice(how === "add" ? at : at + 1);
        const edited = sealed.slice(0, at) + (how === "leave out" ? "" : inserted) + after;
        fc.pre(edited !== sealed);
        const error = await rejection(vault.open(edited, ROW));
        expect(error).toBeInstanceOf(CipherError);
        expect(error).toMatchObject({ retryable: false });
      }),
      { numRuns: 500 },
    );
  });

  it("opens nothing with the wrapped data key of another row's value", async () => {
    const { vault } = started({ maxSealsPerDataKey: 1 });
    const own = await vault.seal("value of mallory", { ...ROW, entityId: "mallory" });
    const sealed = await vault.seal("value", ROW);
    const swapped = withHeader(sealed, { ...headerOf(sealed), edk: headerOf(own).edk });
    await expect(vault.open(swapped, ROW)).rejects.toMatchObject({ code: "DECRYPT_FAILED", keyId: "kms-1" });
  });

  it.each([
    ["was edited", { edk: Buffer.alloc(33, 1).toString("base64url") }],
    ["is no base64", { edk: "!" }],
    ["is said to be wrapped with another key", { kid: "kms-2" }],
    ["is said to be wrapped with a key the service does not have", { kid: "kms-9" }],
  ])("says for good that a data key does not open when it %s", async (_what, change) => {
    const sealed = await started().vault.seal("value", ROW);
    const edited = withHeader(sealed, { ...headerOf(sealed), ...change });
    const error = await rejection(started().vault.open(edited, ROW));
    expect(error).toMatchObject({ code: "DECRYPT_FAILED", retryable: false });
    expect(String(error)).toContain("connections connection-1");
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

  it("seals with former keys while not all processes have it, and opens what those that do not use them seal", async () => {
    const without = createVault([LOCAL]);
    const { vault, calls } = started({ formerKeys: [LOCAL], sealWith: "formerKeys" });
    expect(vault.currentKeyId).toBe(LOCAL.id);
    expect(await without.open(await vault.seal("value", ROW), ROW)).toBe("value");
    const later = await started({ formerKeys: [LOCAL] }).vault.seal("later", ROW);
    expect(await vault.open(later, ROW)).toBe("later");
    expect(calls).toEqual({ wrap: 0, unwrap: 1 });
    const error = await rejection(without.open(later, ROW));
    expect(error).toMatchObject({ code: "KEY_UNKNOWN", keyId: "kms-1" });
    expect(String(error)).toContain("envelopeVault");
  });

  it("names a former key that is missing, and a value in the clear", async () => {
    const sealed = await createVault([LOCAL]).seal("old", ROW);
    const { vault } = started({ formerKeys: [{ ...LOCAL, id: "local-2024" }] });
    const error = await rejection(vault.open(sealed, ROW));
    expect(error).toMatchObject({ code: "KEY_UNKNOWN", keyId: "local-2025" });
    expect(String(error)).toContain("`formerKeys` (configured: local-2024)");
    await expect(vault.open('plaintext:"old"', ROW)).rejects.toMatchObject({
      code: "KEY_UNKNOWN",
      keyId: null,
    });
    await expect(vault.open("nonsense", ROW)).rejects.toMatchObject({ code: "DECRYPT_FAILED", keyId: null });
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
    [{ keyManagement: service().keyManagement, sealWith: "formerKeys" }, "formerKeys"],
    [
      { keyManagement: service().keyManagement, formerKeys: [{ ...LOCAL, id: "kms-1" }] },
      "keyManagement.keyId",
    ],
    [
      { keyManagement: service().keyManagement, formerKeys: [{ ...LOCAL, secret: "short" }] },
      "formerKeys.0.secret",
    ],
  ])("refuses wrong options: %j", (options, path) => {
    // @ts-expect-error: what JavaScript would let through
    expect(() => envelopeVault(options)).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID", issues: [expect.objectContaining({ path })] }),
    );
  });
});
