import { describe, expect, it } from "vitest";
import type { HeldLease } from "../../src/core/lease.js";
import { guardRefresh } from "../../src/core/refresh-guard.js";

const TOKEN_URL = "https://acme.example/token";

function setUp() {
  const sent: string[] = [];
  const control = { isHeld: true };
  const lease: HeldLease = {
    takenOver: false,
    isSurelyHeld: () => control.isHeld,
    release: async () => {},
  };
  const guard = guardRefresh(
    {
      async fetch(input, init) {
        sent.push(`${init?.method ?? (input instanceof Request ? input.method : "GET")} ${String(input)}`);
        return new Response();
      },
      clock: { now: () => 0, sleep: async () => {} },
      logger: { debug() {}, warn() {} },
    },
    lease,
  );
  return { guard, control, sent, post: () => guard.runtime.fetch(TOKEN_URL, { method: "POST" }) };
}

describe("the guard of a token request", () => {
  it("lets it pass while the lease is surely held", async () => {
    const { guard, post, sent } = setUp();
    await post();
    expect(sent).toHaveLength(1);
    expect([guard.wasHeldBack(), guard.mayBeSpent()]).toEqual([false, true]);
  });

  it("holds it back otherwise: nothing has been spent then", async () => {
    const { guard, control, post, sent } = setUp();
    control.isHeld = false;
    await expect(post()).rejects.toThrow("lease was lost");
    await expect(guard.runtime.fetch(new Request(TOKEN_URL, { method: "PUT" }))).rejects.toThrow();
    expect(sent).toEqual([]);
    expect([guard.wasHeldBack(), guard.mayBeSpent()]).toEqual([true, false]);
  });

  it("looks at the lease in the turn in which it sends", () => {
    const { control, post, sent } = setUp();
    const sending = post();
    control.isHeld = false;
    expect(sent).toHaveLength(1);
    return sending;
  });

  it.each([
    ["in its query", "https://acme.example/refresh?access_token=t"],
    ["in a header", "https://acme.example/refresh"],
  ])("holds back any other GET, which may have a token %s", async (_where, url) => {
    const { guard, control, sent } = setUp();
    control.isHeld = false;
    await expect(guard.runtime.fetch(url)).rejects.toThrow("lease was lost");
    expect(sent).toEqual([]);
  });

  it("lets discovery pass at any time: it spends nothing, and others may wait for it", async () => {
    const { guard, control } = setUp();
    control.isHeld = false;
    await guard.runtime.fetch("https://acme.example/.well-known/openid-configuration");
    expect([guard.wasHeldBack(), guard.mayBeSpent()]).toEqual([false, false]);
  });

  it("lets pass what follows a request that has gone out", async () => {
    const { guard, control, post, sent } = setUp();
    await post();
    control.isHeld = false;
    await post();
    expect(sent).toHaveLength(2);
    expect(guard.wasHeldBack()).toBe(false);
  });

  it("takes a refresh token for spent when the scheme has ways of its own", () => {
    expect(setUp().guard.mayBeSpent()).toBe(true);
  });
});
