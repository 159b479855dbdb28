import { createActionResolver } from "./core/action-resolver.js";
import { listArgument, readArgument, readArguments, readEntityId, slugArgument } from "./core/arguments.js";
import { checkToolSetOptions, checkTransactionStorage } from "./core/check-toolset-options.js";
import { readRow } from "./core/connection-rows.js";
import { ConnectionToolSet } from "./core/connection-toolset.js";
import type { Domain } from "./core/domain.js";
import type { DeliveryReport } from "./core/event-publisher.js";
import {
  executeActionSchema,
  executeRequestSchema,
  toolCallsSchema,
  toolFilterSchema,
} from "./core/execution-arguments.js";
import type { ExpectedParamsForUser } from "./core/expected-params.js";
import {
  expectedIntegrationParams,
  expectedParamsForUser,
  integrationParamsSchema,
  userParamsSchema,
} from "./core/expected-params.js";
import type { ExportConnectionsOptions, ExportedConnection } from "./core/export-connections.js";
import type {
  ImportConnectionsOptions,
  ImportedConnection,
  ImportReport,
} from "./core/import-connections.js";
import type { RefreshExpiringOptions, RefreshReport } from "./core/refresh-expiring.js";
import type { KeyRotationReport, RotateEncryptionKeysOptions } from "./core/rotate-encryption-keys.js";
import type { SweepReport } from "./core/sweep.js";
import type {
  ExecuteActionOptions,
  ExecuteRequestOptions,
  ExpectedIntegrationParamsOptions,
  ExpectedParamsForUserOptions,
  GetToolsOptions,
  HandleToolCallsOptions,
  MooringToolSetOptions,
} from "./core/toolset-options.js";
import { transactionDomain } from "./core/transaction-domain.js";
import type { OpenAiChatCompletion, OpenAiTool, OpenAiToolMessage } from "./frameworks/openai.js";
import { openai } from "./frameworks/openai.js";
import type { AppDefinition } from "./ports/app.js";
import type { Framework } from "./ports/framework.js";
import type { StorageAdapter } from "./ports/storage.js";
import type { Action, ActionResult, ConnectionResolver, ExpectedParam } from "./ports/tool.js";
import type { Executor } from "./tools/executor.js";
import { createExecutor } from "./tools/executor.js";
import type { OfferedTools } from "./tools/offered-tools.js";
import { createOfferedTools } from "./tools/offered-tools.js";
import type { ActionRegistry } from "./tools/registry.js";
import { createActionRegistry } from "./tools/registry.js";
import type { ToolCallHandler } from "./tools/tool-calls.js";
import { createToolCallHandler } from "./tools/tool-calls.js";
import { toolsetDomain } from "./toolset-domain.js";

/** The framework of the options, or OpenAI's chat completions: the default of the class's type parameters. */
function frameworkOf<Tools, Response, Messages>(
  options: MooringToolSetOptions<Tools, Response, Messages>,
): Framework<Tools, Response, Messages>;
function frameworkOf(options: { readonly framework?: unknown }): unknown {
  return options.framework ?? openai();
}

/**
 * The client of Mooring: the host's configured services, its users' connections, and what its agents can do with them.
 *
 * @example
 * ```ts
 * const toolset = new MooringToolSet({
 *   storage: kyselyStorage(db),
 *   encryption: { keys: [{ id: "2026-11", secret }] },
 *   callbackUrl: "https://app.example.com/connect/callback",
 *   apps: [github],
 * });
 * const request = await toolset.getEntity("user_123").initiateConnection({ app: "github" });
 * ```
 */
export class MooringToolSet<
  Tools = OpenAiTool[],
  Response = OpenAiChatCompletion,
  Messages = OpenAiToolMessage[],
