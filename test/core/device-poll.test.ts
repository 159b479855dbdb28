import type { PollResult } from "mooring";
import { AuthorizationError, TokenError } from "mooring";
import { describe, expect, it, vi } from "vitest";
import { setUp } from "../support/acme.js";
import type { Deferred } from "../support/deferred.js";
import { deferred } from "../support/deferred.js";
import type { DeviceAnswer } from "../support/device-scheme.js";
import { EXPIRES_MS, scriptedApp, scriptedDevice } from "../support/device-scheme.js";

const PENDING = { kind: "pending" } as const;
const GRANTED = { kind: "granted", grant: { credentials: { token: "t-1" } } } as const;

/** A device flow that was started, and the seconds after which its server was asked. */
async function started(...answers: readonly DeviceAnswer[]) {
  let now = () => 0;
  const { scheme, asked } = scriptedDevice(answers, () => now());
  const { toolset, clock } = setUp({ apps: [scriptedApp], schemes: [scheme] });
  now = clock.now;
  const begunAt = clock.now();
  const ada = toolset.getEntity("ada");
  const request = await ada.initiateConnection({ app: "scripted" });
  return {
    ada,
    request,
    seconds: () => asked.map((at) => (at - begunAt) / 1000),
    /** Lets time go by as soon as someone waits for it. */
    async pass(milliseconds: number, waiting = 1) {
      await vi.waitFor(() => expect(clock.sleeping).toBe(waiting));
      await clock.advance(milliseconds);
    },
    status: async () => (await ada.getConnections())[0]?.status,
  };
}

const failure = (outcome: Promise<unknown>) => outcome.catch((error: unknown) => error);
const busy = () => new TokenError("TOKEN_EXCHANGE_FAILED", "busy", { retryable: true, status: 503 });

describe("a device flow", () => {
  it("shows what the user enters, and waits in the connection", async () => {
    const { request, status } = await started();
    expect(request.device).toMatchObject({
      userCode: "WDJB-MJHT",
      verificationUri: "https://acme.example/device",
      verificationUriComplete: null,
    });
    expect(request.connectionStatus).toBe("INITIATED");
    expect(await status()).toBe("INITIATED");
  });

  it("is asked about no more often than the server wants, until the user has agreed", async () => {
    const { request, pass, seconds } = await started(PENDING, PENDING, GRANTED);
    const waiting = request.waitUntilActive();
    await pass(4_999);
    expect(seconds()).toStrictEqual([]);
    for (const milliseconds of [1, 5_000, 5_000]) await pass(milliseconds);
    expect(await waiting).toMatchObject({ id: request.connectedAccountId, status: "ACTIVE" });
    expect(seconds()).toStrictEqual([5, 10, 15]);
  });

  it("keeps to every wish to slow down", async () => {
    const slower = { kind: "slow_down", byMs: 5_000 } as const;
    const { request, pass, seconds } = await started(slower, PENDING, slower, GRANTED);
    const waiting = request.waitUntilActive();
    for (const milliseconds of [5_000, 10_000, 10_000, 15_000]) await pass(milliseconds);
    await waiting;
    expect(seconds()).toStrictEqual([5, 15, 25, 40]);
  });

  it("asks half as often after each passing failure (RFC 8628 §3.5)", async () => {
    const { request, pass, seconds } = await started(busy(), busy(), GRANTED);
    const waiting = request.waitUntilActive();
    for (const milliseconds of [5_000, 10_000, 20_000]) await pass(milliseconds);
    await waiting;
    expect(seconds()).toStrictEqual([5, 15, 35]);
  });

  it("asks once for all who wait", async () => {
    const answer: Deferred<PollResult<unknown>> = deferred();
    const { request, pass, seconds } = await started(answer.promise);
    const waiting = Promise.all([request.waitUntilActive(), request.waitUntilActive()]);
    await pass(5_000, 2);
    answer.resolve(GRANTED);
    const [one, other] = await waiting;
    expect(one.id).toBe(other.id);
    expect(seconds()).toStrictEqual([5]);
  });

  it.each([
    ["AUTHORIZATION_DENIED", "FAILED"],
    ["STATE_EXPIRED", "EXPIRED"],
  ] as const)("ends with %s, and the connection is %s", async (code, ended) => {
    const { request, pass, status, seconds } = await started(new AuthorizationError(code, "It is over."));
    const outcome = failure(request.waitUntilActive());
    await pass(5_000);
    expect(await outcome).toMatchObject({ code });
    expect(await status()).toBe(ended);
    await expect(request.waitUntilActive()).rejects.toMatchObject({
      code: "CONNECTION_NOT_ACTIVE",
      status: ended,
    });
    expect(seconds()).toStrictEqual([5]);
  });

  it("is not asked about when nobody waits any longer, and goes on when someone does again", async () => {
    const { request, pass, seconds } = await started(PENDING, GRANTED);
    const cancel = new AbortController();
    const outcome = failure(request.waitUntilActive({ signal: cancel.signal }));
    await pass(5_000);
    // The poll counts itself in the database before it asks.
    await vi.waitFor(() => expect(seconds()).toStrictEqual([5]));
    cancel.abort(new Error("gone home"));
    expect(await outcome).toMatchObject({ message: "gone home" });
    const waiting = request.waitUntilActive();
    await pass(5_000);
    expect(await waiting).toMatchObject({ status: "ACTIVE" });
  });

  it("lets go who cancels while the server thinks, and keeps what it then says", async () => {
    const answer: Deferred<PollResult<unknown>> = deferred();
    const { request, pass, status, seconds } = await started(answer.promise);
    const cancel = new AbortController();
    const outcome = failure(request.waitUntilActive({ signal: cancel.signal }));
    await pass(5_000);
    await vi.waitFor(() => expect(seconds()).toHaveLength(1));
    cancel.abort(new Error("gone home"));
    expect(await outcome).toMatchObject({ message: "gone home" });
    answer.resolve(GRANTED);
    await vi.waitFor(async () => expect(await status()).toBe("ACTIVE"));
  });

  it("is over when the code has expired, without asking", async () => {
    const { request, pass, seconds } = await started();
    await expect(request.waitUntilActive({ timeoutMs: 0 })).rejects.toMatchObject({
      code: "CONNECTION_WAIT_TIMEOUT",
      retryable: true,
    });
    await pass(EXPIRES_MS, 0);
    await expect(request.waitUntilActive()).rejects.toMatchObject({
      code: "CONNECTION_NOT_ACTIVE",
      status: "EXPIRED",
    });
    expect(seconds()).toStrictEqual([]);
  });
});
