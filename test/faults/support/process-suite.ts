import { expect, it } from "vitest";
import type { StorageAdapter } from "../../../src/ports/storage.js";
import type { TcpProxy } from "../../support/tcp-proxy.js";
import type { CallReport } from "./caller.js";
import type { Worker } from "./worker.js";
import type { World } from "./world.js";
import { inWorld } from "./world.js";

const LEASE_MS = 2_000;
const CALLERS = 10;
/** The one case that cannot be saved. */
const SPENT =
  /^invalid_grant: .* may have been spent by a process that ended before it could store the answer$/;

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
const succeeded = { succeeded: CALLERS, failed: {} };
const outcomes = ({ server }: World<Worker>) => server.refreshes.map(({ outcome }) => outcome);

/** The first, which will have the accident, and the others. */
function parted(hosts: readonly Worker[]): { readonly victim: Worker; readonly others: readonly Worker[] } {
  const [victim, ...others] = hosts;
  if (victim === undefined) throw new Error("There are no processes.");
  return { victim, others };
}

/** No call was answered, each for a reason that ends with a reconnect. */
function expectExpired(reports: readonly CallReport[]): void {
  for (const { succeeded: count, failed } of reports) {
    expect(count).toBe(0);
    expect(["CONNECTION_NOT_ACTIVE", "REAUTHORIZATION_REQUIRED"]).toEqual(
      expect.arrayContaining(Object.keys(failed)),
    );
  }
}

/** The grant is gone; nothing asks for tokens again and again; the user can connect again. */
async function expectLostButNoLoop(world: World<Worker>, hosts: readonly Worker[]): Promise<void> {
  const { callAll, row, reconnect, server } = world;
  const requests = server.refreshes.length;
  expectExpired(await callAll(CALLERS, hosts));
  expect(server.refreshes).toHaveLength(requests);
  expect((await row()).status).toBe("EXPIRED");
  await reconnect();
  expect(await callAll(CALLERS, hosts)).toEqual(hosts.map(() => succeeded));
}

