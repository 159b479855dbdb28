import { fork } from "node:child_process";
import type { KeyRotationProgress, MooringToolSet, StorageAdapter } from "mooring";
import { envelopeVault } from "mooring";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { kyselyStorage } from "../../src/storage/kysely.js";
import { storageAt } from "../faults/support/storage-at.js";
import type { RotateWorkerSetup } from "../fixtures/rotate-worker.js";
import { CLIENT, PROVIDER, setUp } from "../support/acme.js";
import { describeEachDatabase } from "../support/each-database.js";
import { dumpMooringTables } from "../support/pglite.js";
import { describeOn, mysqlDatabase, postgresqlDatabase } from "../support/servers.js";

const OLD = { id: "2025-11", secret: "an-encryption-key-of-the-host-25" };
const NEW = { id: "2026-11", secret: "an-encryption-key-of-the-host-26" };
const START = Date.UTC(2026, 0, 1);
let refreshes = 0;
const server = setupServer(
  http.post(`${PROVIDER}/token`, async ({ request }) => {
    refreshes += 1;
    const form = new URLSearchParams(await request.text());
    const name = form.get("refresh_token")?.replace("refresh-", "");
    return HttpResponse.json({
      access_token: `access-${name}+`,
      token_type: "bearer",
      refresh_token: `refresh-${name}+`,
      expires_in: 36_000,
    });
  }),
);
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

/** Connections under the old key; every tenth is due for a refresh. */
async function stock(toolset: MooringToolSet, count: number): Promise<void> {
  await toolset.createIntegration({ app: "acme", authScheme: "OAUTH2", authConfig: CLIENT });
  const rows = Array.from({ length: count }, (_, index) => ({
    entityId: `user-${index}`,
    app: "acme",
    authScheme: "OAUTH2",
    credentials: {
      access_token: `access-${index}`,
      refresh_token: `refresh-${index}`,
      expires_at: START + (index % 10 === 0 ? 1_000 : 36_000_000),
    },
  }));
  const report = await toolset.importConnections(rows, { concurrency: 64 });
  expect(report.imported).toBe(count);
}

const tokenOf = async (toolset: MooringToolSet, index: number) => {
  const connection = await toolset.getEntity(`user-${index}`).getConnection({ app: "acme" });
  return (await connection.getAuthParams()).headers["authorization"];
};

/** Ids of the keys that stored values name. */
async function keysInUse(storage: StorageAdapter): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const note = (sealed: string | null) => {
    if (sealed === null) return;
    found.add(JSON.parse(Buffer.from(sealed.split(".")[0] ?? "", "base64url").toString()).kid);
  };
  for (const { config } of (await storage.integrations.list({ limit: 100, cursor: null })).items)
    note(config);
  let cursor: string | null = null;
  do {
    const page = await storage.connections.scan({ limit: 500, cursor });
    for (const { credentials } of page.items) note(credentials);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}

