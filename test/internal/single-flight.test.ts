import { describe, expect, it } from "vitest";
import { createSingleFlight } from "../../src/internal/single-flight.js";

/** A task that counts its runs and ends when told to. */
function task() {
  const state = {
    runs: 0,
    finish: (_value: string): void => undefined,
    fail: (_error: Error): void => undefined,
  };
  const run = () => {
    state.runs += 1;
    return new Promise<string>((resolve, reject) => {
      state.finish = resolve;
      state.fail = reject;
    });
  };
  return { state, run };
}
const aTurn = () => new Promise((resolve) => setImmediate(resolve));

describe("createSingleFlight", () => {
  it("lets callers of one key share a run", async () => {
    const flights = createSingleFlight<string>();
    const { state, run } = task();
    const callers = Array.from({ length: 100 }, () => flights("a", run));
    await aTurn();
    callers.push(flights("a", run));
    state.finish("done");
    expect(await Promise.all(callers)).toEqual(Array.from({ length: 101 }, () => "done"));
    expect(state.runs).toBe(1);
  });

  it("keeps keys apart", async () => {
    const flights = createSingleFlight<string>();
    expect(await Promise.all(["a", "b"].map((key) => flights(key, async () => key)))).toEqual(["a", "b"]);
  });

  it("runs again once the run has ended, also from the very callback of the first", async () => {
    const flights = createSingleFlight<number>();
    let runs = 0;
    const run = async () => {
      runs += 1;
      return runs;
    };
    expect(await flights("a", run).then(() => flights("a", run))).toBe(2);
  });

  it("tells every caller of a failure, and keeps nothing of it", async () => {
    const flights = createSingleFlight<string>();
    const { state, run } = task();
    const callers = [flights("a", run), flights("a", run)];
    await aTurn();
    state.fail(new Error("no luck"));
    expect(await Promise.allSettled(callers)).toEqual([
      { status: "rejected", reason: new Error("no luck") },
      { status: "rejected", reason: new Error("no luck") },
    ]);
    expect(await flights("a", async () => "again")).toBe("again");
  });

  it("takes a run that throws at once for a failed one", async () => {
    const flights = createSingleFlight<string>();
    const broken = () => {
      throw new Error("at once");
    };
    await expect(flights("a", broken)).rejects.toThrow("at once");
    expect(await flights("a", async () => "again")).toBe("again");
  });
});
