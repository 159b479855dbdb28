import * as z from "zod";
import { MooringError } from "../errors.js";
import { forEachConcurrently } from "../internal/for-each-concurrently.js";
import { lazy } from "../internal/lazy.js";
import type { ConnectionRecord, Page } from "../ports/storage.js";
import { concurrencyArgument, progressArgument, readArguments, signalArgument } from "./arguments.js";
import type { Domain } from "./domain.js";
import { openRow } from "./opened-row.js";

const PAGE_SIZE = 200;
/** More is counted, not listed: a provider that is away fails all of its connections. */
const MAX_LISTED = 1_000;
const LEFT_ALONE: ReadonlySet<string> = new Set([
  "CONNECTION_NOT_FOUND",
  "CONNECTION_NOT_ACTIVE",
  "INTEGRATION_DISABLED",
]);

const schema = lazy(() =>
  z.strictObject({
    within: z.number().int().nonnegative(),
    concurrency: concurrencyArgument().default(4),
    signal: signalArgument().optional(),
    onProgress: progressArgument<RefreshProgress>().optional(),
  }),
);

/** What `toolset.refreshExpiring()` takes. */
export interface RefreshExpiringOptions {
  /** Milliseconds from now: connections whose credentials end by then are refreshed. */
  readonly within: number;
  /** How many at a time. Default: 4. */
  readonly concurrency?: number | undefined;
  /** Stops between two connections; the call rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each connection. */
  readonly onProgress?: ((progress: RefreshProgress) => void) | undefined;
}

/** How far a round of refreshes is. */
export interface RefreshProgress {
  readonly refreshed: number;
  /** Refreshed by someone else meanwhile, cannot be refreshed, or may not: disabled, deleted. */
  readonly skipped: number;
  readonly failed: number;
}

/** What came of a round of refreshes. */
export interface RefreshReport extends RefreshProgress {
  /** The first 1,000 that failed. Those with `REAUTHORIZATION_REQUIRED` are EXPIRED now; others may work next time. */
  readonly failures: readonly {
    readonly connectionId: string;
    readonly entityId: string;
    readonly app: string;
    /** The error's code. */
    readonly code: string;
  }[];
}

/** All connections whose credentials end by then, the earliest first. */
async function* expiring({ storage }: Domain, before: number): AsyncGenerator<ConnectionRecord> {
  let cursor: string | null = null;
  do {
    const page: Page<ConnectionRecord> = await storage.connections.expiring({
      before,
      limit: PAGE_SIZE,
      cursor,
    });
    yield* page.items;
    cursor = page.nextCursor;
  } while (cursor !== null);
}

/** Whether this call renewed it. */
async function renewOne(domain: Domain, record: ConnectionRecord, before: number): Promise<boolean> {
  const { scheme } = domain.apps.scheme(record.app, record.authScheme);
  if (scheme.refresh === undefined) return false;
  const opened = await openRow(domain, record);
  const { expiresAt } = opened.row.connection;
  if (expiresAt === null || expiresAt > before) return false;
  return (await domain.refresher.renew(opened)) !== null;
}

/** What is gone by now, or may not be used, is left alone. */
function isLeftAlone(error: unknown): boolean {
  return MooringError.is(error) && LEFT_ALONE.has(error.code);
}

/**
 * Refreshes what ends soon, so that no caller has to wait for it.
 *
 * @throws ValidationError for wrong options, StorageError; what single connections fail with is in the report
 */
export async function refreshExpiring(domain: Domain, options: unknown): Promise<RefreshReport> {
  const given = readArguments(schema(), options, "toolset.refreshExpiring()");
  const before = domain.runtime.clock.now() + given.within;
  const counts = { refreshed: 0, skipped: 0, failed: 0 };
  const failures: RefreshReport["failures"][number][] = [];
  await forEachConcurrently(expiring(domain, before), given, async (record) => {
    try {
      if (await renewOne(domain, record, before)) counts.refreshed += 1;
      else counts.skipped += 1;
    } catch (error) {
      if (isLeftAlone(error)) counts.skipped += 1;
      else {
        counts.failed += 1;
        const code = MooringError.is(error) ? error.code : "INTERNAL_ERROR";
        const { id, entityId, app } = record;
        if (failures.length < MAX_LISTED) failures.push({ connectionId: id, entityId, app, code });
      }
    }
    given.onProgress?.({ ...counts });
  });
  return { ...counts, failures };
}
