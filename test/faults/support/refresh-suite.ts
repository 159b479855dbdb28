import { expect, it } from "vitest";
import type { StorageAdapter } from "../../../src/ports/storage.js";
import type { CallReport } from "./caller.js";
import type { Fleet, Host } from "./host.js";
import { inWorld } from "./world.js";

const LEASE_MS = 2_000;

/** Every call of every host was answered. */
const allSucceed = (count: number, hosts: number): readonly CallReport[] =>
  Array.from({ length: hosts }, () => ({ succeeded: count, failed: {} }));

/** What holds wherever refreshes meet: several toolsets in one process, or processes on one machine. */
export function refreshSuite(
  open: () => { readonly storage: StorageAdapter; readonly fleet: Fleet<Host> },
  load: { readonly expiries: number; readonly callers: number },
): void {
  const world = (
    scenario: Parameters<typeof inWorld<Host>>[1],
    setup: { readonly leaseMs?: number } = {},
  ): Promise<void> => {
    const { storage, fleet } = open();
    return inWorld({ storage, hosts: (origin) => fleet.ready({ ...setup, origin }) }, scenario);
  };
  const { expiries, callers } = load;

  const title = `makes one token request per expiry for 4 hosts with ${callers} callers each, over ${expiries} expiries`;
  it(title, () =>
    world(async ({ server, hosts, callAll, expire }) => {
      for (let expiry = 1; expiry <= expiries; expiry += 1) {
        await expire();
        expect(await callAll(callers)).toEqual(allSucceed(callers, hosts.length));
        expect(server.refreshes).toHaveLength(expiry);
      }
      expect(server.isAlive("ada")).toBe(true);
    }),
  );

  it("makes one token request each time the API rejects a token that should still work", () =>
    world(async ({ server, hosts, callAll }) => {
      for (const time of [1, 2, 3]) {
        server.expireAccessTokens();
        expect(await callAll(25)).toEqual(allSucceed(25, hosts.length));
        expect(server.refreshes).toHaveLength(time);
      }
      expect(server.isAlive("ada")).toBe(true);
    }));

  it("keeps its lease while the token endpoint takes longer than a term of it", () =>
    world(
      async ({ server, hosts, callAll, expire }) => {
        await expire();
        server.failNext({ kind: "delay", milliseconds: 2.25 * LEASE_MS });
        expect(await callAll(25)).toEqual(allSucceed(25, hosts.length));
        expect(server.refreshes).toHaveLength(1);
        expect(server.isAlive("ada")).toBe(true);
      },
      { leaseMs: LEASE_MS },
    ));

  it("merges only the tokens into a row that another process changes meanwhile", () =>
    world(async ({ server, hosts, callAll, expire, label, row }) => {
      await expire();
      const held = server.holdNext("before");
      const calls = callAll(25);
      await held.reached;
      await label("renamed");
      held.letGo();
      expect(await calls).toEqual(allSucceed(25, hosts.length));
      expect(await row()).toMatchObject({ labels: ["renamed"], status: "ACTIVE" });
      expect(server.refreshes).toHaveLength(1);
    }));

  it("takes a refusal for nothing when newer tokens have been stored meanwhile", () =>
    world(async ({ server, hosts, callAll, expire, reconnect, row }) => {
      await expire();
      const held = server.holdNext("before");
      const calls = callAll(25);
      await held.reached;
      await reconnect();
      held.refuse();
      expect(await calls).toEqual(allSucceed(25, hosts.length));
      expect(await row()).toMatchObject({ status: "ACTIVE", statusReason: null });
      expect(server.refreshes.map(({ outcome }) => outcome)).toEqual(["refused"]);
    }));

  it("tries once more when the connection breaks before the server did anything", () =>
    world(async ({ server, hosts, callAll, expire }) => {
      await expire();
      server.failNext({ kind: "drop", when: "before" });
      expect(await callAll(25)).toEqual(allSucceed(25, hosts.length));
      expect(server.refreshes.map(({ outcome }) => outcome)).toEqual(["failed", "granted"]);
    }));

  it("waits as a busy server asks, and goes on with the same refresh token when none comes", () =>
    world(async ({ server, hosts, callAll, expire }) => {
      for (const status of [429, 503]) {
        await expire();
        server.failNext({ kind: "answer", status, retryAfterSeconds: 1 });
        server.failNext({ kind: "omit-refresh-token" });
        expect(await callAll(25)).toEqual(allSucceed(25, hosts.length));
      }
      expect(server.refreshes.map(({ outcome }) => outcome)).toEqual([
        "failed",
        "granted",
        "failed",
        "granted",
      ]);
      expect(server.isAlive("ada")).toBe(true);
    }));

  it("asks a server that wants to be left alone once in each process, and stays ACTIVE", () =>
    world(async ({ server, hosts, callAll, expire, row }) => {
      await expire();
      for (const _host of hosts) server.failNext({ kind: "answer", status: 429, retryAfterSeconds: 60 });
      for (const _round of [1, 2, 3]) {
        const reports = await callAll(10);
        expect(reports).toEqual(hosts.map(() => ({ succeeded: 0, failed: { "TOKEN_REFRESH_FAILED?": 10 } })));
      }
      expect(server.refreshes.length).toBeLessThanOrEqual(hosts.length);
      expect(await row()).toMatchObject({ status: "ACTIVE" });
      expect(server.isAlive("ada")).toBe(true);
    }));

  it("keeps what still works while a refresh fails, or takes long elsewhere", () =>
    world(async ({ server, hosts, callAll, call, comeDue }) => {
      await comeDue();
      const held = server.holdNext("before");
      const [first, ...others] = hosts;
      if (first === undefined) throw new Error("There are no hosts.");
      const slow = call(first, 10);
      await held.reached;
      expect(await callAll(25, others)).toEqual(allSucceed(25, others.length));
      held.drop();
      server.failNext({ kind: "answer", status: 500 });
      expect(await slow).toEqual({ succeeded: 10, failed: {} });
      expect(server.refreshes.map(({ outcome }) => outcome)).toEqual(["failed", "failed"]);
    }));

  it("ends as EXPIRED with one token request when the user has taken the grant back, and works after a reconnect", () =>
    world(async ({ server, hosts, callAll, expire, row, reconnect }) => {
      await expire();
      server.takeBack("ada");
      for (const _round of [1, 2]) {
        for (const { succeeded, failed } of await callAll(25)) {
          expect(succeeded).toBe(0);
          expect(["CONNECTION_NOT_ACTIVE", "REAUTHORIZATION_REQUIRED"]).toEqual(
            expect.arrayContaining(Object.keys(failed)),
          );
        }
      }
      expect(server.refreshes.map(({ outcome }) => outcome)).toEqual(["refused"]);
      expect(await row()).toMatchObject({
        status: "EXPIRED",
        statusReason: "invalid_grant",
        credentials: expect.any(String),
      });
      await reconnect();
      expect(await callAll(25)).toEqual(allSucceed(25, hosts.length));
    }));

  it("ends as EXPIRED with a reason, after two token requests, when the answer with the rotated token is lost", () =>
    world(async ({ server, hosts, callAll, expire, row, reconnect }) => {
      await expire();
      server.failNext({ kind: "drop", when: "after" });
      for (const _round of [1, 2, 3]) {
        expect((await callAll(25)).map(({ succeeded }) => succeeded)).toEqual(hosts.map(() => 0));
      }
      expect(server.refreshes.map(({ outcome }) => outcome)).toEqual(["granted", "reused"]);
      expect(await row()).toMatchObject({
        status: "EXPIRED",
        statusReason: expect.stringMatching(/^invalid_grant: .* never arrived$/),
      });
      await reconnect();
      expect(await callAll(25)).toEqual(allSucceed(25, hosts.length));
    }));
}
