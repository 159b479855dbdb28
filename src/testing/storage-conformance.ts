import type { StorageAdapter } from "../ports/storage.js";
import { connectionChecks } from "./storage-conformance/connections.js";
import { deletionChecks } from "./storage-conformance/deletion.js";
import { entityChecks } from "./storage-conformance/entities.js";
import { flowChecks } from "./storage-conformance/flows.js";
import { integrationChecks } from "./storage-conformance/integrations.js";
import { leaseChecks } from "./storage-conformance/leases.js";
import { listingChecks } from "./storage-conformance/listing.js";

/** A storage adapter with an empty store behind it. */
export interface StorageUnderTest {
  readonly storage: StorageAdapter;
  /** Called when a case has ended, passed or not. */
  readonly close?: () => Promise<void>;
  /** All the store holds, as text: for the cases that check that what was removed is gone. */
  readonly dump?: () => Promise<string>;
}

/** One case: `run` rejects with an Error that says what was expected, and what happened. */
export interface StorageConformanceCase {
  readonly name: string;
  run(): Promise<void>;
}

/**
 * What every storage adapter must do, as cases for any test runner. A host's own adapter that passes them all can be
 * given to the toolset.
 *
 * @param create makes an adapter on an empty store; called once in each case
 * @example
 * ```ts
 * for (const { name, run } of storageConformance(async () => ({ storage: myStorage() }))) {
 *   test(name, run);
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
    deletion: deletionChecks,
    flows: flowChecks,
    leases: leaseChecks,
  };
  return Object.entries(checks).flatMap(([group, cases]) =>
    Object.entries(cases).map(([name, check]) => ({
      name: `${group}: ${name}`,
      async run() {
        const { storage, close, dump } = await create();
        try {
          await check(storage, dump ?? null);
        } finally {
          await close?.();
        }
      },
    })),
  );
}
