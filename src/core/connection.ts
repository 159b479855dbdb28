import * as z from "zod";
import { createAuthenticatedFetch } from "../http/authenticated-fetch.js";
import { createRequest } from "../http/request.js";
import { lazy } from "../internal/lazy.js";
import type { RequestFunction, RequestOptions, ResponsePromise } from "../ports/request.js";
import type { Fetch } from "../ports/runtime.js";
import type {
  ConnectionAccount,
  ConnectionKey,
  ConnectionRecord,
  ConnectionStatus,
} from "../ports/storage.js";
import { writeNamed } from "./alias.js";
import { aliasArgument, labelsArgument, readArgument, readArguments, valuesArgument } from "./arguments.js";
import type { AuthParams } from "./auth-params.js";
import { authParams } from "./auth-params.js";
import { ConnectionRequest } from "./connection-request.js";
import { changeRow, deleteRow, readRow } from "./connection-rows.js";
import { endAttempt, transition } from "./connection-state.js";
import type { ConnectionJson } from "./connection-view.js";
import { toJson, viewStatus } from "./connection-view.js";
import { createCredentialSource } from "./credential-source.js";
import type { Domain } from "./domain.js";
import { requestObservation } from "./observation.js";
import { revokeAndDelete, revokeConnection } from "./revoke.js";
import type { Tenant } from "./tenants.js";

const updateSchema = lazy(() =>
  z.strictObject({
    alias: aliasArgument().optional(),
    labels: labelsArgument().optional(),
    isDefault: z.boolean().optional(),
  }),
);
const deleteSchema = lazy(() => z.strictObject({ revoke: z.boolean().optional() }));

/** What `connection.reconnect()` takes. */
export interface ReconnectOptions {
  /** Scopes to ask for beside those the connection was granted; the integration's when left out. */
  readonly scopes?: readonly string[] | string | undefined;
  /**
   * Whether what was granted before is asked for as well. Default: true, so that a connection gains scopes and loses none.
   * With false it is `scopes` and nothing else, or the integration's: a connection can be narrowed.
   */
  readonly keepGranted?: boolean | undefined;
  /** Where the user lands afterwards. */
  readonly redirectUrl?: string | undefined;
  /** New values of the user's; those that are not secret default to the stored ones. */
  readonly connectionParams?: Readonly<Record<string, string>> | undefined;
}

/** What `connection.update()` takes. */
export interface UpdateConnectionOptions {
  /** Unique per entity and app; null for none. */
  readonly alias?: string | null | undefined;
  readonly labels?: readonly string[] | undefined;
  /** Whether calls that name only the app use this connection. */
  readonly isDefault?: boolean | undefined;
}

/**
 * One entity's authenticated link to a service. Its properties are what was last read; calls always use what is stored.
 * JSON, `console.log` and errors show no credential: `getAuthParams()` is the only way to read one.
 *
 * @example
 * ```ts
 * const connection = await toolset.getEntity("user_123").getConnection({ app: "github" });
 * const user = await connection.request("/user").json<{ login: string }>();
 * ```
 */
export class Connection {
  readonly #domain: Domain;
  readonly #key: ConnectionKey;
  #record: ConnectionRecord;
  #request: RequestFunction | null = null;
  #fetch: Fetch | null = null;

  /** @internal */
  constructor(domain: Domain, record: ConnectionRecord) {
    this.#domain = domain;
    this.#record = record;
    this.#key = { id: record.id, entityId: record.entityId };
  }

