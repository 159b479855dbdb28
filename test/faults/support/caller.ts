import { systemClock } from "../../../src/core/system-clock.js";
import { defineApp, MooringError, MooringToolSet } from "../../../src/index.js";
import type { Clock, Fetch } from "../../../src/ports/runtime.js";
import type { StorageAdapter } from "../../../src/ports/storage.js";

export const ENTITY = "ada";
const CALLBACK_URL = "https://app.example.com/connect/callback";
const KEYS = [{ id: "2026-11", secret: "an-encryption-key-of-the-host-32" }];

/** What came of calls made at once. */
export interface CallReport {
  readonly succeeded: number;
  /** How many failed, by the error's code, which ends with `?` for an error that a later call may not meet. */
  readonly failed: Readonly<Record<string, number>>;
}

/** Which connection to call with, and how often at once. */
export interface Calls {
  readonly connectionId: string;
  readonly count: number;
}

/** The app of a strict token server, as a host of Mooring's defines it. */
function strictApp(origin: string) {
  return defineApp({
    slug: "strict",
    name: "Strict",
    description: "An API whose authorization server forgives nothing",
    baseUrl: `${origin}/api`,
    authSchemes: [
      {
        scheme: "OAUTH2",
        authorizationUrl: `${origin}/authorize`,
        tokenUrl: `${origin}/token`,
        revocationUrl: `${origin}/revoke`,
      },
    ],
  });
}

/** One process of the host. */
export function hostToolset(options: {
  readonly storage: StorageAdapter;
  readonly origin: string;
  readonly clock?: Clock | undefined;
  readonly fetch?: Fetch | undefined;
  readonly leaseMs?: number | undefined;
}): MooringToolSet {
  const { storage, origin, clock, fetch, leaseMs } = options;
  return new MooringToolSet({
    storage,
    clock,
    fetch,
    encryption: { keys: KEYS },
    callbackUrl: CALLBACK_URL,
    apps: [strictApp(origin)],
    refresh: { leaseMs },
  });
}

function nameOf(error: unknown): string {
  if (!MooringError.is(error)) return error instanceof Error ? `${error.name}: ${error.message}` : "unknown";
  return `${error.code}${error.retryable ? "?" : ""}`;
}

/** Calls the API many times at once. */
export async function callTogether(toolset: MooringToolSet, calls: Calls): Promise<CallReport> {
  const connection = toolset.getEntity(ENTITY).getConnection({ connectionId: calls.connectionId });
  const results = await Promise.allSettled(
    Array.from({ length: calls.count }, async () => (await connection).request("/me").json()),
  );
  const failed: Record<string, number> = {};
  for (const result of results) {
    if (result.status === "fulfilled") continue;
    const name = nameOf(result.reason);
    failed[name] = (failed[name] ?? 0) + 1;
  }
  return { succeeded: results.filter(({ status }) => status === "fulfilled").length, failed };
}

/** The machine's clock, set forward by what was skipped. */
export function skippingClock(): Clock & { skip(milliseconds: number): void } {
  let skipped = 0;
  return {
    now: () => Date.now() + skipped,
    sleep: systemClock.sleep,
    skip(milliseconds) {
      skipped += milliseconds;
    },
  };
}
