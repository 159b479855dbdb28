import * as z from "zod";
import { NoItemsFoundError, ValidationError } from "../errors.js";
import { lazy } from "../internal/lazy.js";
import type { AppDefinition } from "../ports/app.js";
import type { AuthSchemeName } from "../ports/auth-scheme.js";
import type { ConnectionStatus } from "../ports/storage.js";
import { aliasArgument, appArgument, idArgument, labelsArgument, readArguments } from "./arguments.js";
import type { Attempt } from "./attempt.js";
import { Connection } from "./connection.js";
import { ConnectionRequest } from "./connection-request.js";
import { listRows } from "./connection-rows.js";
import { viewStatus } from "./connection-view.js";
import type { Domain } from "./domain.js";
import { selectConnection } from "./select-connection.js";

/** What `entity.initiateConnection()` takes. The seed's names (`appName`, `authMode`, `redirectUri`, `config`, …) work too. */
export interface InitiateConnectionOptions {
  /** Slug of the app, or its definition. Required unless `integrationId` is given. */
  readonly app?: string | AppDefinition | undefined;
  /** The integration to use; else the newest of the app and scheme, or a new one when nothing more is needed for it. */
  readonly integrationId?: string | undefined;
  readonly authScheme?: AuthSchemeName | undefined;
  /** The user's values, as `getExpectedParamsForUser` asks for them. */
  readonly connectionParams?: Readonly<Record<string, string>> | undefined;
  /** The developer's values, for a new integration. User fields found here are moved to `connectionParams`. */
  readonly authConfig?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** Whether to use the host's managed app. Default: when there is one and no credentials were given. */
  readonly useManagedAuth?: boolean | undefined;
  /** Makes one more integration even if there is one. Default: false. */
  readonly forceNewIntegration?: boolean | undefined;
  /** Where the user lands after the flow; must be allowed by the toolset. */
  readonly redirectUrl?: string | undefined;
  readonly labels?: readonly string[] | undefined;
  /** Name of the connection, unique per entity and app: `work`. */
  readonly alias?: string | undefined;
  /** Whether calls that name only the app use this connection. Default: false. */
  readonly isDefault?: boolean | undefined;
  /** Scopes to ask for instead of the integration's: a list, or text separated by commas or spaces. */
  readonly scopes?: readonly string[] | string | undefined;
  /** The seed's name for `app`. */
  readonly appName?: string | AppDefinition | undefined;
  /** The seed's name for `authScheme`. */
  readonly authMode?: AuthSchemeName | undefined;
  /** The seed's name for `redirectUrl`. */
  readonly redirectUri?: string | undefined;
  /** The seed's name for `useManagedAuth`. */
  readonly useComposioAuth?: boolean | undefined;
  /** The seed's name for `connectionParams`. */
  readonly connectedAccountParams?: Readonly<Record<string, string>> | undefined;
  /** The seed's place for `labels` and `redirectUrl`. */
  readonly config?: { readonly labels?: readonly string[]; readonly redirectUrl?: string } | undefined;
}

/** What `entity.getConnection()` takes: at least one of app, connection id and alias. */
export interface GetConnectionOptions {
  readonly app?: string | AppDefinition | undefined;
  readonly connectionId?: string | undefined;
  readonly alias?: string | undefined;
  /** Whether several that fit are an error instead of a choice. Default: false. */
  readonly strict?: boolean | undefined;
  /** The seed's name for `app`. */
  readonly appName?: string | AppDefinition | undefined;
  /** The seed's name for `connectionId`. */
  readonly connectedAccountId?: string | undefined;
}

/** What `entity.getConnectionRequest()` takes. */
export interface GetConnectionRequestOptions {
  /** `connectedAccountId` of the request, or `id` of its connection. */
  readonly connectionId: string;
}

/** What `entity.getConnections()` takes: filters that must all hold. */
export interface GetConnectionsOptions {
  readonly app?: string | AppDefinition | undefined;
  readonly status?: ConnectionStatus | undefined;
  /** Labels the connection must all have. */
  readonly labels?: readonly string[] | undefined;
  /** The seed's name for `app`. */
  readonly appName?: string | AppDefinition | undefined;
}

const getSchema = lazy(() =>
  z.strictObject({
    app: appArgument().optional(),
    connectionId: idArgument().optional(),
    alias: aliasArgument().optional(),
    strict: z.boolean().default(false),
  }),
);
const listSchema = lazy(() =>
  z.strictObject({
    app: appArgument().optional(),
    status: z.enum(["INITIATED", "ACTIVE", "INACTIVE", "EXPIRED", "REVOKED", "FAILED"]).optional(),
    labels: labelsArgument().default([]),
  }),
);

/**
 * The app's user. Every read and every execution through it is scoped to that user: what belongs to another does not
 * exist.
 *
 * @example
 * ```ts
 * const entity = toolset.getEntity("user_123");
 * const request = await entity.initiateConnection({ app: "github" });
 * ```
 */
export class Entity {
  /** The host's own id of the user. */
  readonly id: string;
  readonly #domain: Domain;

  /** @internal */
  constructor(domain: Domain, id: string) {
    this.#domain = domain;
    this.id = id;
  }

