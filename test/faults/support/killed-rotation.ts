import { fork } from "node:child_process";
import { expect, it } from "vitest";
import type { KeyRotationProgress, StorageAdapter } from "../../../src/index.js";
import type { RotateWorkerSetup } from "../../fixtures/rotate-worker.js";
import { NEW, OLD } from "../../support/rotated-keys.js";
import { rotatingWorld } from "./rotating-world.js";
import type { StorageAddress } from "./storage-at.js";

const COUNT = 3_000;
/** Where the process is killed: enough is left to do that it cannot be done by then. */
const KILL_AT = 1_000;
const TIMEOUT_MS = 120_000;

/** Rotates keys in a process that is killed on its way, and where it was. */
async function killedHalfWay(storage: StorageAddress): Promise<KeyRotationProgress> {
  const worker = fork(new URL("../../fixtures/rotate-worker.ts", import.meta.url), {
    execArgv: ["--import", "tsx"],
  });
  const ended = new Promise((resolve) => worker.once("exit", (_code, signal) => resolve(signal)));
  const reached = new Promise<KeyRotationProgress>((resolve) => {
    worker.on("message", (progress: KeyRotationProgress) => {
      if (progress.scanned < KILL_AT) return;
      worker.kill("SIGKILL");
      resolve(progress);
    });
  });
  const setup: RotateWorkerSetup = { storage, keys: [NEW, OLD] };
  worker.send(setup);
  expect(await ended).toBe("SIGKILL");
  return reached;
}

/** Rotates the keys of a store in a process that is killed, and again. */
export function killedRotationSuite(
  open: () => Promise<{ readonly storage: StorageAdapter; readonly address: StorageAddress }>,
): void {
  it(
    "leaves everything readable, and is taken up where it was by the next one",
    async () => {
      const { storage, address } = await open();
      const { processWith, stock, keysInUse, lost } = rotatingWorld(storage);
      await stock(COUNT);
      const { scanned, cursor } = await killedHalfWay(address);
      expect(await keysInUse()).toEqual(new Set([OLD.id, NEW.id]));
      expect(await lost(NEW, OLD)).toEqual([]);

      const rest = await processWith(NEW, OLD).rotateEncryptionKeys({ cursor: cursor ?? "" });
      expect(rest).toMatchObject({ scanned: COUNT + 1 - scanned, failed: 0 });
      expect(await keysInUse()).toEqual(new Set([NEW.id]));
      expect(await lost(NEW)).toEqual([]);
      expect(await processWith(NEW, OLD).rotateEncryptionKeys()).toMatchObject({
        scanned: COUNT + 1,
        rewritten: 0,
        current: COUNT + 1,
      });
    },
    TIMEOUT_MS,
  );
}
