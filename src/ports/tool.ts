import type { Issue } from "../errors.js";
import type { JsonObject } from "../internal/json.js";
import type { RequestFunction } from "./request.js";
import type { Fetch } from "./runtime.js";
import type { ConnectionAccount } from "./storage.js";

/** What running the action does to the world. An action that does not say so writes. */
export interface ActionAnnotations {
  /** It only reads. */
  readonly readOnly: boolean;
  /** It may delete or overwrite. */
  readonly destructive: boolean;
  /** Running it twice is the same as once. */
  readonly idempotent: boolean;
}

/** The connection as an action sees it: no credentials. */
export interface ActionConnection {
  /** Null for an app that needs none (NO_AUTH without a stored connection). */
  readonly id: string | null;
  readonly app: string;
  readonly labels: readonly string[];
  readonly alias: string | null;
  readonly account: ConnectionAccount | null;
  readonly params: Readonly<Record<string, string>>;
  readonly scopes: readonly string[];
  /** Authenticated request, web-standard. */
  readonly fetch: Fetch;
}

/** What an action runs with. The model chooses none of it. */
export interface ActionContext {
  readonly entityId: string;
  /** Null for an action without an app. */
  readonly connection: ActionConnection | null;
  /** Authenticated request through the connection; never retried for an action that writes. */
  readonly request: RequestFunction;
  readonly signal: AbortSignal;
}

/** Validated arguments, ready to run; or what is wrong with them. */
export type PreparedAction =
  | { readonly ok: true; run(context: ActionContext): Promise<unknown> }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** Something a model can do, made by `defineAction`. */
export interface Action {
  /** `APP_VERB_NOUN`, upper case. */
  readonly name: string;
  /** Slug of the app whose connection it uses; null for an action of the host's own that needs none. */
  readonly app: string | null;
  readonly description: string;
  readonly tags: readonly string[];
  /** Scopes the connection must have been granted; empty when any will do. */
  readonly scopes: readonly string[];
  readonly annotations: ActionAnnotations;
  /** JSON Schema of the input: an object that refuses unknown properties. */
  readonly inputSchema: JsonObject;
  /** Validates arguments, whatever the framework did. */
  prepare(args: unknown): PreparedAction;
}

/** An action as a framework shows it to a model. */
export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonObject;
  readonly annotations: ActionAnnotations;
}

/** A field the developer or the user is asked for, in the seed's shape. */
export interface ExpectedParam {
  readonly name: string;
  readonly display_name: string;
  readonly description: string;
  readonly type: "string";
  readonly default: string | null;
  readonly required: boolean;
  /** True when the user gives it, false when the developer does. */
  readonly expected_from_customer: boolean;
  /** True for every key, token and password. */
  readonly is_secret: boolean;
  readonly get_current_user_endpoint: string | null;
}

/** Why an action did not succeed, as a model may read it. */
export interface ActionError {
  /** A code of MooringErrorCode, or one of the tool layer's. */
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  readonly retryable: boolean;
  /** What is wrong with the arguments; empty otherwise. */
  readonly issues: readonly Issue[];
  /** What the user must do first; null unless the code is `CONNECTION_REQUIRED`, or `INSUFFICIENT_SCOPE` of a flow. */
  readonly connectionRequired: ConnectionRequired | null;
}

/** The user has to connect an account first. */
export interface ConnectionRequired {
  readonly app: string;
  readonly authScheme: string;
  /** The connection that waits to be finished; null when the app must first ask the user for `expectedParams`. */
  readonly connectedAccountId: string | null;
  /** Where to send the user; null when there is nothing to open in a browser. */
  readonly redirectUrl: string | null;
  /** What the user enters at `redirectUrl`, on any device (RFC 8628 §3.2); null where no code is entered. */
  readonly userCode: string | null;
  readonly expectedParams: readonly ExpectedParam[];
}

/** What came of an action, told apart by `successful`. */
export type ActionResult =
  | {
      /** What the action returned, redacted. */
      readonly data: unknown;
      readonly error: null;
      readonly successful: true;
    }
  | { readonly data: null; readonly error: ActionError; readonly successful: false };

/** A connection opened for one execution. */
export interface ActionHandle {
  readonly connection: ActionConnection;
  readonly request: RequestFunction;
  /** Every secret the connection holds, for redaction of what comes back. */
  secrets(): Promise<readonly string[]>;
}

/** How an execution may use the connection. */
export interface HandleOptions {
  readonly entityId: string;
  readonly app: string;
  /** The connection to use; null for the entity's own choice. */
  readonly connectedAccountId: string | null;
  /** Whether idempotent requests may be retried. */
  readonly retry: boolean;
  /** Cap of one response's body, in bytes. */
  readonly maxResponseBytes: number;
  readonly signal: AbortSignal;
}

/** What an execution cannot go on without. */
export interface ConnectRequest {
  readonly entityId: string;
  readonly app: string;
  /** The connection that was granted too little, and the scopes it lacks; left out when there is no connection. */
  readonly lacking?: { readonly connectedAccountId: string; readonly scopes: readonly string[] } | undefined;
}

/** How the tool layer reaches connections, without knowing the domain. */
export interface ConnectionResolver {
  /** Null when the entity has no ACTIVE connection for the app. @throws NoItemsFoundError for a foreign id */
  resolve(options: HandleOptions): Promise<ActionHandle | null>;
  /** Starts what the user must finish. @throws ConfigurationError when no integration can be used */
  connect(request: ConnectRequest): Promise<ConnectionRequired>;
}
