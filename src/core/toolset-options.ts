import type { AppDefinition } from "../ports/app.js";
import type { AnyAuthScheme, AuthSchemeName } from "../ports/auth-scheme.js";
import type { Framework } from "../ports/framework.js";
import type { LifecycleHooks } from "../ports/lifecycle.js";
import type { Clock, Fetch, Logger } from "../ports/runtime.js";
import type { StorageAdapter } from "../ports/storage.js";
import type { Telemetry } from "../ports/telemetry.js";
import type { Action } from "../ports/tool.js";
import type { Connection } from "./connection.js";
import type { EncryptionOption } from "./vault-for.js";

type Values = Readonly<Record<string, string | readonly string[]>>;

/** What a toolset is made of. */
export interface MooringToolSetOptions<Tools, Response, Messages> {
  /** Where connections live: `memoryStorage()`, `kyselyStorage(db)`. */
  readonly storage: StorageAdapter;
  /**
   * Keys that seal credentials: the first seals, all open; or a vault: `envelopeVault()`. `false` stores them in the
   * clear. Required for storage that outlives the process; in-memory storage gets a random key.
   */
  readonly encryption?: EncryptionOption | undefined;
  /** Where providers send the browser back to; register it with each of them. */
  readonly callbackUrl?: string | undefined;
  /** URLs users may be sent to after a flow, with all below them. Default: the origin of `callbackUrl`. */
  readonly allowedRedirectUrls?: readonly string[] | undefined;
  /** The services users can connect to. */
  readonly apps?: readonly AppDefinition[] | undefined;
  /** Actions beside those the apps bring. */
  readonly actions?: readonly Action[] | undefined;
  /** Auth schemes beside the built-in ones. */
  readonly schemes?: readonly AnyAuthScheme[] | undefined;
  /** The host's own default OAuth apps, by app slug: the developer's values integrations use unless given their own. */
  readonly managedAuth?: Readonly<Record<string, Values>> | undefined;
  /** How tools, calls and results are written. Default: `openai()`, chat completions. */
  readonly framework?: Framework<Tools, Response, Messages> | undefined;
  /**
   * What ties a callback to the user who started: `entity` wants `entityId` or the binding cookie, `state-only` is
   * content with the state. Default: `entity`.
   */
  readonly flowBinding?: "entity" | "state-only" | undefined;
  /**
   * What happens when an entity connects an account it has connected through the same integration already, as far as the
   * provider says whose it is: `update` renews the connection there is, `add` makes another. Default: `update`.
   */
  readonly sameAccount?: "update" | "add" | undefined;
  /** Milliseconds a user has to come back from the provider. Default: 600,000. */
  readonly flowTtlMs?: number | undefined;
  /**
   * How refreshes are timed, in milliseconds. `leaseMs`: what a process that dies holds the others up for, and how long
   * one may be paused while it refreshes (default 20,000; 1,000 to 600,000). `timeoutMs`: how long one token request may
   * take (default 60,000; 1,000 to 600,000); its lease is renewed meanwhile.
   */
  readonly refresh?:
    | { readonly leaseMs?: number | undefined; readonly timeoutMs?: number | undefined }
    | undefined;
  /** Bounds of one action: its time in milliseconds (default 60,000), one response's body in bytes (default 10 MiB). */
  readonly limits?:
    | { readonly timeoutMs?: number | undefined; readonly maxResponseBytes?: number | undefined }
    | undefined;
  /** Default: the global one. */
  readonly fetch?: Fetch | undefined;
  /** Default: the machine's. */
  readonly clock?: Clock | undefined;
  /** What to do when something happens to a connection; give the same to every process. Default: nothing. */
  readonly hooks?: LifecycleHooks | undefined;
  /**
   * Milliseconds a connection that was read may be used for more requests without being read again, up to 60,000. What
   * another process changes meanwhile, also to disable, revoke or delete it, is noticed only then. Default: 0, each
   * request reads.
   */
  readonly connectionCacheMs?: number | undefined;
  /** Gets ids and codes, never secrets. Default: silence. */
  readonly logger?: Logger | undefined;
  /** Where spans and measurements go: `openTelemetry()`. Default: nowhere. */
  readonly telemetry?: Telemetry | undefined;
}

