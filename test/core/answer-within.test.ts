import { memoryStorage } from "mooring";
import { fakeClock } from "mooring/testing";
import { describe, expect, it } from "vitest";
import { answerWithin } from "../../src/core/answer-within.js";
import { toolsetDomain } from "../../src/toolset-domain.js";

const LIMIT = { milliseconds: 5_000, operation: "leases.renew" };

function setUp() {
  const clock = fakeClock();
  return { clock, context: toolsetDomain({ storage: memoryStorage(), clock }) };
}

describe("an answer within a time", () => {
  it("is what the storage answers, or fails with, and leaves nobody asleep", async () => {
    const { clock, context } = setUp();
    expect(await answerWithin(context, LIMIT, Promise.resolve(5))).toBe(5);
    const failure = new Error("no");
    await expect(answerWithin(context, LIMIT, Promise.reject(failure))).rejects.toBe(failure);
    expect(clock.sleeping).toBe(0);
  });

  it("is a failure that may pass when none comes", async () => {
    const { clock, context } = setUp();
    const answer = answerWithin(context, LIMIT, new Promise(() => {})).catch((error: unknown) => error);
    await clock.advance(5_000);
    expect(await answer).toMatchObject({
      code: "STORAGE_FAILED",
      adapter: "memory",
      operation: "leases.renew",
      retryable: true,
    });
  });

  it("is missed by the adapter that should have given it: leases may be lent by another", async () => {
    const clock = fakeClock();
    const inner = memoryStorage();
    const storage = { ...inner, leases: { ...inner.leases, adapter: "redis" } };
    const context = toolsetDomain({ storage, clock });
    const failures = ["leases.renew", "storing credentials"].map((operation) =>
      answerWithin(context, { ...LIMIT, operation }, new Promise(() => {})).catch((error: unknown) => error),
    );
    await clock.advance(5_000);
    expect(await Promise.all(failures)).toMatchObject([{ adapter: "redis" }, { adapter: "memory" }]);
  });

  it("is not spoilt by what comes later", async () => {
    const { clock, context } = setUp();
    let fail = (_error: Error): void => {};
    const work = new Promise<never>((_resolve, reject) => {
      fail = reject;
    });
    const answer = answerWithin(context, LIMIT, work).catch((error: unknown) => error);
    await clock.advance(5_000);
    // Vitest fails the run for a rejection that nobody handles.
    fail(new Error("too late"));
    expect(await answer).toMatchObject({ retryable: true });
  });
});
