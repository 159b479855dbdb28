import * as z from "zod";
import {
  ConfigurationError,
  ConnectionStateError,
  MooringError,
  StorageError,
  ValidationError,
} from "../errors.js";
import { forEachConcurrently } from "../internal/for-each-concurrently.js";
import { lazy } from "../internal/lazy.js";
import type { ConnectionAccount, ConnectionStatus, IntegrationRecord } from "../ports/storage.js";
import { writeNamed } from "./alias.js";
import {
  concurrencyArgument,
  progressArgument,
  readArgument,
  readArguments,
  signalArgument,
} from "./arguments.js";
import type { CoreContext } from "./context.js";
import { importedId } from "./import-id.js";
import type { ImportRow } from "./import-row.js";
import { importedFields, importRow } from "./import-row.js";
import { readIntegration } from "./integration-rows.js";
import type { EnsureIntegrationOptions } from "./integrations.js";
import { assertAvailable, draftIntegration, storeIntegration } from "./integrations.js";
import { preferredScheme } from "./target.js";

/** More is counted, not listed. */
const MAX_LISTED = 1_000;

const optionsSchema = lazy(() =>
  z.strictObject({
    concurrency: concurrencyArgument().default(8),
    signal: signalArgument().optional(),
    onProgress: progressArgument<ImportProgress>().optional(),
  }),
);

/** A connection of another system. What `exportConnections()` yields is one. */
export interface ImportedConnection {
  /** The app's user. */
  readonly entityId: string;
  /** The integration it belongs to; when left out, the shared one of `app` and `authScheme`. */
  readonly integrationId?: string | undefined;
  /** Slug, or what `defineApp()` returned. Required without `integrationId`. */
  readonly app?: string | { readonly slug: string } | undefined;
  /** Default: the app's preferred scheme. */
  readonly authScheme?: string | undefined;
  /**
   * For OAUTH2 a token response with `expires_at` (seconds or milliseconds since the epoch, ISO 8601 or a Date); for
   * other schemes the values its user would give, or those `exportConnections()` yields. Null for a connection that has
   * none left: EXPIRED, REVOKED or FAILED.
   */
  readonly credentials: Readonly<Record<string, unknown>> | null;
  /** Values that are not secret: a subdomain, what the provider said when connecting. Default: none. */
  readonly params?: Readonly<Record<string, string>> | undefined;
  /** Its id where it comes from: importing it again adds nothing. A UUID stays its id, others become one. */
  readonly id?: string | undefined;
  /** Default: ACTIVE. */
  readonly status?: Exclude<ConnectionStatus, "INITIATED"> | undefined;
  readonly statusReason?: string | null | undefined;
  readonly alias?: string | null | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly isDefault?: boolean | undefined;
  readonly account?: ConnectionAccount | null | undefined;
  /** Scopes that were granted: a list, or text. */
  readonly scopes?: readonly string[] | string | undefined;
  /** ISO 8601, or a Date. Default: now. */
  readonly createdAt?: string | Date | undefined;
}

/** What `toolset.importConnections()` takes. */
export interface ImportConnectionsOptions {
  /** How many at a time. Default: 8. */
  readonly concurrency?: number | undefined;
  /** Stops between two connections; the call rejects with its reason, and can be repeated. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each connection. */
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
}

/** How far an import is. */
export interface ImportProgress {
  readonly imported: number;
  /** Those that are there already. */
  readonly skipped: number;
  readonly failed: number;
  /** The one just done. */
  readonly last: {
    /** Its place in what was given, from 0. */
    readonly index: number;
    /** Its id here; null when it failed. */
    readonly connectionId: string | null;
  };
}

/** What came of an import. */
export interface ImportReport extends Omit<ImportProgress, "last"> {
  /** The first 1,000 that failed. */
  readonly failures: readonly {
    /** Its place in what was given, from 0. */
    readonly index: number;
    /** The error's code. */
    readonly code: string;
    /** What is wrong, naming the field, never its value. */
    readonly message: string;
  }[];
}

/** The integration of a row: one that is stored, or one that is stored with the first row that is right. */
interface Target {
  readonly draft: IntegrationRecord;
  stored(): Promise<IntegrationRecord>;
}

