import type { ParamValues } from "../ports/auth-scheme.js";
import type { Runtime } from "../ports/runtime.js";
import type { StorageAdapter } from "../ports/storage.js";
import type { Telemetry } from "../ports/telemetry.js";
import type { Vault } from "../ports/vault.js";
import type { AppRegistry } from "./app-registry.js";
import type { EventPublisher } from "./event-publisher.js";
import type { OpenedCache } from "./opened-cache.js";
import type { Resealer } from "./resealer.js";
import type { RowCache } from "./row-cache.js";

/** What every part of the domain works with; put together once, by the toolset. */
export interface CoreContext {
  readonly runtime: Runtime;
  /** Where spans and measurements go; nowhere unless the host says. */
  readonly telemetry: Telemetry;
  readonly storage: StorageAdapter;
  readonly events: EventPublisher;
  readonly vault: Vault;
  readonly apps: AppRegistry;
  /** Seals values that were read anew under the current key. */
  readonly resealer: Resealer;
  /** Values opened from the vault lately, by row and version. */
  readonly opened: OpenedCache;
  /** Rows that requests may use as they were read lately; null unless the host asks for it. */
  readonly rows: RowCache | null;
  /** The host's own default OAuth apps, by app slug. */
  readonly managedAuth: ReadonlyMap<string, ParamValues>;
  /** The provider's redirect URI, unless an integration says otherwise; null when the host gave none. */
  readonly callbackUrl: string | null;
  /** Where users may be sent after a flow: URLs whose origin and path prefix must match. */
  readonly allowedRedirectUrls: readonly string[];
  /** How a callback is tied to the user who started the flow. */
  readonly flowBinding: "entity" | "state-only";
  /** What a second connection of the same account does: renew the first, or stand beside it. */
  readonly sameAccount: "update" | "add";
  /** How long the browser may take, in milliseconds. */
  readonly flowTtlMs: number;
  /** How refreshes are timed, in milliseconds: the term of a lease, and how long one token request may take. */
  readonly refresh: { readonly leaseMs: number; readonly timeoutMs: number };
  /** A new UUID v7. */
  newId(): string;
}
