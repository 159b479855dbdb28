import type { EncryptionKey, MooringToolSetOptions, StorageAdapter } from "mooring";
import { envelopeVault, memoryStorage } from "mooring";
import { describe, expect, it } from "vitest";
import { CLIENT, consented, setUp } from "../support/acme.js";
import { edit, keysInUse, NEW, OLD, processOn, service, stock, tokenOf } from "../support/rotated-keys.js";
import { settle } from "../support/rotating-provider.js";

/**
 * Rolls out one configuration after the other. While each is rolled out, processes with the one before and with the new
 * one run side by side: both connect a user, and both read all there are. Before the last, all is sealed anew.
 */
async function rollOut(
  storage: StorageAdapter,
  steps: readonly (() => MooringToolSetOptions<never, never, never>["encryption"])[],
): Promise<void> {
  const [first, ...rest] = steps.map((encryption) => setUp({ storage, encryption: encryption() }).toolset);
  if (first === undefined) throw new Error("There is nothing to roll out.");
  await stock(first, 1);
  let users = 1;
  let before = first;
  for (const after of rest) {
    if (after === rest.at(-1)) expect(await before.rotateEncryptionKeys()).toMatchObject({ failed: 0 });
    for (const toolset of [before, after]) {
      const credentials = { access_token: `access-${users}` };
      await toolset.importConnections([
        { entityId: `user-${users}`, app: "acme", authScheme: "OAUTH2", credentials },
      ]);
      users += 1;
    }
    for (const toolset of [before, after]) {
      for (let index = 0; index < users; index += 1) {
        expect(await tokenOf(toolset, index)).toBe(`Bearer access-${index}`);
      }
    }
    before = after;
  }
}

describe("a new key", () => {
  it("is not known to a process that seals with another before it has it", async () => {
    const storage = memoryStorage();
    await stock(processOn(storage, NEW, OLD).toolset, 1);
    await expect(tokenOf(processOn(storage, OLD).toolset, 0)).rejects.toMatchObject({
      code: "KEY_UNKNOWN",
      keyId: NEW.id,
    });
  });

  it("is rolled out behind the old one, then in front of it, and all can be read at every moment", async () => {
    const storage = memoryStorage();
    await rollOut(storage, [
      () => ({ keys: [OLD] }),
      () => ({ keys: [OLD, NEW] }),
      () => ({ keys: [NEW, OLD] }),
      () => ({ keys: [NEW] }),
    ]);
    expect(await keysInUse(storage)).toEqual(new Set([NEW.id]));
  });

  it("of a key management service is rolled out in such steps, too, and so is the way back", async () => {
    const storage = memoryStorage();
    const { keyManagement } = service("kms-1");
    const formerKeys = [OLD];
    const steps = [
      () => ({ keys: [OLD] }),
      () => ({ vault: envelopeVault({ keyManagement, formerKeys, sealWith: "formerKeys" }) }),
      () => ({ vault: envelopeVault({ keyManagement, formerKeys }) }),
      () => ({ vault: envelopeVault({ keyManagement }) }),
    ];
    await rollOut(storage, steps);
    expect(await keysInUse(storage)).toEqual(new Set(["kms-1"]));
    const elsewhere = memoryStorage();
    await rollOut(elsewhere, steps.toReversed());
    expect(await keysInUse(elsewhere)).toEqual(new Set([OLD.id]));
  });

  it("leaves flows that are under way to the old one, which a process needs until they are over", async () => {
    const storage = memoryStorage();
    const fetch = async () =>
      Response.json({ access_token: "access-0", token_type: "Bearer", expires_in: 3_600 });
    const of = (...keys: readonly EncryptionKey[]) => setUp({ storage, fetch, encryption: { keys } }).toolset;
    await of(OLD).createIntegration({ app: "acme", authScheme: "OAUTH2", authConfig: CLIENT });
    const begin = async () => {
      const request = await of(OLD).getEntity("ada").initiateConnection({ app: "acme" });
      return consented(request.redirectUrl);
    };
    const [one, two] = [await begin(), await begin()];
    await of(NEW, OLD).rotateEncryptionKeys();
    const { connection } = await of(NEW, OLD).handleCallback(one, { entityId: "ada" });
    expect(connection.status).toBe("ACTIVE");
    await expect(of(NEW).handleCallback(two, { entityId: "ada" })).rejects.toMatchObject({
      code: "KEY_UNKNOWN",
      keyId: OLD.id,
    });
  });
});