/** What `toolset.getIntegrations()` takes: filters that must all hold. */
export interface GetIntegrationsOptions {
  readonly app?: string | AppDefinition | undefined;
  readonly authScheme?: AuthSchemeName | undefined;
  /** Default: false. */
  readonly includeDisabled?: boolean | undefined;
  /** The seed's name for `app`. */
  readonly appUniqueKey?: string | undefined;
  /** The seed's name for `app`. */
  readonly appName?: string | undefined;
}

/** What `toolset.fetchExpectedIntegrationParams()` takes. */
export interface ExpectedIntegrationParamsOptions {
  readonly app?: string | AppDefinition | undefined;
  readonly authScheme?: AuthSchemeName | undefined;
  /** The seed's name for `app`. */
  readonly appUniqueKey?: string | undefined;
  /** The seed's name for `authScheme`. */
  readonly authMode?: AuthSchemeName | undefined;
}

/** What `toolset.getExpectedParamsForUser()` takes: an integration, or an app. */
export interface ExpectedParamsForUserOptions {
  readonly app?: string | AppDefinition | undefined;
  readonly integrationId?: string | undefined;
  readonly authScheme?: AuthSchemeName | undefined;
  /** The seed's name for `app`. */
  readonly appName?: string | undefined;
  /** The seed's name for `authScheme`. */
  readonly authMode?: AuthSchemeName | undefined;
}

/** What `toolset.createIntegration()` takes. */
export interface CreateIntegrationOptions {
  readonly app?: string | AppDefinition | undefined;
  /** Default: the app's preferred scheme. */
  readonly authScheme?: AuthSchemeName | undefined;
  /** The developer's values, as `fetchExpectedIntegrationParams` asks for them. */
  readonly authConfig?: Values | undefined;
  /** Whether to use the host's managed app. Default: when there is one and no credentials were given. */
  readonly useManagedAuth?: boolean | undefined;
  /** Makes one more even if there is one. Default: false. */
  readonly forceNewIntegration?: boolean | undefined;
  /** The seed's name for `app`. */
  readonly appUniqueKey?: string | undefined;
  /** The seed's name for `app`. */
  readonly appName?: string | undefined;
  /** The seed's name for `authScheme`. */
  readonly authMode?: AuthSchemeName | undefined;
  /** The seed's name for `useManagedAuth`. */
  readonly useComposioAuth?: boolean | undefined;
}

/** A finished flow. */
export interface FinishedConnection {
  /** ACTIVE. */
  readonly connection: Connection;
  /** Where the host wanted the user to land; null when it did not say. */
  readonly redirectUrl: string | null;
}

/** What `toolset.getTools()` takes: filters that must all hold. */
export interface GetToolsOptions {
  /** Slugs. */
  readonly apps?: readonly string[] | undefined;
  /** Names of actions. */
  readonly actions?: readonly string[] | undefined;
  /** At least one of these. */
  readonly tags?: readonly string[] | undefined;
  /** Only what only reads. Default: false. */
  readonly readOnly?: boolean | undefined;
  /** Whom the tools are for; all entities when left out. */
  readonly entityId?: string | undefined;
}

/** What `toolset.handleToolCalls()` takes. */
export interface HandleToolCallsOptions {
  /** Whose connections are used: your session's user, never the model's word. */
  readonly entityId: string;
  /** The connection to use; the entity's own choice when left out. */
  readonly connectedAccountId?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What `toolset.executeAction()` takes. */
export interface ExecuteActionOptions {
  /** Name of the action. */
  readonly action: string;
  /** Its arguments. */
  readonly params?: unknown;
  readonly entityId: string;
  /** The connection to use; the entity's own choice when left out. */
  readonly connectedAccountId?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What `toolset.executeRequest()` takes: an app or a connection, and the request. */
export interface ExecuteRequestOptions {
  readonly app?: string | AppDefinition | undefined;
  readonly connectedAccountId?: string | undefined;
  readonly entityId: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD";
  /** Path below the app's base URL, or an absolute URL on one of its origins. */
  readonly endpoint: string;
  readonly parameters?:
    | readonly {
        readonly name: string;
        readonly in: "query" | "header";
        readonly value: string | number | boolean;
      }[]
    | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}
