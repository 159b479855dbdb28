import { idArgument, readArgument, readArguments, readEntityId } from "./arguments.js";
import { Connection } from "./connection.js";
import type { Domain } from "./domain.js";
import { Entity } from "./entity.js";
import { callbackSchema } from "./execution-arguments.js";
import { Integration } from "./integration.js";
import { listIntegrationsSchema } from "./integration-arguments.js";
import { listIntegrations, readIntegration } from "./integration-rows.js";
import type {
  CreateIntegrationOptions,
  FinishedConnection,
  GetIntegrationsOptions,
} from "./toolset-options.js";

/**
 * The part of a toolset that makes integrations and connections: all that `toolset.withTransaction()` can do, too.
 */
export class ConnectionToolSet {
  readonly #domain: Domain;

  /** @internal */
  constructor(domain: Domain) {
    this.#domain = domain;
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
   * The integration of an app and scheme: the existing one, else a new one; always a new one with `forceNewIntegration`.
   *
   * @throws ValidationError naming each wrong field of `authConfig`
   * @throws ConfigurationError `APP_UNKNOWN`, `SCHEME_UNSUPPORTED`, `INTEGRATION_CONFLICT` when the existing one holds other values
   */
  async createIntegration(options: CreateIntegrationOptions): Promise<Integration> {
    const { createIntegration } = await import("./connecting.js");
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
   * @throws AuthorizationError, TokenError, ValidationError; RequestError when the API refused the new credentials or did not
   *   tell what it is reached by: nothing was activated
   */
  async handleCallback(
    callback: Request | URL | string,
    options: { readonly entityId?: string | undefined } = {},
  ): Promise<FinishedConnection> {
    const given = readArgument(callbackSchema(), options, "");
    const entityId = given.entityId === undefined ? null : readEntityId(given.entityId);
    const { finishFlow } = await import("./connecting.js");
    const { row, redirectUrl } = await finishFlow(this.#domain, callback, entityId);
    return { connection: new Connection(this.#domain, row.connection), redirectUrl };
  }
}
