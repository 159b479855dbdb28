import { inspect } from "node:util";
import { AuthorizationError, memoryStorage } from "mooring";
import { fakeClock } from "mooring/testing";
import { describe, expect, it, vi } from "vitest";
import { CLIENT, consented, setUp, setUpOAuth } from "../support/acme.js";
import type { DeviceAnswer } from "../support/device-scheme.js";
import {
  DEVICE_CODE,
  EXPIRES_MS,
  INTERVAL_MS,
  scriptedApp,
  scriptedDevice,
} from "../support/device-scheme.js";
import { listedStorage } from "../support/stored-rows.js";

const PENDING = { kind: "pending" } as const;
const GRANTED = { kind: "granted", grant: { credentials: { token: "t-1" } } } as const;
const DEVICE = {
  userCode: "WDJB-MJHT",
  verificationUri: "https://acme.example/device",
  verificationUriComplete: null,
};

/** Two processes on one database and one clock, of which one has started a device flow. */
async function started(...answers: readonly DeviceAnswer[]) {
  const clock = fakeClock();
  const { scheme, asked } = scriptedDevice(answers, clock.now);
  const { storage, rows } = listedStorage(memoryStorage());
  const process = () => {
    const encryption = { keys: [{ id: "k", secret: "an-encryption-key-of-the-host-32" }] };
    return setUp({ apps: [scriptedApp], schemes: [scheme], storage, clock, encryption }).toolset;
  };
  const begunAt = clock.now();
  const request = await process().getEntity("ada").initiateConnection({ app: "scripted" });
  const connectionId = request.connectedAccountId;
  return {
    clock,
    rows,
    request,
    connectionId,
    seconds: () => asked.map((at) => (at - begunAt) / 1000),
    resume: (entityId = "ada") => process().getEntity(entityId).getConnectionRequest({ connectionId }),
    async pass(milliseconds: number, waiting = 1) {
      await vi.waitFor(() => expect(clock.sleeping).toBe(waiting));
      await clock.advance(milliseconds);
    },
    /** Lets time go by in small steps whenever all that wait are asleep. */
    async passUntil(isOver: () => boolean, waiting: () => number) {
      while (!isOver()) {
        if (clock.sleeping === waiting()) await clock.advance(250);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

/** Promises together, and how many of them are still waited for. */
function counted<Value>(promises: readonly Promise<Value>[]) {
  let waiting = promises.length;
  const end = () => {
    waiting -= 1;
  };
  return { all: Promise.all(promises.map((promise) => promise.finally(end))), waiting: () => waiting };
}

describe("the JSON of a request for another device", () => {
  it("has the code and where to enter it, and not what the server is asked with", async () => {
    const { request, connectionId, rows, clock } = await started();
    const device = { ...DEVICE, expiresAt: new Date(clock.now() + EXPIRES_MS).toISOString() };
    expect(JSON.parse(JSON.stringify(request))).toStrictEqual({
      connectionStatus: "INITIATED",
      connectedAccountId: connectionId,
      redirectUrl: DEVICE.verificationUri,
      device,
    });
    for (const seen of [
      JSON.stringify(request),
      inspect(request, { depth: 9 }),
      JSON.stringify(await rows()),
    ]) {
      expect(seen).not.toContain(DEVICE_CODE);
    }
    expect(JSON.stringify(await rows())).not.toContain(DEVICE.userCode);
  });
});

describe("getConnectionRequest", () => {
  it("shows another process what the user enters, and goes on from there", async () => {
    const { clock, request, resume, connectionId, pass, seconds, rows } = await started(PENDING, GRANTED);
    await clock.advance(60_000);
    const resumed = await resume();
    expect(resumed.toJSON()).toStrictEqual(request.toJSON());
    const waiting = resumed.waitUntilActive();
    await pass(INTERVAL_MS);
    await pass(INTERVAL_MS);
    expect(await waiting).toMatchObject({ id: connectionId, status: "ACTIVE" });
    expect(seconds()).toStrictEqual([65, 70]);
    expect((await rows()).connections[0]?.attempt).not.toHaveProperty("device");
  });

  it("has one process ask for all that wait, and another follow when that one stops", async () => {
    const { request, resume, passUntil, seconds } = await started(PENDING, PENDING, PENDING, GRANTED);
    const cancel = new AbortController();
    const options = { timeoutMs: EXPIRES_MS };
    const first = request
      .waitUntilActive({ ...options, signal: cancel.signal })
      .catch((error: unknown) => error);
    const others = counted([await resume(), await resume()].map((one) => one.waitUntilActive(options)));
    await passUntil(
      () => seconds().length === 2,
      () => 3,
    );
    cancel.abort(new Error("the process ends"));
    await first;
    await passUntil(() => others.waiting() === 0, others.waiting);
    expect((await others.all).map(({ status }) => status)).toEqual(["ACTIVE", "ACTIVE"]);
    const times = seconds();
    expect(times).toHaveLength(4);
    const pauses = times.map((at, index) => at - (times[index - 1] ?? 0));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(INTERVAL_MS / 1000);
  });

  it("keeps to what another process was told: slower", async () => {
    const { request, resume, pass, seconds } = await started({ kind: "slow_down", byMs: 5_000 }, GRANTED);
    const cancel = new AbortController();
    const first = request.waitUntilActive({ signal: cancel.signal }).catch((error: unknown) => error);
    await pass(INTERVAL_MS);
    await vi.waitFor(() => expect(seconds()).toStrictEqual([5]));
    await pass(0);
    cancel.abort(new Error("the process ends"));
    await first;
    const waiting = (await resume()).waitUntilActive();
    await pass(9_999);
    expect(seconds()).toStrictEqual([5]);
    await pass(1);
    await expect(waiting).resolves.toMatchObject({ status: "ACTIVE" });
    expect(seconds()).toStrictEqual([5, 15]);
  });

  it("lets two that want to ask at the same moment ask once", async () => {
    const { resume, passUntil, seconds } = await started(GRANTED);
    const both = counted([await resume(), await resume()].map((one) => one.waitUntilActive()));
    await passUntil(() => both.waiting() === 0, both.waiting);
    await expect(both.all).resolves.toHaveLength(2);
    expect(seconds()).toHaveLength(1);
  });

  it("says how it ended when it has, without asking", async () => {
    const { request, resume, pass, seconds } = await started(
      new AuthorizationError("AUTHORIZATION_DENIED", "No."),
    );
    const outcome = request.waitUntilActive().catch((error: unknown) => error);
    await pass(INTERVAL_MS);
    await outcome;
    const resumed = await resume();
    expect(resumed).toMatchObject({ connectionStatus: "FAILED", device: null, redirectUrl: null });
    await expect(resumed.waitUntilActive()).rejects.toMatchObject({ status: "FAILED" });
    expect(seconds()).toStrictEqual([5]);
  });

  it("says that the code has expired when it has", async () => {
    const { clock, resume, seconds } = await started();
    await clock.advance(EXPIRES_MS);
    const resumed = await resume();
    expect(resumed).toMatchObject({ connectionStatus: "EXPIRED", device: null });
    await expect(resumed.waitUntilActive()).rejects.toMatchObject({ status: "EXPIRED" });
    expect(seconds()).toStrictEqual([]);
  });

  it("finds nothing of another entity's", async () => {
    const { resume } = await started();
    await expect(resume("bob")).rejects.toMatchObject({ code: "CONNECTION_NOT_FOUND" });
  });

  it("waits for a browser as well, whose URL only who started it has", async () => {
    const { toolset } = await setUpOAuth({
      fetch: async () => Response.json({ access_token: "access-1", token_type: "Bearer" }),
    });
    const ada = toolset.getEntity("ada");
    const request = await ada.initiateConnection({ app: "acme" });
    const resumed = await ada.getConnectionRequest({ connectionId: request.connectedAccountId });
    expect(resumed.toJSON()).toStrictEqual({ ...request.toJSON(), redirectUrl: null });
    await toolset.handleCallback(consented(request.redirectUrl), { entityId: "ada" });
    await expect(resumed.waitUntilActive()).resolves.toMatchObject({ id: request.connectedAccountId });
    expect(JSON.stringify(resumed)).not.toContain(CLIENT.client_secret);
  });

  it("names what is wrong with its argument", async () => {
    const { toolset } = setUp();
    await expect(toolset.getEntity("ada").getConnectionRequest({ connectionId: "" })).rejects.toMatchObject({
      code: "INPUT_INVALID",
      issues: [{ path: "connectionId" }],
    });
  });
});