/** Finds each integration once. */
function targetFinder(context: CoreContext): (row: ImportRow) => Promise<Target> {
  const found = new Map<string, Promise<Target>>();
  /** Shared integrations, by app and scheme. */
  const drafts = new Map<string, Promise<Target>>();
  const find = async ({ integrationId, app, authScheme }: ImportRow): Promise<Target> => {
    if (integrationId !== undefined) {
      const draft = await readIntegration(context, integrationId);
      return { draft, stored: async () => draft };
    }
    if (app === undefined) {
      throw new ValidationError("Say which app the connection is to.", {
        issues: [{ path: "app", message: "required unless `integrationId` is given" }],
      });
    }
    const appScheme =
      authScheme === undefined ? await preferredScheme(context, app) : context.apps.scheme(app, authScheme);
    const wanted = { appScheme, authConfig: {}, useManagedAuth: null, forceNewIntegration: false };
    await assertAvailable(context, wanted);
    const name = JSON.stringify([appScheme.app.slug, appScheme.scheme.name]);
    const shared = drafts.get(name) ?? draftOf(wanted);
    drafts.set(name, shared);
    return shared;
  };
  const draftOf = async (wanted: EnsureIntegrationOptions): Promise<Target> => {
    const draft = await draftIntegration(context, wanted);
    let storing: Promise<IntegrationRecord> | undefined;
    const stored = (): Promise<IntegrationRecord> => {
      storing ??= storeIntegration(context, draft, wanted);
      return storing;
    };
    return { draft: draft.record, stored };
  };
  return (row) => {
    const key = JSON.stringify([row.integrationId, row.app, row.authScheme]);
    const known = found.get(key) ?? find(row);
    found.set(key, known);
    return known;
  };
}

interface Imported {
  readonly connectionId: string;
  readonly isNew: boolean;
}

async function importOne(context: CoreContext, row: ImportRow, { draft, stored }: Target): Promise<Imported> {
  const now = context.runtime.clock.now();
  const createdAt = row.createdAt?.getTime() ?? now;
  const { entityId } = row;
  const id =
    row.id === undefined
      ? context.newId()
      : await importedId(
          row.id,
          { entityId, app: draft.app, authScheme: draft.authScheme },
          row.createdAt?.getTime() ?? 0,
        );
  const key = { id, entityId };
  const fields = await importedFields(context, row, draft, key);
  const record = {
    ...key,
    integrationId: (await stored()).id,
    app: draft.app,
    authScheme: draft.authScheme,
    ...fields,
    attempt: null,
    version: firstVersion(),
    createdAt,
    updatedAt: now,
  };
  try {
    // The host knows what it imports: no hook is called.
    await writeNamed(context, record, () => context.storage.connections.insert(record));
    return { connectionId: id, isNew: true };
  } catch (error) {
    const isConflict = error instanceof StorageError || error instanceof ConnectionStateError;
    if (!isConflict || error.retryable || (await context.storage.connections.get(key)) === null) throw error;
    return { connectionId: id, isNew: false };
  }
}

/**
 * Imported rows bring their ids: one that was deleted before may have had this one, and a write meant for that, which is
 * still on its way, must not find its version again.
 */
function firstVersion(): number {
  return 1 + Math.floor(Math.random() * 2 ** 30);
}

/**
 * Stores connections of another system, each checked and sealed; a wrong one fails alone.
 *
 * @throws ValidationError for wrong options; what `rows` or the signal throws
 */
export async function importConnections(
  context: CoreContext,
  rows: Iterable<ImportedConnection> | AsyncIterable<ImportedConnection>,
  options: unknown,
): Promise<ImportReport> {
  const given = readArguments(optionsSchema(), options, "toolset.importConnections()");
  const targetOf = targetFinder(context);
  const counts = { imported: 0, skipped: 0, failed: 0 };
  const failures: ImportReport["failures"][number][] = [];
  await forEachConcurrently(rows, given, async (input, index) => {
    let connectionId: string | null = null;
    try {
      const row = readArgument(importRow(), input, "");
      const imported = await importOne(context, row, await targetOf(row));
      connectionId = imported.connectionId;
      if (imported.isNew) counts.imported += 1;
      else counts.skipped += 1;
    } catch (error) {
      if (!MooringError.is(error) || error instanceof ConfigurationError) throw error;
      counts.failed += 1;
      if (failures.length < MAX_LISTED) failures.push({ index, code: error.code, message: error.message });
    }
    given.onProgress?.({ ...counts, last: { index, connectionId } });
  });
  return { ...counts, failures };
}
