import type { StorageAdapter } from "../ports/storage.js";
import { connectionChecks } from "./storage-conformance/connections.js";
import { deletionChecks } from "./storage-conformance/deletion.js";
import { entityChecks } from "./storage-conformance/entities.js";
import { expiringChecks } from "./storage-conformance/expiring.js";
import { flowChecks } from "./storage-conformance/flows.js";
import { integrationChecks } from "./storage-conformance/integrations.js";
import { leaseChecks } from "./storage-conformance/leases.js";
import { listingChecks } from "./storage-conformance/listing.js";
import { outboxChecks } from "./storage-conformance/outbox.js";
import { pagingChecks } from "./storage-conformance/paging.js";
import { scanChecks } from "./storage-conformance/scanning.js";
import { secretChecks } from "./storage-conformance/secrets.js";
import { textChecks } from "./storage-conformance/text.js";
import { writerChecks } from "./storage-conformance/writers.js";

/** A storage adapter with an empty store behind it. */
export interface StorageUnderTest {
  readonly storage: StorageAdapter;
  /** Called when a case has ended, passed or not. */
  readonly close?: () => Promise<void>;
  /** All the store holds, as text: for the cases that check that what was removed is gone. */
  readonly dump?: () => Promise<string>;
  /**
   * Whether the store tells time by this process's `Date`, as an engine that is compiled to WebAssembly does: no caller's
   * clock differs from its own, so what skewed clocks do is not tried. Default: false.
   */
  readonly sharesClock?: boolean;
}

/** One case: `run` rejects with an Error that says what was expected, and what happened. */
export interface StorageConformanceCase {
  readonly name: string;
  run(): Promise<void>;
}

/**
 * What every storage adapter must do, as cases for any test runner. A host's own adapter that passes them all can be
 * given to the toolset. Run them one after the other: some replace the global `Date` for a moment. The slowest stores
 * 10,000 connections, which may take half a minute on a busy database.
 *
 * @param create makes an adapter on an empty store; called once in each case
 * @example
 * ```ts
 * for (const { name, run } of storageConformance(async () => ({ storage: myStorage() }))) {
 *   test(name, run, 60_000);
 * }
 * ```
 */
export function storageConformance(
  create: () => Promise<StorageUnderTest>,
): readonly StorageConformanceCase[] {
  const checks = {
    integrations: integrationChecks,
    connections: connectionChecks,
    entities: entityChecks,
    listings: listingChecks,
    scans: scanChecks,
    expiring: expiringChecks,
    paging: pagingChecks,
    text: textChecks,
    writers: writerChecks,
    deletion: deletionChecks,
    flows: flowChecks,
    outbox: outboxChecks,
    leases: leaseChecks,
    secrets: secretChecks,
  };
  return Object.entries(checks).flatMap(([group, cases]) =>
    Object.entries(cases).map(([name, check]) => ({
      name: `${group}: ${name}`,
      async run() {
        const { storage, close, dump = null, sharesClock = false } = await create();
        try {
          await check(storage, dump, sharesClock);
        } finally {
          await close?.();
        }
      },
    })),
  );
}