  get id(): string {
    return this.#record.id;
  }
  /** Slug of the app. */
  get app(): string {
    return this.#record.app;
  }
  get integrationId(): string {
    return this.#record.integrationId;
  }
  get entityId(): string {
    return this.#record.entityId;
  }
  get authScheme(): string {
    return this.#record.authScheme;
  }
  /** Only ACTIVE connections execute. */
  get status(): ConnectionStatus {
    return viewStatus(this.#record, this.#domain.runtime.clock.now());
  }
  /** Why the status is what it is; null when there is nothing to say. */
  get statusReason(): string | null {
    return this.#record.statusReason;
  }
  get alias(): string | null {
    return this.#record.alias;
  }
  get labels(): readonly string[] {
    return this.#record.labels;
  }
  get isDefault(): boolean {
    return this.#record.isDefault;
  }
  /** Whose account it is at the provider; null when the provider does not say. */
  get account(): ConnectionAccount | null {
    return this.#record.account;
  }
  /** Scopes that were granted. */
  get scopes(): readonly string[] {
    return this.#record.scopes;
  }
  /** Values that are not secret: what the user gave, and what the provider said when connecting. */
  get params(): Readonly<Record<string, string>> {
    return this.#record.params;
  }
  /** When the credentials expire; Mooring renews them before. Null when they do not. */
  get expiresAt(): Date | null {
    return this.#record.expiresAt === null ? null : new Date(this.#record.expiresAt);
  }
  get createdAt(): Date {
    return new Date(this.#record.createdAt);
  }
  get updatedAt(): Date {
    return new Date(this.#record.updatedAt);
  }

  /**
   * An authenticated request by ky: relative to the app's base URL, refreshed when due, replayed once after a 401,
   * idempotent methods retried. An answer outside 200–299 throws.
   *
   * @throws RequestError, TokenError, ConnectionStateError, NoItemsFoundError, CipherError, StorageError
   * @example
   * ```ts
   * const issues = await connection.request("/issues", { searchParams: { state: "open" } }).json();
   * ```
   */
  request(path: string | URL, options?: RequestOptions): ResponsePromise {
    const request = this.#request ?? createRequest(this.#source(), this.#domain.runtime, this.#observed());
    this.#request = request;
    return request(path, options);
  }

  /**
   * A web-standard `fetch` with the credentials added: relative to the app's base URL, refreshed when due, replayed once
   * after a 401. Resolves with any status, never retries otherwise. Can be passed on: it needs no `this`.
   *
   * @throws RequestError, TokenError, ConnectionStateError, NoItemsFoundError, CipherError, StorageError
   */
  get fetch(): Fetch {
    const fetch =
      this.#fetch ?? createAuthenticatedFetch(this.#source(), this.#domain.runtime, this.#observed());
    this.#fetch = fetch;
    return fetch;
  }

  /**
   * The credentials as they would be added to a request. The only way to read a secret: keep it out of logs.
   *
   * @throws TokenError, ConnectionStateError, NoItemsFoundError, CipherError, StorageError
   */
  async getAuthParams(): Promise<AuthParams> {
    return authParams(await this.#source().open(undefined));
  }

  /**
   * Renews the credentials now.
   *
   * @throws ConnectionStateError when the connection is not ACTIVE
   * @throws TokenError when the provider refuses (`REAUTHORIZATION_REQUIRED`: the connection is EXPIRED) or fails
   */
  async refresh(): Promise<this> {
    await this.#domain.refresher.refreshNow(this.#key);
    return this.reload();
  }

  /**
   * Connects the same connection again, keeping its id; what works now keeps working until the new grant is stored. It
   * is asked for what was granted before, and for `scopes`: a connection gains scopes, and loses none, unless `keepGranted`
   * is false.
   *
   * @example
   * ```ts
   * await connection.reconnect({ scopes: ["repo"] }); // what was granted, and `repo`
   * await connection.reconnect({ scopes: ["read:user"], keepGranted: false }); // `read:user` alone
   * ```
   * @throws ValidationError, ConfigurationError, ConnectionStateError `INTEGRATION_DISABLED`
   */
  async reconnect(options: ReconnectOptions = {}): Promise<ConnectionRequest> {
    const { reconnect } = await import("./connecting.js");
    const started = await reconnect(this.#domain, this.#key, options);
    this.#record = started.connection;
    return new ConnectionRequest(this.#domain, started, (record) => new Connection(this.#domain, record));
  }

  /**
   * Replaces the credentials the user gave (a new API key, a new password); the connection becomes ACTIVE.
   *
   * @throws ValidationError naming each wrong field, ConfigurationError for schemes that go through the browser
   * @throws TokenError `CREDENTIALS_REFUSED` when the provider refuses them: those there were are kept
   */
  async updateCredentials(connectionParams: Readonly<Record<string, string>>): Promise<this> {
    const { replaceCredentials } = await import("./connecting.js");
    const given = readArgument(valuesArgument(), connectionParams, "connectionParams");
    this.#record = await replaceCredentials(this.#domain, this.#key, given);
    return this;
  }

  /**
   * The sites, companies or organisations the connection's grant reaches, where an app has such.
   *
   * @throws ConfigurationError `CONFIG_INVALID` when the app definition has no `tenants`; what `request` throws
   */
  async getTenants(): Promise<readonly Tenant[]> {
    const { getTenants } = await import("./connecting.js");
    return getTenants(this.#domain, this.app, (path, options) => this.request(path, options));
  }

  /**
   * Uses another of the tenants from now on.
   *
   * @throws ValidationError when the grant does not reach it, ConfigurationError when the app has no tenants
   */
  async useTenant(id: string): Promise<this> {
    const { useTenant } = await import("./connecting.js");
    const request: RequestFunction = (path, options) => this.request(path, options);
    this.#record = await useTenant(this.#domain, this.#key, { app: this.app, id, request });
    return this;
  }

  /** Changes alias, labels or default. @throws ValidationError, ConnectionStateError `CONNECTION_CONFLICT` for a taken alias */
  async update(options: UpdateConnectionOptions): Promise<this> {
    const { alias, ...rest } = readArguments(updateSchema(), options, "connection.update()");
    const cleared = options?.alias === null;
    const { id, entityId, app } = this;
    return writeNamed(this.#domain, { id, entityId, app, alias: alias ?? null }, () =>
      this.#change(() => ({
        ...(rest.labels === undefined ? {} : { labels: rest.labels }),
        ...(rest.isDefault === undefined ? {} : { isDefault: rest.isDefault }),
        ...(alias === undefined && !cleared ? {} : { alias: alias ?? null }),
      })),
    );
  }

  /**
   * Ends the grant at the provider, then forgets the credentials; the connection is REVOKED, and a reconnect that waits
   * for the browser has failed.
   *
   * @throws TokenError `TOKEN_REVOKE_FAILED` when the provider cannot be told: nothing has changed then
   * @throws ConnectionStateError when there is nothing to revoke
   */
  async revoke(): Promise<this> {
    this.#record = await revokeConnection(this.#domain, this.#key);
    return this;
  }

  /** Lets a disabled connection execute again. @throws ConnectionStateError when it is not INACTIVE */
  async enable(): Promise<this> {
    return this.#change((current) => ({ status: transition(current.status, "enabled"), statusReason: null }));
  }

  /**
   * Stops an ACTIVE connection from executing; its credentials stay, and a reconnect that waits for the browser has
   * failed. @throws ConnectionStateError when it is not ACTIVE
   */
  async disable(): Promise<this> {
    return this.#change((current) => ({
      status: transition(current.status, "disabled"),
      statusReason: "disabled by the host",
      attempt: endAttempt(current.attempt, "disabled by the host"),
    }));
  }

  /**
   * Removes the connection and its credentials.
   *
   * @param options `revoke: true` ends the grant at the provider first
   * @throws TokenError `TOKEN_REVOKE_FAILED`, ValidationError for other options: nothing has been removed then
   */
  async delete(options: { readonly revoke?: boolean | undefined } = {}): Promise<void> {
    const { revoke } = readArguments(deleteSchema(), options, "connection.delete()");
    if (revoke === true) await revokeAndDelete(this.#domain, this.#key);
    else await deleteRow(this.#domain, this.#key);
  }

  /** Reads the connection again. @throws NoItemsFoundError when it is gone */
  async reload(): Promise<this> {
    this.#record = (await readRow(this.#domain, this.#key)).connection;
    return this;
  }

  /** Everything but the credentials. */
  toJSON(): ConnectionJson {
    return toJson(this.#record, this.#domain.runtime.clock.now());
  }

  /** What `console.log` shows: the same as JSON. */
  [Symbol.for("nodejs.util.inspect.custom")](): ConnectionJson {
    return this.toJSON();
  }

  #source() {
    return createCredentialSource(this.#domain, this.#domain.refresher, this.#key);
  }

  #observed() {
    return { observation: requestObservation(this.#domain, this.#record) };
  }

  async #change(change: (current: ConnectionRecord) => Partial<ConnectionRecord>): Promise<this> {
    this.#record = (await changeRow(this.#domain, this.#key, change)).connection;
    return this;
  }
}