> extends ConnectionToolSet {
  /** The apps this toolset knows. */
  readonly apps: {
    list(): readonly AppDefinition[];
    /** @throws ConfigurationError `APP_UNKNOWN` */
    get(slug: string): AppDefinition;
  };
  readonly #domain: Domain;
  readonly #framework: Framework<Tools, Response, Messages>;
  readonly #limits: MooringToolSetOptions<Tools, Response, Messages>["limits"];
  readonly #registry: ActionRegistry;
  readonly #resolver: ConnectionResolver;
  readonly #executor: Executor;
  readonly #offered: OfferedTools;
  readonly #answer: ToolCallHandler<Response, Messages>;

  /**
   * @throws ConfigurationError naming each wrong option; `ENCRYPTION_KEY_MISSING` when the storage outlives the process
   * and there are no keys
   */
  constructor(options: MooringToolSetOptions<Tools, Response, Messages>) {
    checkToolSetOptions(options);
    const domain = toolsetDomain(options);
    super(domain);
    this.#domain = domain;
    this.apps = {
      list: () => domain.apps.list(),
      get: (slug) => domain.apps.get(readArgument(slugArgument(), slug, "slug").toLowerCase()),
    };
    this.#framework = frameworkOf(options);
    this.#limits = options.limits;
    this.#registry = createActionRegistry({ apps: options.apps ?? [] });
    for (const action of options.actions ?? []) this.#registry.register(action);
    this.#resolver = createActionResolver(domain);
    this.#executor = createExecutor({
      registry: this.#registry,
      resolver: this.#resolver,
      runtime: domain.runtime,
      limits: options.limits,
    });
    this.#offered = createOfferedTools({ now: () => domain.runtime.clock.now() });
    this.#answer = createToolCallHandler({
      framework: this.#framework,
      executor: this.#executor,
      resolver: this.#resolver,
      offered: this.#offered,
      logger: domain.runtime.logger,
    });
  }

  /**
   * What the developer must give for an app's scheme; the app's preferred scheme unless one is named. Creates nothing.
   *
   * @throws ConfigurationError `APP_UNKNOWN`, `SCHEME_UNSUPPORTED`
   */
  fetchExpectedIntegrationParams(options: ExpectedIntegrationParamsOptions): readonly ExpectedParam[] {
    const call = "toolset.fetchExpectedIntegrationParams()";
    return expectedIntegrationParams(this.#domain, readArguments(integrationParamsSchema(), options, call));
  }

  /**
   * What the user must give to connect: by integration, or by app and scheme. Creates nothing.
   *
   * @throws ConfigurationError `APP_UNKNOWN`, `SCHEME_UNSUPPORTED`, NoItemsFoundError for an unknown integration
   */
  async getExpectedParamsForUser(options: ExpectedParamsForUserOptions): Promise<ExpectedParamsForUser> {
    const given = readArguments(userParamsSchema(), options, "toolset.getExpectedParamsForUser()");
    return expectedParamsForUser(this.#domain, given);
  }

  /** Adds an action. @throws ConfigurationError for a name that is taken or an app that is unknown */
  registerAction(action: Action): this {
    this.#registry.register(action);
    return this;
  }

  /** Adds several actions. @throws ConfigurationError as `registerAction`, ValidationError when it is no list */
  registerActions(actions: readonly Action[]): this {
    readArgument(listArgument(), actions, "actions");
    for (const action of actions) this.#registry.register(action);
    return this;
  }

  /**
   * The actions that match all filters, in the framework's own shape. Only what was handed out here may run in
   * `handleToolCalls`, for `entityId` alone when it is given.
   *
   * @throws ValidationError naming unknown apps and actions
   */
  async getTools(options: GetToolsOptions = {}): Promise<Tools> {
    readArgument(toolFilterSchema(), options, "");
    const { entityId, ...filter } = options;
    const selected = this.#registry.select(filter);
    const owner = entityId === undefined ? null : readEntityId(entityId);
    this.#offered.offer({ entityId: owner, names: selected.map(({ name }) => name) });
    return this.#framework.formatTools(
      selected.map(({ name, description, inputSchema, annotations }) => ({
        name,
        description,
        inputSchema,
        annotations,
      })),
    );
  }

  /**
   * Answers every tool call of a model's answer, in parallel and in order, as the given entity. What goes wrong in a
   * call is the answer to that call.
   *
   * @throws ValidationError when the answer is not this framework's, or `entityId` is missing
   */
  async handleToolCalls(response: Response, options: HandleToolCallsOptions): Promise<Messages> {
    const { entityId } = readArguments(toolCallsSchema(), options, "toolset.handleToolCalls()");
    const { connectedAccountId, signal } = options;
    return this.#answer({ response, entityId, connectedAccountId, signal });
  }

  /**
   * Runs one action as an entity. What the provider does never throws: it is in the result.
   *
   * @throws ValidationError when `action` or `entityId` is missing
   */
  async executeAction(options: ExecuteActionOptions): Promise<ActionResult> {
    const { action, entityId } = readArguments(executeActionSchema(), options, "toolset.executeAction()");
    const { params, connectedAccountId, signal } = options;
    return this.#executor.execute({ action, params, entityId, connectedAccountId, signal });
  }

  /**
   * Sends one request as an entity: relative to the app's base URL, credentials added.
   *
   * @throws ValidationError when the request is malformed; what the provider does is in the result
   */
  async executeRequest(options: ExecuteRequestOptions): Promise<ActionResult> {
    const given = readArguments(executeRequestSchema(), options, "toolset.executeRequest()");
    const { executeRequest } = await import("./tools/execute-request.js");
    const { connectedAccountId = null, method, endpoint, parameters = [], body, signal } = options;
    return executeRequest(
      {
        resolver: this.#resolver,
        runtime: this.#domain.runtime,
        limits: this.#limits,
        definitionOf: (app) => this.#domain.apps.get(app),
        appOf: async ({ connectionId, entityId: owner }) =>
          (await readRow(this.#domain, { id: connectionId, entityId: owner })).connection.app,
      },
      {
        app: given.app ?? null,
        connectedAccountId,
        entityId: given.entityId,
        method,
        endpoint,
        parameters,
        body,
        signal,
      },
    );
  }

  /**
   * The same toolset within a transaction of the host's database: what is made, finished or removed there is committed or
   * rolled back with the host's own rows. Hooks hear of it after the commit, from `deliverEvents()`.
   *
   * Connections are not refreshed there, since a rollback would lose tokens the provider has rotated. When a flow that was
   * finished there is rolled back, its state is unspent again, but the provider's code is spent: start a new one.
   *
   * It lives as long as the transaction, and so does what it returns: do not keep them. Used after the end, they throw a
   * StorageError where the database's client knows that it has ended: Kysely's and Prisma's do, Drizzle's do not.
   *
   * @param storage an adapter on the transaction, of the same database: `kyselyStorage(transaction)`
   * @example
   * ```ts
   * await db.transaction().execute(async (transaction) => {
   *   const { connection } = await toolset
   *     .withTransaction(kyselyStorage(transaction))
   *     .handleCallback(request, { entityId });
   *   await transaction.insertInto("workspaces").values({ connection_id: connection.id }).execute();
   * });
   * ```
   * @throws ConfigurationError when it is no storage adapter, or one on the database itself instead of a transaction
   */
  withTransaction(storage: StorageAdapter): ConnectionToolSet {
    checkTransactionStorage(storage);
    return new ConnectionToolSet(transactionDomain(this.#domain, storage));
  }

  /**
   * Calls the hooks for events that no hook has taken yet: those of processes that died, of hooks that threw, and of
   * committed transactions. Waits for hooks that are running. Call it from a cron, and before a process ends.
   *
   * @returns how many were delivered, failed and will come again, or were given up after 7 days
   * @throws StorageError
   */
  deliverEvents(): Promise<DeliveryReport> {
    return this.#domain.events.deliver();
  }

  /**
   * Removes flows whose time is up and leases of processes that died, and does what `deliverEvents()` does. Starting a
   * flow removes what ran out a day ago; this is for a cron.
   *
   * @throws StorageError
   */
  async sweep(): Promise<SweepReport> {
    const { sweep } = await import("./core/upkeep.js");
    return sweep(this.#domain);
  }

  /**
   * Refreshes what ends soon, so that no caller waits for it: run it from a cron, in any number of processes.
   *
   * @example
   * ```ts
   * const { refreshed, failures } = await toolset.refreshExpiring({ within: 10 * 60_000 });
   * ```
   * @throws ValidationError for wrong options, StorageError; what single connections fail with is in the report
   */
  async refreshExpiring(options: RefreshExpiringOptions): Promise<RefreshReport> {
    const { refreshExpiring } = await import("./core/upkeep.js");
    return refreshExpiring(this.#domain, options);
  }

  /**
   * Moves connections in from another system, with live tokens. A wrong one fails alone; one with an `id` that is there
   * already is skipped, so that an import can be repeated. No hook is called.
   *
   * @example
   * ```ts
   * const report = await toolset.importConnections(
   *   rows.map((row) => ({
   *     entityId: row.userId,
   *     app: "github",
   *     id: row.id,
   *     credentials: { access_token: row.token, refresh_token: row.refreshToken, expires_at: row.expiresAt },
   *   })),
   *   { onProgress: ({ imported, failed }) => console.log(imported, failed) },
   * );
   * ```
   * @throws ConfigurationError for an app that is unknown or has no integration, ValidationError for wrong options
   */
  async importConnections(
    rows: Iterable<ImportedConnection> | AsyncIterable<ImportedConnection>,
    options: ImportConnectionsOptions = {},
  ): Promise<ImportReport> {
    const { importConnections } = await import("./core/upkeep.js");
    return importConnections(this.#domain, rows, options);
  }

  /**
   * Seals every stored value under the current key, so that former keys can go: the first of `encryption.keys`, or the
   * vault's. Callers and refreshes go on meanwhile. It can be stopped, killed and run again at any time, in any number of
   * processes: what is done stays done.
   *
   * @example
   * ```ts
   * const report = await toolset.rotateEncryptionKeys({
   *   onProgress: ({ scanned, rewritten }) => console.log(scanned, rewritten),
   * });
   * ```
   * @returns how much was rewritten, and which values could not be opened: those are left as they are
   * @throws ConfigurationError when encryption is off, ValidationError for wrong options, StorageError, CipherError
   * `KEY_MANAGEMENT_FAILED`
   */
  async rotateEncryptionKeys(options: RotateEncryptionKeysOptions = {}): Promise<KeyRotationReport> {
    const { rotateEncryptionKeys } = await import("./core/upkeep.js");
    return rotateEncryptionKeys(this.#domain, options);
  }

  /**
   * All connections that match, oldest first, with their credentials **in the clear**: for moving out. Those that were
   * never finished are left out. `importConnections()` of another toolset takes it as it is.
   *
   * @throws ValidationError for wrong options, StorageError
   */
  async *exportConnections(
    options: ExportConnectionsOptions = {},
  ): AsyncGenerator<ExportedConnection, void, undefined> {
    const { exportConnections } = await import("./core/upkeep.js");
    yield* exportConnections(this.#domain, options);
  }

  /** Nothing of what it holds. */
  toJSON(): { readonly apps: readonly string[] } {
    return { apps: this.apps.list().map(({ slug }) => slug) };
  }
}
