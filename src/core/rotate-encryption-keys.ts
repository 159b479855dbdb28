import * as z from "zod";
import type { MooringErrorCode } from "../errors.js";
import { ConfigurationError, MooringError } from "../errors.js";
import { forEachConcurrently } from "../internal/for-each-concurrently.js";
import { lazy } from "../internal/lazy.js";
import type { ConnectionRecord, Page } from "../ports/storage.js";
import { concurrencyArgument, progressArgument, readArguments, signalArgument } from "./arguments.js";
import type { CoreContext } from "./context.js";
import { durably, isStorageAway } from "./durably.js";
import { listIntegrations } from "./integration-rows.js";
import type { Resealed } from "./reseal.js";
import { resealConnection, resealIntegration } from "./reseal.js";

const PAGE_SIZE = 200;
/** More is counted, not listed. */
const MAX_LISTED = 1_000;
/** A database that is away for a moment does not end the rotation. */
const PATIENCE_MS = 30_000;
/** So many rows one after the other that fail for no reason of their own are not their trouble. */
const MAX_FAILING = 20;
/** What says nothing of other rows: this value cannot be opened, or its row is always changing. */
const OF_ONE_ROW: ReadonlySet<MooringErrorCode> = new Set([
  "KEY_UNKNOWN",
  "DECRYPT_FAILED",
  "CIPHERTEXT_MOVED",
  "CONNECTION_CONFLICT",
]);

const schema = lazy(() =>
  z.strictObject({
    concurrency: concurrencyArgument().default(4),
    cursor: z.string().min(1).optional(),
    signal: signalArgument().optional(),
    onProgress: progressArgument<KeyRotationProgress>().optional(),
  }),
);

/** What `toolset.rotateEncryptionKeys()` takes. */
export interface RotateEncryptionKeysOptions {
  /** How many values at a time. Default: 4. */
  readonly concurrency?: number | undefined;
  /** Where to go on: `cursor` of a progress report. Default: from the beginning, where what is done is passed over. */
  readonly cursor?: string | undefined;
  /** Stops between two values; the call rejects with its reason. What is done stays done. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each page of 200 connections. */
  readonly onProgress?: ((progress: KeyRotationProgress) => void) | undefined;
}

/** How far a rotation is: integrations and connections. */
export interface KeyRotationProgress {
  /** Rows looked at: the sum of the three below. */
  readonly scanned: number;
  /** Sealed under the current key by this call. */
  readonly rewritten: number;
  /** Under the current key already, without a secret, or deleted meanwhile. */
  readonly current: number;
  readonly failed: number;
  /** All before it is done; null when everything is. */
  readonly cursor: string | null;
}

/** What came of a rotation. The former keys can go when `failed` is 0. */
export interface KeyRotationReport extends Omit<KeyRotationProgress, "cursor"> {
  /** Id of the key everything is under now. */
  readonly keyId: string;
  /** The first 1,000 rows that could not be rewritten, and are as they were. */
  readonly failures: readonly {
    readonly table: "integrations" | "connections";
    readonly id: string;
    /**
     * The error's code: `KEY_UNKNOWN` for a value whose key is not configured, `DECRYPT_FAILED` for one that was edited.
     * The name of an error that a vault of the host's threw.
     */
    readonly code: string;
  }[];
}

/**
 * Seals all stored values under the current key.
 *
 * @throws ConfigurationError when encryption is off, ValidationError for wrong options, StorageError when the storage
 * stays away or a row is not as it was written, CipherError `KEY_MANAGEMENT_FAILED` when the key management service does
 */
export async function rotateEncryptionKeys(
  context: CoreContext,
  options: unknown,
): Promise<KeyRotationReport> {
  const {
    cursor: from,
    onProgress,
    ...given
  } = readArguments(schema(), options, "toolset.rotateEncryptionKeys()");
  const keyId = context.vault.currentKeyId;
  if (keyId === null) {
    throw new ConfigurationError("CONFIG_INVALID", "There is no key to rotate to: encryption is off.", {
      issues: [{ path: "encryption", message: "expected { keys } or { vault }" }],
    });
  }
  const counts = { rewritten: 0, current: 0, failed: 0 };
  let failing = 0;
  const failures: KeyRotationReport["failures"][number][] = [];
  const totals = () => ({ scanned: counts.rewritten + counts.current + counts.failed, ...counts });

  const rewrite = async (
    table: "integrations" | "connections",
    id: string,
    reseal: () => Promise<Resealed>,
  ): Promise<void> => {
    const patience = { patienceMs: PATIENCE_MS, connectionId: id, what: "sealing a value under another key" };
    try {
      const isRewritten = (await durably(context, patience, reseal)) === "rewritten";
      counts[isRewritten ? "rewritten" : "current"] += 1;
      if (isRewritten) failing = 0;
    } catch (error) {
      failing += isOfRow(error) ? 0 : 1;
      if (isStorageAway(error) || failing > MAX_FAILING) throw error;
      counts.failed += 1;
      if (failures.length < MAX_LISTED) failures.push({ table, id, code: codeOf(error) });
    }
  };

  if (from === undefined) {
    await forEachConcurrently(await listIntegrations(context, {}), given, (record) =>
      rewrite("integrations", record.id, () => resealIntegration(context, record)),
    );
  }
  let cursor: string | null = from ?? null;
  do {
    const request = { limit: PAGE_SIZE, cursor };
    const page: Page<ConnectionRecord> = await durably(
      context,
      { patienceMs: PATIENCE_MS, connectionId: "", what: "reading connections" },
      () => context.storage.connections.scan(request),
    );
    await forEachConcurrently(page.items, given, (record) =>
      rewrite("connections", record.id, () => resealConnection(context, record)),
    );
    cursor = page.nextCursor;
    onProgress?.({ ...totals(), cursor });
  } while (cursor !== null);
  return { ...totals(), keyId, failures };
}

function isOfRow(error: unknown): boolean {
  return MooringError.is(error) && OF_ONE_ROW.has(error.code);
}

function codeOf(error: unknown): string {
  if (MooringError.is(error)) return error.code;
  return error instanceof Error ? error.name : typeof error;
}