  /**
   * Starts a connection. Ready at once for schemes that only need what the user gave; else send the user to
   * `redirectUrl`. Everything is checked before anything is stored.
   *
   * @throws ValidationError naming each wrong field
   * @throws ConfigurationError `APP_UNKNOWN`, `SCHEME_UNSUPPORTED`, `INTEGRATION_REQUIRED`, `INTEGRATION_CONFLICT`, …
   * @throws NoItemsFoundError for an unknown `integrationId`
   * @throws ConnectionStateError `INTEGRATION_DISABLED`, `CONNECTION_CONFLICT` for a taken alias
   * @throws TokenError `CREDENTIALS_REFUSED` when the provider refuses what the user gave; others when it cannot be asked
   */
  async initiateConnection(options: InitiateConnectionOptions): Promise<ConnectionRequest> {
    const { startConnection } = await import("./connecting.js");
    return this.#request(await startConnection(this.#domain, this.id, options));
  }

  /**
   * The connection that is meant: by id or alias (in any status), else the ACTIVE one of the app: the default, else the
   * newest.
   *
   * @throws NoItemsFoundError `CONNECTION_NOT_FOUND` when there is none
   * @throws ConnectionStateError `CONNECTION_AMBIGUOUS` when `strict` and several fit
   */
  async getConnection(options: GetConnectionOptions): Promise<Connection> {
    const given = readArguments(getSchema(), options, "entity.getConnection()");
    if (given.app === undefined && given.connectionId === undefined && given.alias === undefined) {
      throw new ValidationError("Say which connection is meant.", {
        issues: [{ path: "app", message: "give `app`, `connectionId` or `alias`" }],
      });
    }
    if (given.app !== undefined) this.#domain.apps.get(given.app);
    const record = await selectConnection(this.#domain, { ...given, entityId: this.id });
    if (record !== null) return new Connection(this.#domain, record);
    const wanted =
      given.alias === undefined
        ? `ACTIVE connection to "${given.app}"`
        : `connection called "${given.alias}"`;
    const [expired] = await this.getConnections({ app: given.app, status: "EXPIRED" });
    throw new NoItemsFoundError("connection", `Entity "${this.id}" has no ${wanted}.`, {
      hint:
        expired === undefined
          ? "Start one with `entity.initiateConnection()`."
          : `Connection ${expired.id} has expired: \`entity.ensureConnected()\` connects it again.`,
    });
  }

  /**
   * The request behind a connection that was started before, by another process or before a restart: whether it has
   * ended, what the user enters at another device, and `waitUntilActive()`, which goes on asking the provider where that is
   * needed. Several may wait: one of them asks.
   *
   * @example
   * ```ts
   * const request = await entity.getConnectionRequest({ connectionId });
   * const connection = await request.waitUntilActive({ timeoutMs: 300_000 });
   * ```
   * @throws NoItemsFoundError `CONNECTION_NOT_FOUND`, also for another entity's
   * @throws CipherError when what was sealed for the flow does not open
   */
  async getConnectionRequest(options: GetConnectionRequestOptions): Promise<ConnectionRequest> {
    const { resumeRequest } = await import("./connecting.js");
    return this.#request(await resumeRequest(this.#domain, this.id, options));
  }

  /** All connections of this entity that match, newest first, in every status unless one is asked for. Never throws for none. */
  async getConnections(options: GetConnectionsOptions = {}): Promise<Connection[]> {
    const { app, status, labels } = readArguments(listSchema(), options, "entity.getConnections()");
    // An INITIATED record may have run out of time: which of the two it is now, only the clock says.
    const stored = status === "EXPIRED" || status === undefined ? {} : { status };
    const now = this.#domain.runtime.clock.now();
    const records = await listRows(this.#domain, {
      entityId: this.id,
      ...(app === undefined ? {} : { app }),
      ...stored,
    });
    return records
      .filter((record) => status === undefined || viewStatus(record, now) === status)
      .filter((record) => labels.every((label) => record.labels.includes(label)))
      .map((record) => new Connection(this.#domain, record));
  }

  /**
   * The ACTIVE connection of an app (through the integration and scheme that are named, if any), or a request to connect:
   * one that has expired is connected again and keeps its id, else the pending one is started anew. Calling this often
   * leaves one connection.
   *
   * @example
   * ```ts
   * const connected = await entity.ensureConnected({ app: "github" });
   * if (connected instanceof ConnectionRequest) return redirect(connected.redirectUrl);
   * ```
   * @throws the same as `initiateConnection`
   */
  async ensureConnected(options: InitiateConnectionOptions): Promise<Connection | ConnectionRequest> {
    const { ensureConnection } = await import("./connecting.js");
    const ensured = await ensureConnection(this.#domain, this.id, options);
    return ensured.kind === "connected"
      ? new Connection(this.#domain, ensured.connection)
      : this.#request(ensured.attempt);
  }

  /** The id. */
  toJSON(): { readonly id: string } {
    return { id: this.id };
  }

  #request(started: Attempt): ConnectionRequest {
    return new ConnectionRequest(this.#domain, started, (record) => new Connection(this.#domain, record));
  }
}
