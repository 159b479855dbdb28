import * as z from "zod";
import { MooringError } from "../errors.js";
import { lazy } from "../internal/lazy.js";
import type { ConnectionAccount, ConnectionRecord, ConnectionStatus, Page } from "../ports/storage.js";
import { appArgument, idArgument, readArguments } from "./arguments.js";
import type { CoreContext } from "./context.js";

const PAGE_SIZE = 200;

const schema = lazy(() =>
  z.strictObject({
    app: appArgument().optional(),
    entityId: idArgument().optional(),
    integrationId: idArgument().optional(),
  }),
);

/** What `toolset.exportConnections()` takes: filters that must all hold. */
export interface ExportConnectionsOptions {
  /** Slug, or what `defineApp()` returned. */
  readonly app?: string | { readonly slug: string } | undefined;
  readonly entityId?: string | undefined;
  readonly integrationId?: string | undefined;
}

/** A connection with its credentials in the clear, as JSON can hold it. Keep it as safe as a password. */
export interface ExportedConnection {
  readonly id: string;
  readonly entityId: string;
  readonly integrationId: string;
  readonly app: string;
  readonly authScheme: string;
  readonly status: Exclude<ConnectionStatus, "INITIATED">;
  readonly statusReason: string | null;
  readonly alias: string | null;
  readonly labels: readonly string[];
  readonly isDefault: boolean;
  readonly account: ConnectionAccount | null;
  readonly scopes: readonly string[];
  readonly params: Readonly<Record<string, string>>;
  /** As the auth scheme keeps them; null where there are none, or `error` says why they could not be read. */
  readonly credentials: Readonly<Record<string, unknown>> | null;
  /** Code of the error that opening the credentials failed with; null when it did not. */
  readonly error: string | null;
  /** ISO 8601. */
  readonly createdAt: string;
}

async function opened(
  context: CoreContext,
  record: ConnectionRecord,
): Promise<Pick<ExportedConnection, "credentials" | "error">> {
  if (record.credentials === null) return { credentials: null, error: null };
  try {
    const { credentials } = await context.opened.grant(record);
    return { credentials: z.record(z.string(), z.unknown()).parse(credentials), error: null };
  } catch (error) {
    return { credentials: null, error: MooringError.is(error) ? error.code : "INTERNAL_ERROR" };
  } finally {
    context.opened.forget(record.id);
  }
}

/**
 * All connections that match, oldest first, but those that were never finished.
 *
 * @throws ValidationError for wrong options, StorageError
 */
export async function* exportConnections(
  context: CoreContext,
  options: unknown,
): AsyncGenerator<ExportedConnection, void, undefined> {
  const filter = readArguments(schema(), options, "toolset.exportConnections()");
  let cursor: string | null = null;
  do {
    const page: Page<ConnectionRecord> = await context.storage.connections.scan({
      ...filter,
      limit: PAGE_SIZE,
      cursor,
    });
    for (const record of page.items) {
      const { status } = record;
      if (status === "INITIATED") continue;
      const { id, entityId, integrationId, app, authScheme, statusReason, alias } = record;
      const { labels, isDefault, account, scopes, params } = record;
      yield {
        id,
        entityId,
        integrationId,
        app,
        authScheme,
        status,
        statusReason,
        alias,
        labels,
        isDefault,
        account,
        scopes,
        params,
        ...(await opened(context, record)),
        createdAt: new Date(record.createdAt).toISOString(),
      };
    }
    cursor = page.nextCursor;
  } while (cursor !== null);
}
