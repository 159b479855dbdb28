import type { LeaseOutcome } from "../../ports/storage.js";
import type { Checks } from "./assertions.js";
import { equal } from "./assertions.js";
import { lease } from "./records.js";
import { withClockAhead } from "./skewed-clock.js";

/** Longer than any statement takes, short enough to be waited for. */
const SHORT_MS = 400;
const HOUR_MS = 3_600_000;

const count = (outcomes: readonly LeaseOutcome[], outcome: LeaseOutcome): number =>
  outcomes.filter((each) => each === outcome).length;

export const leaseChecks: Checks = {
  async "a held lease is not given again, not even to its owner"({ leases }) {
    equal(await leases.acquire(lease()), "acquired", "first");
    equal(await leases.acquire(lease({ owner: "owner-2" })), "held", "another owner");
    equal(await leases.acquire(lease()), "held", "the owner itself");
  },

  async "keys are apart, and compared exactly"({ leases }) {
    for (const key of ["refresh:a", "refresh:A", "refresh:ä", "refresh:a "]) {
      equal(await leases.acquire(lease({ key })), "acquired", JSON.stringify(key));
    }
  },

  async "of ten callers at once, exactly one acquires it"({ leases }) {
    const owners = Array.from({ length: 10 }, (_, index) => `owner-${index}`);
    const race = (key: string): Promise<readonly LeaseOutcome[]> =>
      Promise.all(owners.map((owner) => leases.acquire(lease({ key, owner }))));
    equal(count(await race("free"), "acquired"), 1, "owners of a free lease");
    equal(count(await race("free"), "held"), 10, "callers refused a held lease");
    await leases.acquire(lease({ key: "lapsed", ttlMs: 0 }));
    const outcomes = await race("lapsed");
    equal(count(outcomes, "taken-over"), 1, "owners of a lapsed lease");
    equal(count(outcomes, "held"), 9, "callers refused a lapsed lease");
  },

  async "a lease lapses at its expiry, not before, by the store's own time"({ leases }) {
    const began = performance.now();
    await leases.acquire(lease({ ttlMs: SHORT_MS }));
    for (;;) {
      const outcome = await leases.acquire(lease({ owner: "owner-2" }));
      const waited = performance.now() - began;
      if (outcome === "taken-over") {
        // The store may count whole milliseconds.
        equal(waited >= SHORT_MS - 2, true, `held for ${waited} of ${SHORT_MS} ms`);
        break;
      }
      equal(outcome, "held", "until then");
      equal(waited < 8 * SHORT_MS, true, `lapsed after ${waited} of ${SHORT_MS} ms`);
    }
    equal(await leases.acquire(lease({ owner: "owner-3" })), "held", "the new owner's lease");
    equal(await leases.renew(lease()), false, "the former owner");
  },

  async "a lease that begins expired can be taken at once"({ leases }) {
    equal(await leases.acquire(lease({ ttlMs: -1000 })), "acquired", "first");
    equal(await leases.acquire(lease({ owner: "owner-2" })), "taken-over", "another owner");
  },

  async "a lease that ends later than twice the time asked for has lapsed: a clock was set back"({ leases }) {
    await leases.acquire(lease({ ttlMs: 60_000 }));
    const takeOver = (ttlMs: number): Promise<LeaseOutcome> =>
      leases.acquire(lease({ owner: "owner-2", ttlMs }));
    equal(await takeOver(30_000), "held", "twice the time");
    equal(await takeOver(20_000), "taken-over", "longer");
    equal(await leases.renew(lease()), false, "the former owner");
  },

  async "callers whose clocks are an hour apart agree on who holds it, and on when it lapses"(
    { leases },
    _dump,
    sharesClock,
  ) {
    if (sharesClock) return;
    for (const ahead of [-HOUR_MS, HOUR_MS]) {
      const key = `ahead by ${ahead}`;
      const mine = lease({ key });
      const other = lease({ key, owner: "owner-2" });
      const skewed = <Result>(run: () => Promise<Result>) => withClockAhead(ahead, run);
      equal(await leases.acquire(mine), "acquired", key);
      equal(await skewed(() => leases.acquire(other)), "held", `${key}: taking what is held`);
      equal(await skewed(() => leases.deleteExpired(0)), 0, `${key}: sweeping what is held`);
      equal(await leases.renew(mine), true, `${key}: renewing what was swept for`);
      await leases.release(mine);
      equal(await skewed(() => leases.acquire(other)), "acquired", `${key}: acquiring`);
      equal(await leases.acquire(mine), "held", `${key}: taking what the other holds`);
      equal(await skewed(() => leases.renew(other)), true, `${key}: the other's renewal`);
      equal(await leases.acquire(mine), "held", `${key}: taking what the other renewed`);
      equal(await skewed(() => leases.renew({ ...other, ttlMs: 0 })), true, `${key}: letting it lapse`);
      equal(await leases.acquire(mine), "taken-over", `${key}: taking what the other let lapse`);
      await leases.renew({ ...mine, ttlMs: 0 });
      equal(await skewed(() => leases.acquire(other)), "taken-over", `${key}: taking what lapsed`);
      await leases.release(other);
    }
  },

  async "the owner renews, no one else does"({ leases }) {
    await leases.acquire(lease({ ttlMs: 0 }));
    equal(await leases.renew(lease({ owner: "owner-2" })), false, "another owner");
    equal(await leases.acquire(lease({ owner: "owner-2" })), "taken-over", "was not extended");
    equal(await leases.renew(lease()), false, "an owner that lost it");
    equal(await leases.renew(lease({ owner: "owner-2", ttlMs: 0 })), true, "owner, shortening");
    equal(await leases.renew(lease({ owner: "owner-2" })), true, "owner, a lapsed one nobody took");
    equal(await leases.acquire(lease({ owner: "owner-3" })), "held", "was extended");
    equal(await leases.renew(lease({ key: "unknown" })), false, "a lease that is not there");
    equal(await leases.acquire(lease({ key: "unknown" })), "acquired", "renewing made no lease");
  },

  async "the owner releases, no one else does"({ leases }) {
    await leases.acquire(lease());
    await leases.release({ key: lease().key, owner: "owner-2" });
    equal(await leases.acquire(lease({ owner: "owner-2" })), "held", "after another owner's release");
    await leases.release(lease());
    equal(await leases.acquire(lease({ owner: "owner-2" })), "acquired", "after the owner's release");
    await leases.release(lease());
    equal(await leases.acquire(lease({ owner: "owner-3" })), "held", "after the former owner's release");
    await leases.release({ key: "unknown", owner: "owner-1" });
  },

  async "deleteExpired removes what lapsed that long ago, and counts it"({ leases }) {
    await leases.acquire(lease({ key: "long lapsed", ttlMs: -120_000 }));
    await leases.acquire(lease({ key: "lapsed", ttlMs: -1000 }));
    await leases.acquire(lease({ key: "held" }));
    equal(await leases.deleteExpired(180_000), 0, "the count before any lapsed so long");
    equal(await leases.deleteExpired(60_000), 1, "the count of those that lapsed a minute ago");
    equal(await leases.renew(lease({ key: "long lapsed" })), false, "the lease that is gone");
    equal(await leases.acquire(lease({ key: "lapsed" })), "taken-over", "the lease that lapsed lately");
    equal(await leases.renew(lease({ key: "held" })), true, "the lease that is held");
  },
};
