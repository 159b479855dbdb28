import { createActionResolver } from "./core/action-resolver.js";
import { createAppRegistry } from "./core/app-registry.js";
import {
  idArgument,
  listArgument,
  readArgument,
  readArguments,
  readEntityId,
  slugArgument,
} from "./core/arguments.js";
import { checkToolSetOptions } from "./core/check-toolset-options.js";
import { Connection } from "./core/connection.js";
import { readRow } from "./core/connection-rows.js";
import type { Domain } from "./core/domain.js";
import { createDomain } from "./core/domain.js";
import { Entity } from "./core/entity.js";
import {
  callbackSchema,
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
import { Integration } from "./core/integration.js";
import { listIntegrationsSchema } from "./core/integration-arguments.js";
import { listIntegrations, readIntegration } from "./core/integration-rows.js";
import { readManagedAuth } from "./core/managed-auth.js";
import { noTelemetry } from "./core/no-telemetry.js";
import { createOpenedCache } from "./core/opened-cache.js";
import { systemClock } from "./core/system-clock.js";
import type {
  CreateIntegrationOptions,
  ExecuteActionOptions,
  ExecuteRequestOptions,
  ExpectedIntegrationParamsOptions,
  ExpectedParamsForUserOptions,
  FinishedConnection,
  GetIntegrationsOptions,
  GetToolsOptions,
  HandleToolCallsOptions,
  MooringToolSetOptions,
} from "./core/toolset-options.js";
import { createVaultFor } from "./core/vault-for.js";
import { wholeClock } from "./core/whole-clock.js";
import type { OpenAiChatCompletion, OpenAiTool, OpenAiToolMessage } from "./frameworks/openai.js";
import { openai } from "./frameworks/openai.js";
import { createUuidV7 } from "./internal/uuid-v7.js";
import type { AppDefinition } from "./ports/app.js";
import type { Framework } from "./ports/framework.js";
import type { Runtime } from "./ports/runtime.js";
import type { Action, ActionResult, ConnectionResolver, ExpectedParam } from "./ports/tool.js";
import { apiKey } from "./schemes/api-key.js";
import { basic } from "./schemes/basic.js";
import { bearerToken } from "./schemes/bearer-token.js";
import { noAuth } from "./schemes/no-auth.js";
import { oauth2 } from "./schemes/oauth2.js";
import type { Executor } from "./tools/executor.js";
import { createExecutor } from "./tools/executor.js";
import type { OfferedTools } from "./tools/offered-tools.js";
import { createOfferedTools } from "./tools/offered-tools.js";
import type { ActionRegistry } from "./tools/registry.js";
import { createActionRegistry } from "./tools/registry.js";
import type { ToolCallHandler } from "./tools/tool-calls.js";
import { createToolCallHandler } from "./tools/tool-calls.js";

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
> {
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
    const { storage, callbackUrl = null, apps = [], managedAuth = {} } = options;
    const runtime: Runtime = {
      // Looked up on each call, so that a host may replace the global one.
      fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
      clock: options.clock === undefined ? systemClock : wholeClock(options.clock),
      logger: options.logger ?? { debug: () => {}, warn: () => {} },
    };
    const now = () => runtime.clock.now();
    const builtIn = [oauth2(), apiKey(), bearerToken(), basic(), noAuth()];
    const registry = createAppRegistry(apps, [...builtIn, ...(options.schemes ?? [])]);
    const vault = createVaultFor(storage, options.encryption);
    this.#domain = createDomain({
      runtime,
      telemetry: noTelemetry,
      storage,
      vault,
      apps: registry,
      opened: createOpenedCache({ vault, apps: registry, now }),
      managedAuth: readManagedAuth(managedAuth, registry),
      callbackUrl,
      allowedRedirectUrls:
        options.allowedRedirectUrls ?? (callbackUrl === null ? [] : [new URL(callbackUrl).origin]),
      flowBinding: options.flowBinding ?? "entity",
      flowTtlMs: options.flowTtlMs ?? 600_000,
      newId: createUuidV7(now),
    });
    this.apps = {
      list: () => registry.list(),
      get: (slug) => registry.get(readArgument(slugArgument(), slug, "slug").toLowerCase()),
    };
    this.#framework = frameworkOf(options);
    this.#limits = options.limits;
    this.#registry = createActionRegistry({ apps });
    for (const action of options.actions ?? []) this.#registry.register(action);
    this.#resolver = createActionResolver(this.#domain);
    this.#executor = createExecutor({
      registry: this.#registry,
      resolver: this.#resolver,
      runtime,
      limits: options.limits,
    });
    this.#offered = createOfferedTools({ now });
    this.#answer = createToolCallHandler({
      framework: this.#framework,
      executor: this.#executor,
      resolver: this.#resolver,
      offered: this.#offered,
      logger: runtime.logger,
    });
  }

  /**
   * The integrations that match, newest first; enabled ones unless asked otherwise. None is an empty list, for an app
   * this toolset does not know too.
   *
   * @throws ValidationError for unknown options
   */
  async getIntegrations(options: GetIntegrationsOptions = {}): Promise<Integration[]> {
    const given = readArguments(listIntegrationsSchema(), options, "toolset.getIntegrations()");
    const { app, authScheme, includeDisabled } = given;
    const records = await listIntegrations(this.#domain, {
      ...(app === undefined ? {} : { app }),
      ...(authScheme === undefined ? {} : { authScheme }),
      ...(includeDisabled ? {} : { enabled: true }),
    });
    return records.map((record) => new Integration(this.#domain, record));
  }

  /** One integration. @throws NoItemsFoundError `INTEGRATION_NOT_FOUND`, ValidationError when the id is no text */
  async getIntegration(id: string): Promise<Integration> {
    const given = readArgument(idArgument(), id, "id");
    return new Integration(this.#domain, await readIntegration(this.#domain, given));
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

  /**
   * The integration of an app and scheme: the existing one, else a new one; always a new one with `forceNewIntegration`.
   *
   * @throws ValidationError naming each wrong field of `authConfig`
   * @throws ConfigurationError `APP_UNKNOWN`, `SCHEME_UNSUPPORTED`, `INTEGRATION_CONFLICT` when the existing one holds other values
   */
  async createIntegration(options: CreateIntegrationOptions): Promise<Integration> {
    const { createIntegration } = await import("./core/connecting.js");
    const record = await createIntegration(this.#domain, options);
    return new Integration(this.#domain, record);
  }

  /** The app's user. Reads and stores nothing. @throws ValidationError when the id is no text of 1 to 512 characters */
  getEntity(id: string): Entity {
    return new Entity(this.#domain, readEntityId(id));
  }

  /**
   * Finishes the flow a callback belongs to. Pass the user of your own session as `entityId`: a flow that was started
   * for another is refused.
   *
   * @param callback the incoming Request, or its URL with the query
   * @throws AuthorizationError, TokenError, ValidationError: nothing was activated
   */
  async handleCallback(
    callback: Request | URL | string,
    options: { readonly entityId?: string | undefined } = {},
  ): Promise<FinishedConnection> {
    const given = readArgument(callbackSchema(), options, "");
    const entityId = given.entityId === undefined ? null : readEntityId(given.entityId);
    const { finishFlow } = await import("./core/connecting.js");
    const { row, redirectUrl } = await finishFlow(this.#domain, callback, entityId);
    return { connection: new Connection(this.#domain, row.connection), redirectUrl };
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

  /** Nothing of what it holds. */
  toJSON(): { readonly apps: readonly string[] } {
    return { apps: this.apps.list().map(({ slug }) => slug) };
  }
}
