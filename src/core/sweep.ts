import type { CoreContext } from "./context.js";
import type { DeliveryReport } from "./event-publisher.js";

/** What a sweep removed, and told. */
export interface SweepReport {
  /** Flows whose time was up. */
  readonly flows: number;
  /** Leases of processes that died. */
  readonly leases: number;
  /** What came of the events no hook had taken yet. */
  readonly events: DeliveryReport;
}

/** Removes what has run out that long ago, in milliseconds. @throws StorageError */
export async function removeExpired(
  { storage, runtime }: CoreContext,
  agoMs: number,
): Promise<{ readonly flows: number; readonly leases: number }> {
  const flows = await storage.flows.deleteExpired(runtime.clock.now() - agoMs);
  return { flows, leases: await storage.leases.deleteExpired(agoMs) };
}

/** Removes all that has run out, and delivers what no hook has heard yet. @throws StorageError */
export async function sweep(context: CoreContext): Promise<SweepReport> {
  const removed = await removeExpired(context, 0);
  return { ...removed, events: await context.events.deliver() };
}
