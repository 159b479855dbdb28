import { ConnectionStateError, NoItemsFoundError } from "../errors.js";
import type { ConnectionRecord, IntegrationQuery, IntegrationRecord, Page } from "../ports/storage.js";
import { deleteRow } from "./connection-rows.js";
import type { CoreContext } from "./context.js";

const MAX_SWAPS = 50;
const PAGE_SIZE = 200;

/** @throws NoItemsFoundError `INTEGRATION_NOT_FOUND` */
export async function readIntegration(context: CoreContext, id: string): Promise<IntegrationRecord> {
  const record = await context.storage.integrations.get(id);
  if (record !== null) return record;
  context.opened.forget(id);
  throw new NoItemsFoundError("integration", `There is no integration ${id}.`, {
    hint: "List them with `toolset.getIntegrations()`. One that came from another database has an id of its own here.",
  });
}

/** All integrations that match, newest first. */
export async function listIntegrations(
  context: CoreContext,
  query: Omit<IntegrationQuery, "limit" | "cursor">,
): Promise<readonly IntegrationRecord[]> {
  const found: IntegrationRecord[] = [];
  let cursor: string | null = null;
  do {
    const page = await context.storage.integrations.list({ ...query, limit: PAGE_SIZE, cursor });
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}

/** Removes an integration with its connections; each is told of where the host has a hook for that. */
export async function deleteIntegration(context: CoreContext, id: string): Promise<void> {
  if (context.events.wants("connection.deleted")) await deleteConnectionsOf(context, id);
  await context.storage.integrations.delete(id);
  context.opened.forget(id);
}

async function deleteConnectionsOf(context: CoreContext, integrationId: string): Promise<void> {
  let cursor: string | null = null;
  do {
    const page: Page<ConnectionRecord> = await context.storage.connections.scan({
      integrationId,
      limit: PAGE_SIZE,
      cursor,
    });
    for (const record of page.items) await deleteRow(context, record);
    cursor = page.nextCursor;
  } while (cursor !== null);
}

/** Changes an integration by compare-and-swap. @throws NoItemsFoundError when it is gone */
export async function changeIntegration(
  context: CoreContext,
  id: string,
  change: (current: IntegrationRecord) => Promise<Partial<IntegrationRecord>> | Partial<IntegrationRecord>,
): Promise<IntegrationRecord> {
  for (let swap = 0; swap < MAX_SWAPS; swap += 1) {
    const current = await readIntegration(context, id);
    const next: IntegrationRecord = {
      ...current,
      ...(await change(current)),
      version: current.version + 1,
      updatedAt: context.runtime.clock.now(),
    };
    if (await context.storage.integrations.compareAndSwap(next, current.version)) return next;
  }
  throw new ConnectionStateError(
    "CONNECTION_CONFLICT",
    `Integration ${id} is being changed by others all the time.`,
    {
      retryable: true,
    },
  );
}