describe("rotateEncryptionKeys into a key management service", () => {
  it("asks it once per thousand values", async () => {
    const storage = memoryStorage();
    await stock(processOn(storage, OLD).toolset, 1_500);
    const { keyManagement, calls } = service("kms-1");
    const vault = () => envelopeVault({ keyManagement, formerKeys: [OLD] });
    const { toolset } = setUp({ storage, encryption: { vault: vault() } });
    expect(await toolset.rotateEncryptionKeys()).toMatchObject({
      rewritten: 1_501,
      failed: 0,
      keyId: "kms-1",
    });
    expect(calls).toEqual({ wrap: 2, unwrap: 0 });
    const other = setUp({ storage, encryption: { vault: vault() } }).toolset;
    for (let index = 0; index < 1_500; index += 100) {
      expect(await tokenOf(other, index)).toBe(`Bearer access-${index}`);
    }
    expect(calls).toEqual({ wrap: 2, unwrap: 2 });
  });

  it("ends when the service stays away, before it has tried all values, and goes on from there", async () => {
    const storage = memoryStorage();
    await stock(processOn(storage, OLD).toolset, 500);
    const { keyManagement, calls, state } = service("kms-1");
    const options = { keyManagement, formerKeys: [OLD], maxSealsPerDataKey: 50 };
    const { toolset, clock } = setUp({ storage, encryption: { vault: envelopeVault(options) } });
    let cursor: string | null = null;
    const ended = toolset.rotateEncryptionKeys({
      onProgress: (progress) => {
        cursor = progress.cursor;
        state.away = true;
      },
    });
    expect(await settle(clock, ended)).toMatchObject({
      status: "rejected",
      reason: { code: "KEY_MANAGEMENT_FAILED", retryable: true },
    });
    expect(calls.wrap).toBeLessThan(200);
    state.away = false;
    const rest = await toolset.rotateEncryptionKeys({ cursor: cursor ?? "" });
    expect(rest).toMatchObject({ scanned: 300, failed: 0 });
    expect(await keysInUse(storage)).toEqual(new Set(["kms-1"]));
  });

  it("goes on past a value whose data key the service fails for, again and again", async () => {
    const storage = memoryStorage();
    const { keyManagement } = service("kms-1");
    await stock(setUp({ storage, encryption: { vault: envelopeVault({ keyManagement }) } }).toolset, 3);
    const broken = await edit(storage, 1, (sealed) => {
      const [header = "", ...rest] = sealed.split(".");
      const edited = { ...JSON.parse(Buffer.from(header, "base64url").toString()), edk: "AAAA" };
      return [Buffer.from(JSON.stringify(edited)).toString("base64url"), ...rest].join(".");
    });
    const next = {
      ...keyManagement,
      keyId: "kms-2",
      async unwrap(wrapped: Uint8Array, keyId: string) {
        if (wrapped.length !== 32) throw new Error("InvalidCiphertext");
        return keyManagement.unwrap(wrapped, keyId);
      },
    };
    const { toolset, clock } = setUp({
      storage,
      encryption: { vault: envelopeVault({ keyManagement: next }) },
    });
    expect(await settle(clock, toolset.rotateEncryptionKeys())).toMatchObject({
      status: "fulfilled",
      value: {
        rewritten: 3,
        failed: 1,
        failures: [{ table: "connections", id: broken.id, code: "KEY_MANAGEMENT_FAILED" }],
      },
    });
  });
});
