import { expect, it } from "vitest";
import type { KeyRotationProgress, StorageAdapter } from "../../../src/index.js";
import { NEW, OLD } from "../../support/rotated-keys.js";
import { accessTokenOf, rotatingWorld } from "./rotating-world.js";

/** More than one page of the rotation. */
const PAGE = 200;
const TIMEOUT_MS = 240_000;

/** Rotates the keys of a stock of connections while processes of the host go on. */
export function rotationSuite(
  makeStorage: () => Promise<StorageAdapter>,
  { connections }: { readonly connections: number },
): void {
  it(
    `seals ${connections} connections anew while others read and refresh, and none of them fails`,
    async () => {
      const { endpoint, processWith, stock, keysInUse, lost } = rotatingWorld(await makeStorage());
      await stock(connections);
      const processes = [processWith(NEW, OLD), processWith(NEW, OLD)];

      let isOver = false;
      const failures: unknown[] = [];
      const busy = async (first: number, work: (user: string) => Promise<unknown>): Promise<number> => {
        let done = 0;
        for (let turn = first; !isOver || done === 0; turn += 37) {
          await work(`user-${turn % connections}`).catch((error: unknown) => failures.push(error));
          done += 1;
          // Leaves the processor to the rotation now and then.
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        return done;
      };
      const readers = processes.map((process, index) =>
        busy(index * 10, async (user) => {
          const token = await accessTokenOf(process, user);
          if (!token?.startsWith(`Bearer access-${user}.`)) failures.push([user, token]);
        }),
      );
      const refreshers = processes.map((process, index) =>
        busy(connections / 2 + index, async (user) => {
          const connection = await process.getEntity(user).getConnection({ app: "acme" });
          await connection.refresh();
        }),
      );

      const seen: KeyRotationProgress[] = [];
      const report = await processWith(NEW, OLD).rotateEncryptionKeys({
        onProgress: (progress) => void seen.push(progress),
      });
      isOver = true;
      await Promise.all([...readers, ...refreshers]);

      expect(failures).toEqual([]);
      expect(endpoint.refused).toEqual([]);
      expect(endpoint.rotated()).toBeGreaterThan(0);

      expect(report).toMatchObject({ scanned: connections + 1, failed: 0, failures: [], keyId: NEW.id });
      expect(report.rewritten + report.current).toBe(connections + 1);
      expect(seen.map(({ scanned }) => scanned)).toEqual(
        Array.from({ length: connections / PAGE }, (_, page) => 1 + (page + 1) * PAGE),
      );
      expect(seen.at(-1)?.cursor).toBeNull();

      expect(await keysInUse()).toEqual(new Set([NEW.id]));
      // The old key has gone, and all tokens are there: those that were renewed meanwhile, too.
      expect(await lost(NEW)).toEqual([]);
    },
    TIMEOUT_MS,
  );
}