/** What becomes of refreshes when a process is killed or paused, or its database is gone for a moment. */
export function processSuite(
  open: () => {
    readonly storage: StorageAdapter;
    /** The processes reach the storage through it. */
    readonly proxy: TcpProxy;
    ready(setup: { readonly origin: string; readonly leaseMs: number }): Promise<readonly Worker[]>;
  },
): void {
  const world = (scenario: (world: World<Worker>, proxy: TcpProxy) => Promise<void>): Promise<void> => {
    const { storage, proxy, ready } = open();
    const hosts = (origin: string) => ready({ origin, leaseMs: LEASE_MS });
    return inWorld<Worker>({ storage, hosts }, (opened) => scenario(opened, proxy));
  };

  it("of a process killed before its token request are made by another within the lease", () =>
    world(async (opened) => {
      const { server, hosts, call, callAll, expire } = opened;
      const { victim, others } = parted(hosts);
      await expire();
      const { halted } = await victim.haltAt("read");
      call(victim, CALLERS).catch(() => {});
      await halted;
      const waiting = callAll(CALLERS, others);
      await victim.kill();
      expect(await waiting).toEqual(others.map(() => succeeded));
      expect(outcomes(opened)).toEqual(["granted"]);
      expect(server.isAlive("ada")).toBe(true);
    }));

  it("of a process killed during its token request are made by another, when the server had done nothing yet", () =>
    world(async (opened) => {
      const { server, hosts, call, callAll, expire } = opened;
      const { victim, others } = parted(hosts);
      await expire();
      const held = server.holdNext("before");
      call(victim, CALLERS).catch(() => {});
      await held.reached;
      const waiting = callAll(CALLERS, others);
      await victim.kill();
      held.drop();
      expect(await waiting).toEqual(others.map(() => succeeded));
      expect(outcomes(opened)).toEqual(["failed", "granted"]);
      expect(server.isAlive("ada")).toBe(true);
    }));

  it("of a process killed before it received the rotated token end as EXPIRED with a reason, after one more request", () =>
    world(async (opened) => {
      const { server, hosts, call, callAll, expire, row } = opened;
      const { victim, others } = parted(hosts);
      await expire();
      const held = server.holdNext("after");
      call(victim, CALLERS).catch(() => {});
      await held.reached;
      const waiting = callAll(CALLERS, others);
      await victim.kill();
      held.letGo();
      expectExpired(await waiting);
      expect(outcomes(opened)).toEqual(["granted", "reused"]);
      expect((await row()).statusReason).toMatch(SPENT);
      await expectLostButNoLoop(opened, others);
    }));

  it("of a process killed between the answer and the write end as EXPIRED with a reason, after one more request", () =>
    world(async (opened) => {
      const { hosts, call, callAll, expire, row } = opened;
      const { victim, others } = parted(hosts);
      await expire();
      const { halted } = await victim.haltAt("answered");
      call(victim, CALLERS).catch(() => {});
      await halted;
      const waiting = callAll(CALLERS, others);
      await victim.kill();
      expectExpired(await waiting);
      expect(outcomes(opened)).toEqual(["granted", "reused"]);
      expect((await row()).statusReason).toMatch(SPENT);
      await expectLostButNoLoop(opened, others);
    }));

  it("of a process that was paused before its token request send nothing any more when it wakes up", () =>
    world(async (opened) => {
      const { server, hosts, call, callAll, expire, row } = opened;
      const { victim, others } = parted(hosts);
      await expire();
      const { halted } = await victim.haltAt("read");
      const late = call(victim, CALLERS);
      await halted;
      victim.signal("SIGSTOP");
      expect(await callAll(CALLERS, others)).toEqual(others.map(() => succeeded));
      const { credentials } = await row();
      victim.signal("SIGCONT");
      victim.goOn();
      expect(await late).toEqual(succeeded);
      expect(outcomes(opened)).toEqual(["granted"]);
      expect((await row()).credentials).toBe(credentials);
      expect(server.isAlive("ada")).toBe(true);
    }));

  it("of a process that was paused before its write do not overwrite newer tokens when it wakes up", () =>
    world(async (opened) => {
      const { server, hosts, call, callAll, expire, row } = opened;
      const { victim, others } = parted(hosts);
      server.forgiveReuse();
      await expire();
      const { halted } = await victim.haltAt("answered");
      const late = call(victim, CALLERS);
      await halted;
      victim.signal("SIGSTOP");
      expect(await callAll(CALLERS, others)).toEqual(others.map(() => succeeded));
      const { credentials } = await row();
      victim.signal("SIGCONT");
      victim.goOn();
      expect(await late).toEqual(succeeded);
      expect(outcomes(opened)).toEqual(["granted", "granted"]);
      expect((await row()).credentials).toBe(credentials);
      expect(server.isAlive("ada")).toBe(true);
    }));

  it("of a process that was paused before its write do not overwrite what a reconnect has stored meanwhile", () =>
    world(async (opened) => {
      const { server, hosts, call, callAll, expire, row, reconnect } = opened;
      const { victim } = parted(hosts);
      await expire();
      const { halted } = await victim.haltAt("answered");
      const late = call(victim, CALLERS);
      await halted;
      victim.signal("SIGSTOP");
      await reconnect();
      const { credentials } = await row();
      victim.signal("SIGCONT");
      victim.goOn();
      expect(await late).toEqual(succeeded);
      expect((await row()).credentials).toBe(credentials);
      expect(await callAll(CALLERS)).toEqual(hosts.map(() => succeeded));
      expect(outcomes(opened)).toEqual(["granted"]);
      expect(server.isAlive("ada")).toBe(true);
    }));

  it("of a process that was paused with a rotated token in hand end as EXPIRED, not as a loop, where reuse is not forgiven", () =>
    world(async (opened) => {
      const { hosts, call, callAll, expire, row } = opened;
      const { victim, others } = parted(hosts);
      await expire();
      const { halted } = await victim.haltAt("answered");
      const late = call(victim, CALLERS);
      await halted;
      victim.signal("SIGSTOP");
      expectExpired(await callAll(CALLERS, others));
      expect((await row()).statusReason).toMatch(SPENT);
      victim.signal("SIGCONT");
      victim.goOn();
      // It believes in what it was given, until the API and then the server refuse that as well.
      expect((await late).succeeded).toBe(0);
      expect(outcomes(opened)).toEqual(["granted", "reused", "refused"]);
      await expectLostButNoLoop(opened, hosts);
    }));

  it("of a process that was paused and that nobody waited for are stored when it wakes up", () =>
    world(async (opened) => {
      const { server, hosts, call, callAll, expire } = opened;
      const { victim } = parted(hosts);
      await expire();
      const { halted } = await victim.haltAt("answered");
      const late = call(victim, CALLERS);
      await halted;
      victim.signal("SIGSTOP");
      await pause(1.25 * LEASE_MS);
      victim.signal("SIGCONT");
      victim.goOn();
      expect(await late).toEqual(succeeded);
      expect(await callAll(CALLERS)).toEqual(hosts.map(() => succeeded));
      expect(outcomes(opened)).toEqual(["granted"]);
      expect(server.isAlive("ada")).toBe(true);
    }));

  it("keep their tokens when the database is gone for longer than the lease while the provider answers", () =>
    world(async (opened, proxy) => {
      const { server, hosts, callAll, expire } = opened;
      await expire();
      const held = server.holdNext("before");
      const during = callAll(CALLERS);
      await held.reached;
      proxy.cut();
      held.letGo();
      await pause(1.5 * LEASE_MS);
      proxy.restore();
      for (const { failed } of await during)
        expect(Object.keys(failed).filter((code) => !code.endsWith("?"))).toEqual([]);
      expect(await callAll(CALLERS)).toEqual(hosts.map(() => succeeded));
      expect(outcomes(opened)).toEqual(["granted"]);
      expect(server.isAlive("ada")).toBe(true);
    }));

  it("keep their tokens when nothing comes back from the database for longer than the lease", () =>
    world(async (opened, proxy) => {
      const { server, hosts, callAll, expire } = opened;
      await expire();
      const held = server.holdNext("before");
      const during = callAll(CALLERS);
      await held.reached;
      proxy.stall();
      held.letGo();
      await pause(1.5 * LEASE_MS);
      proxy.restore();
      for (const { failed } of await during) {
        expect(Object.keys(failed).filter((code) => !code.endsWith("?"))).toEqual([]);
      }
      expect(await callAll(CALLERS)).toEqual(hosts.map(() => succeeded));
      expect(outcomes(opened)).toEqual(["granted"]);
      expect(server.isAlive("ada")).toBe(true);
    }));

  it("lose no grant while the connection to the database breaks again and again", () =>
    world(async (opened, proxy) => {
      const { server, hosts, callAll, expire } = opened;
      for (let round = 1; round <= 5; round += 1) {
        await expire();
        const during = callAll(CALLERS);
        for (let cut = 1; cut <= 3; cut += 1) {
          await pause(20 * round);
          proxy.cut();
          await pause(50);
          proxy.restore();
        }
        for (const { failed } of await during)
          expect(Object.keys(failed).filter((code) => !code.endsWith("?"))).toEqual([]);
        expect(await callAll(CALLERS)).toEqual(hosts.map(() => succeeded));
        expect(outcomes(opened)).toEqual(Array.from({ length: round }, () => "granted"));
      }
      expect(server.isAlive("ada")).toBe(true);
    }));
}