describeEachDatabase("rotateEncryptionKeys", (db, engine) => {
  /** The embedded engine is slower. */
  const COUNT = engine === "pglite" ? 2_000 : 10_000;
  const process = (keys: readonly (typeof OLD)[]) =>
    setUp({ storage: kyselyStorage(db()), encryption: { keys } });

  it(`moves ${COUNT} connections while others read and refresh, and none of them fails`, async () => {
    const before = process([OLD]);
    await stock(before.toolset, COUNT);
    // A rollout in two steps: every process can open what the new key seals before one seals with it.
    const reader = process([OLD, NEW]);
    await reader.clock.advance(2_000);
    const rotating = process([NEW, OLD]);

    let isOver = false;
    let reads = 0;
    const failures: unknown[] = [];
    refreshes = 0;
    const read = async (offset: number): Promise<void> => {
      for (let turn = offset; !isOver; turn += 7) {
        const index = turn % COUNT;
        try {
          const token = await tokenOf(turn % 2 === 0 ? reader.toolset : rotating.toolset, index);
          const expected = new RegExp(`^Bearer access-${index}\\+*$`);
          if (!expected.test(token ?? "")) failures.push([index, token]);
          reads += 1;
        } catch (error) {
          failures.push([index, error]);
        }
        // Leaves the processor to the rotation now and then.
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    };
    const readers = [0, 1, 2, 3].map(read);
    const seen: KeyRotationProgress[] = [];
    const report = await rotating.toolset.rotateEncryptionKeys({ onProgress: (each) => seen.push(each) });
    isOver = true;
    await Promise.all(readers);

    expect(failures).toEqual([]);
    expect(reads).toBeGreaterThan(50);
    expect(refreshes).toBeGreaterThan(0);
    expect(report).toMatchObject({ scanned: COUNT + 1, failed: 0, failures: [], keyId: NEW.id });
    expect(report.rewritten + report.current).toBe(COUNT + 1);
    expect(seen).toHaveLength(COUNT / 200);
    expect(seen.map(({ scanned }) => scanned)).toEqual(
      seen.map(({ scanned }) => scanned).toSorted((one, other) => one - other),
    );
    expect(seen.at(-1)?.cursor).toBeNull();

    // What processes with the old key in front have written meanwhile is under the old key: once more, when all have it.
    const last = process([NEW, OLD]);
    const rotateAgain = async () => {
      await last.toolset.rotateEncryptionKeys();
      return keysInUse(last.storage);
    };
    await expect.poll(rotateAgain, { timeout: 30_000 }).toEqual(new Set([NEW.id]));
    const after = process([NEW]);
    for (const index of [0, 1, COUNT / 2, COUNT - 1]) {
      expect(await tokenOf(after.toolset, index)).toMatch(`Bearer access-${index}`);
    }
  }, 240_000);

  it("changes nothing of a connection that its host sees", async () => {
    await stock(process([OLD]).toolset, 3);
    const { toolset } = process([NEW, OLD]);
    const [before] = await toolset.getEntity("user-1").getConnections();
    const { clock } = process([NEW]);
    await clock.advance(60_000);
    await toolset.rotateEncryptionKeys();
    const [after] = await toolset.getEntity("user-1").getConnections();
    expect(after?.toJSON()).toEqual(before?.toJSON());
  });

  it("can be repeated, and goes on from a cursor", async () => {
    await stock(process([OLD]).toolset, 450);
    const { toolset, storage } = process([NEW, OLD]);
    const controller = new AbortController();
    let cursor: string | null = null;
    const stopped = toolset.rotateEncryptionKeys({
      signal: controller.signal,
      onProgress: (progress) => {
        cursor = progress.cursor;
        controller.abort(new Error("deploying"));
      },
    });
    await expect(stopped).rejects.toThrow("deploying");
    expect(await keysInUse(storage)).toEqual(new Set([OLD.id, NEW.id]));
    expect(await toolset.rotateEncryptionKeys({ cursor: cursor ?? "" })).toMatchObject({
      scanned: 250,
      rewritten: 250,
    });
    expect(await keysInUse(storage)).toEqual(new Set([NEW.id]));
    expect(await toolset.rotateEncryptionKeys()).toMatchObject({ scanned: 451, rewritten: 0, current: 451 });
  });

  it("says which values it cannot open, leaves them as they are, and goes on", async () => {
    await stock(process([OLD]).toolset, 2);
    const { toolset } = process([NEW]);
    const before = await dumpMooringTables(db());
    const report = await toolset.rotateEncryptionKeys();
    expect(report).toMatchObject({ scanned: 3, rewritten: 0, failed: 3 });
    expect(report.failures.map(({ table, code }) => [table, code])).toEqual([
      ["integrations", "KEY_UNKNOWN"],
      ["connections", "KEY_UNKNOWN"],
      ["connections", "KEY_UNKNOWN"],
    ]);
    expect(await dumpMooringTables(db())).toBe(before);
  });

  it("moves everything into a key management service", async () => {
    await stock(process([OLD]).toolset, 30);
    const calls = { wrap: 0, unwrap: 0 };
    const flip = (bytes: Uint8Array) => bytes.map((byte) => byte ^ 0x5a);
    const vault = () =>
      envelopeVault({
        formerKeys: [OLD],
        keyManagement: {
          keyId: "kms-1",
          async wrap(dataKey) {
            calls.wrap += 1;
            return flip(dataKey);
          },
          async unwrap(wrapped) {
            calls.unwrap += 1;
            return flip(wrapped);
          },
        },
      });
    const storage = kyselyStorage(db());
    const { toolset } = setUp({ storage, encryption: { vault: vault() } });
    expect(await toolset.rotateEncryptionKeys()).toMatchObject({ rewritten: 31, failed: 0 });
    expect(await keysInUse(storage)).toEqual(new Set(["kms-1"]));
    const other = setUp({ storage, encryption: { vault: vault() } });
    for (let index = 1; index < 10; index += 1) {
      expect(await tokenOf(other.toolset, index)).toBe(`Bearer access-${index}`);
    }
    expect(calls).toEqual({ wrap: 1, unwrap: 1 });
  });
});

describeEachDatabase("a value that is read", (db) => {
  it("is sealed under the current key, in the background, once", async () => {
    const storage = kyselyStorage(db());
    await stock(setUp({ storage, encryption: { keys: [OLD] } }).toolset, 3);
    const { toolset } = setUp({ storage, encryption: { keys: [NEW, OLD] } });
    expect(await tokenOf(toolset, 1)).toBe("Bearer access-1");
    const rewritten = async () => {
      const { items } = await storage.connections.list({ entityId: "user-1", limit: 1, cursor: null });
      return items[0]?.version;
    };
    await expect.poll(rewritten).toBe(2);
    await tokenOf(toolset, 1);
    await tokenOf(setUp({ storage, encryption: { keys: [NEW] } }).toolset, 1);
    expect(await rewritten()).toBe(2);
    expect(await keysInUse(storage)).toEqual(new Set([OLD.id, NEW.id]));
  });

  it("is there even when it cannot be sealed anew", async () => {
    const inner = kyselyStorage(db());
    await stock(setUp({ storage: inner, encryption: { keys: [OLD] } }).toolset, 2);
    const storage: StorageAdapter = {
      ...inner,
      connections: { ...inner.connections, compareAndSwap: () => Promise.reject(new Error("read-only")) },
    };
    const warnings: string[] = [];
    const logger = { debug() {}, warn: (message: string) => warnings.push(message) };
    const { toolset } = setUp({ storage, encryption: { keys: [NEW, OLD] }, logger });
    expect(await tokenOf(toolset, 1)).toBe("Bearer access-1");
    await expect.poll(() => warnings).toHaveLength(1);
    expect(await tokenOf(toolset, 1)).toBe("Bearer access-1");
  });
});

for (const kind of ["postgresql", "mysql"] as const) {
  describeOn(kind, "rotateEncryptionKeys in a process that is killed", (serverUrl) => {
    it("is taken up where it was by the next one", { timeout: 120_000 }, async () => {
      const create = kind === "postgresql" ? postgresqlDatabase : mysqlDatabase;
      const { url, drop } = await create(serverUrl);
      const address = { kind, url, prefix: "" };
      const { storage, migrate, close } = storageAt(address);
      try {
        await migrate();
        await stock(setUp({ storage, encryption: { keys: [OLD] } }).toolset, 2_000);
        const worker = fork(new URL("../fixtures/rotate-worker.ts", import.meta.url), {
          execArgv: ["--import", "tsx"],
        });
        const setup: RotateWorkerSetup = { storage: address, keys: [NEW, OLD] };
        const killed = new Promise((resolve) => worker.once("exit", (_code, signal) => resolve(signal)));
        worker.once("message", () => worker.kill("SIGKILL"));
        worker.send(setup);
        expect(await killed).toBe("SIGKILL");
        expect(await keysInUse(storage)).toEqual(new Set([OLD.id, NEW.id]));

        const { toolset } = setUp({ storage, encryption: { keys: [NEW, OLD] } });
        const report = await toolset.rotateEncryptionKeys();
        expect(report).toMatchObject({ scanned: 2_001, failed: 0 });
        expect(report.rewritten).toBeGreaterThan(0);
        expect(report.current).toBeGreaterThan(0);
        expect(await keysInUse(storage)).toEqual(new Set([NEW.id]));
      } finally {
        await close();
        await drop();
      }
    });
  });
}

describe("rotateEncryptionKeys", () => {
  it("says that there is no key to rotate to when encryption is off", async () => {
    const { toolset } = setUp({ encryption: false });
    await expect(toolset.rotateEncryptionKeys()).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      issues: [{ path: "encryption", message: "expected { keys } or { vault }" }],
    });
  });

  it.each([
    [{ concurrency: 0 }, "concurrency"],
    [{ cursor: "" }, "cursor"],
    [{ onProgress: true }, "onProgress"],
  ])("refuses %j", async (options, path) => {
    // @ts-expect-error: what JavaScript would let through
    await expect(setUp().toolset.rotateEncryptionKeys(options)).rejects.toMatchObject({
      code: "INPUT_INVALID",
      issues: [expect.objectContaining({ path })],
    });
  });
});
