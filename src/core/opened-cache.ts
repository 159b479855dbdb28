import { CipherError } from "../errors.js";
import { createBoundedCache } from "../internal/bounded-cache.js";
import { isObject } from "../internal/json.js";
import type { AnyAuthScheme, ParamValues } from "../ports/auth-scheme.js";
import type { ConnectionRecord, IntegrationRecord } from "../ports/storage.js";
import type { Vault } from "../ports/vault.js";
import type { AppRegistry } from "./app-registry.js";
import { destinationOf } from "./destination.js";
import type { Resealer } from "./resealer.js";

/** Credentials of a connection, opened and checked. */
export interface OpenedGrant {
  /** In the type the connection's scheme parses to. */
  readonly credentials: unknown;
  /** When they were obtained, milliseconds since the epoch. */
  readonly obtainedAt: number;
}

/** Opening a credential costs a third of a loopback request: what was opened lately is kept, for a bounded time. */
export interface OpenedCache {
  /** @throws CipherError when the stored value cannot be opened or is not the scheme's */
  grant(connection: ConnectionRecord): OpenedGrant | Promise<OpenedGrant>;
  /** The developer's stored values. @throws CipherError */
  config(integration: IntegrationRecord): ParamValues | Promise<ParamValues>;
  /** The stored values completed, once per version of the integration. @throws CipherError, and what `complete` throws */
  values(
    integration: IntegrationRecord,
    complete: (stored: ParamValues) => ParamValues,
  ): ParamValues | Promise<ParamValues>;
  /** Forgets a connection's or integration's values at once. */
  forget(id: string): void;
}

interface Entry<Value> {
  readonly sealed: string;
  readonly value: Value;
}

interface CompletedEntry {
  readonly version: number;
  readonly sealed: string | null;
  readonly values: ParamValues;
}

interface GrantEntry extends Entry<OpenedGrant> {
  readonly destination: string;
}

/** How long and how many: a thousand users within five minutes. */
const LIMITS = { maxEntries: 1_000, maxAgeMs: 300_000 };
const NO_VALUES: ParamValues = Object.freeze({});

function unreadable(table: string, id: string, keyId: string | null): CipherError {
  return new CipherError(
    "DECRYPT_FAILED",
    `The sealed value of ${table} ${id} opened, but is not what was sealed there.`,
    {
      keyId,
      hint: "Was it written by another version, or edited by hand? Reconnect to replace it.",
    },
  );
}

function redirected(id: string, keyId: string | null): CipherError {
  return new CipherError(
    "CIPHERTEXT_MOVED",
    `The credentials of connection ${id} were not sealed for the app, auth scheme and params its row names now.`,
    { keyId, hint: "Was the row edited by hand? Reconnect to replace it." },
  );
}

/** The credentials in the scheme's type, or null: its complaint may quote the value, so it is not passed on. */
function parsed(scheme: AnyAuthScheme, credentials: unknown): { readonly value: unknown } | null {
  try {
    return { value: scheme.parseCredentials(credentials) };
  } catch {
    return null;
  }
}

/** Makes the cache over a vault. */
export function createOpenedCache(options: {
  readonly vault: Vault;
  readonly apps: AppRegistry;
  readonly resealer: Resealer;
  readonly now: () => number;
}): OpenedCache {
  const { vault, apps, resealer, now } = options;
  const grants = createBoundedCache<GrantEntry>({ ...LIMITS, now });
  const configs = createBoundedCache<Entry<ParamValues>>({ ...LIMITS, now });
  const completed = createBoundedCache<CompletedEntry>({ ...LIMITS, now });

  const openGrant = async (
    connection: ConnectionRecord,
    sealed: string,
    destination: string,
  ): Promise<OpenedGrant> => {
    const { id, entityId, app, authScheme } = connection;
    const opened = await vault.open(sealed, { table: "connections", id, entityId });
    const { scheme } = apps.scheme(app, authScheme);
    if (!isObject(opened) || typeof opened["obtainedAt"] !== "number") {
      throw unreadable("connection", id, vault.keyIdOf(sealed));
    }
    if (opened["destination"] !== destination) throw redirected(id, vault.keyIdOf(sealed));
    const credentials = parsed(scheme, opened["credentials"]);
    if (credentials === null) throw unreadable("connection", id, vault.keyIdOf(sealed));
    const value = { credentials: credentials.value, obtainedAt: opened["obtainedAt"] };
    grants.set(id, { sealed, destination, value });
    resealer.later({ kind: "connection", record: connection });
    return value;
  };

  const openConfig = async (integration: IntegrationRecord, sealed: string): Promise<ParamValues> => {
    const { id } = integration;
    const opened = await vault.open(sealed, { table: "integrations", id, entityId: null });
    if (!isObject(opened)) throw unreadable("integration", id, vault.keyIdOf(sealed));
    const value: Record<string, string> = {};
    for (const [name, text] of Object.entries(opened)) {
      if (typeof text !== "string") throw unreadable("integration", id, vault.keyIdOf(sealed));
      value[name] = text;
    }
    configs.set(id, { sealed, value });
    resealer.later({ kind: "integration", record: integration });
    return value;
  };

  const config = (integration: IntegrationRecord): ParamValues | Promise<ParamValues> => {
    const { config: sealed, id } = integration;
    if (sealed === null) return NO_VALUES;
    const entry = configs.get(id);
    return entry?.sealed === sealed ? entry.value : openConfig(integration, sealed);
  };

  return {
    config,
    grant(connection) {
      const { credentials: sealed, id } = connection;
      if (sealed === null) throw unreadable("connection", id, null);
      const destination = destinationOf(connection);
      const entry = grants.get(id);
      const isOpen = entry?.sealed === sealed && entry.destination === destination;
      return isOpen ? entry.value : openGrant(connection, sealed, destination);
    },
    values(integration, complete) {
      const { id, version, config: sealed } = integration;
      const entry = completed.get(id);
      if (entry?.version === version && entry.sealed === sealed) return entry.values;
      const remember = (stored: ParamValues): ParamValues => {
        const values = complete(stored);
        completed.set(id, { version, sealed, values });
        return values;
      };
      const stored = config(integration);
      return stored instanceof Promise ? stored.then(remember) : remember(stored);
    },
    forget(id) {
      grants.delete(id);
      configs.delete(id);
      completed.delete(id);
    },
  };
}
