import type { Checks } from "./assertions.js";
import { equal, trueCount } from "./assertions.js";
import { lease, NOW } from "./records.js";

export const leaseChecks: Checks = {
  async "a held lease is not given again, not even to its owner"({ leases }) {
    equal(await leases.acquire(lease()), true, "first");
    equal(await leases.acquire(lease({ owner: "owner-2" })), false, "another owner");
    equal(await leases.acquire(lease()), false, "the owner itself");
  },

  async "keys are apart, and compared exactly"({ leases }) {
    for (const key of ["refresh:a", "refresh:A", "refresh:ä", "refresh:a "]) {
      equal(await leases.acquire(lease({ key })), true, JSON.stringify(key));
    }
  },

  async "of ten callers at once, exactly one acquires it"({ leases }) {
    const owners = Array.from({ length: 10 }, (_, index) => `owner-${index}`);
    const race = (now: number): Promise<readonly boolean[]> =>
      Promise.all(owners.map((owner) => leases.acquire(lease({ owner, now, expiresAt: now + 30_000 }))));
    trueCount(await race(NOW), 1, "owners of a free lease");
    trueCount(await race(NOW + 1), 0, "owners of a held lease");
    trueCount(await race(NOW + 30_000), 1, "owners of a lapsed lease");
  },

  async "a lease lapses at its expiry, not before"({ leases }) {
    await leases.acquire(lease({ expiresAt: NOW + 1000 }));
    const takeOver = (now: number): Promise<boolean> =>
      leases.acquire(lease({ owner: "owner-2", now, expiresAt: now + 1000 }));
    equal(await takeOver(NOW + 999), false, "one millisecond before");
    equal(await takeOver(NOW + 1000), true, "at the expiry");
    equal(await takeOver(NOW + 1999), false, "the new owner's lease");
  },

  async "a lease that begins expired can be taken at once"({ leases }) {
    equal(await leases.acquire(lease({ expiresAt: NOW - 1 })), true, "first");
    equal(await leases.acquire(lease({ owner: "owner-2" })), true, "another owner");
  },

  async "a lease that ends later than twice the time asked for has lapsed: a clock was set back"({ leases }) {
    await leases.acquire(lease({ now: NOW + 60_000, expiresAt: NOW + 61_001 }));
    const takeOver = (now: number): Promise<boolean> =>
      leases.acquire(lease({ owner: "owner-2", now, expiresAt: now + 1000 }));
    equal(await takeOver(NOW + 59_001), false, "twice the time");
    equal(await takeOver(NOW + 59_000), true, "longer");
    equal(
      await leases.renew(lease({ now: NOW + 59_000, expiresAt: NOW + 60_000 })),
      false,
      "the former owner",
    );
  },

  async "the owner renews, no one else does"({ leases }) {
    await leases.acquire(lease({ expiresAt: NOW + 1000 }));
    const longer = { now: NOW + 500, expiresAt: NOW + 5000 };
    equal(await leases.renew(lease({ owner: "owner-2", ...longer })), false, "another owner");
    equal(await leases.acquire(lease({ owner: "owner-2", now: NOW + 1000 })), true, "was not extended");
    equal(await leases.renew(lease(longer)), false, "an owner that lost it");
    equal(
      await leases.renew(lease({ owner: "owner-2", now: NOW + 1500, expiresAt: NOW + 60_000 })),
      true,
      "owner",
    );
    const nearlyOver = { now: NOW + 59_999, expiresAt: NOW + 89_999 };
    equal(await leases.acquire(lease({ owner: "owner-3", ...nearlyOver })), false, "was extended");
    equal(await leases.renew(lease({ key: "unknown" })), false, "a lease that is not there");
    equal(await leases.acquire(lease({ key: "unknown" })), true, "renewing made no lease");
  },

  async "a lapsed lease no one took is renewed"({ leases }) {
    await leases.acquire(lease({ expiresAt: NOW + 1000 }));
    equal(await leases.renew(lease({ now: NOW + 2000, expiresAt: NOW + 9000 })), true, "renew");
    equal(await leases.acquire(lease({ owner: "owner-2", now: NOW + 3000 })), false, "another owner");
  },

  async "the owner releases, no one else does"({ leases }) {
    await leases.acquire(lease());
    await leases.release({ key: lease().key, owner: "owner-2" });
    equal(await leases.acquire(lease({ owner: "owner-2" })), false, "after another owner's release");
    await leases.release(lease());
    equal(await leases.acquire(lease({ owner: "owner-2" })), true, "after the owner's release");
    await leases.release(lease());
    equal(await leases.acquire(lease({ owner: "owner-3" })), false, "after the former owner's release");
    await leases.release({ key: "unknown", owner: "owner-1" });
  },

  async "deleteExpired removes what ends now or earlier, and counts it"({ leases }) {
    for (const offset of [-1, 0, 1]) {
      await leases.acquire(lease({ key: `key${offset}`, now: NOW - 10, expiresAt: NOW + offset }));
    }
    equal(await leases.deleteExpired(NOW - 2), 0, "the count before any ends");
    equal(await leases.deleteExpired(NOW), 2, "the count now");
    equal(await leases.renew(lease({ key: "key0" })), false, "the lease that ended");
    equal(await leases.renew(lease({ key: "key1" })), true, "the lease that is held");
  },
};
