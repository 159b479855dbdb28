import * as z from "zod";
import { lazy } from "../internal/lazy.js";
import type { AppDefinition } from "../ports/app.js";
import type { IntegrationRecord } from "../ports/storage.js";
import type { ExpectedParam } from "../ports/tool.js";
import { readArguments, storableText, valuesArgument } from "./arguments.js";
import type { CoreContext } from "./context.js";
import { changeIntegration, deleteIntegration } from "./integration-rows.js";
import { toExpectedParam } from "./params.js";
import { connectionSpecs } from "./scheme-context.js";

const updateSchema = lazy(() =>
  z.strictObject({
    name: storableText().min(1).max(128).optional(),
    authConfig: valuesArgument().optional(),
  }),
);

/** What `integration.update()` takes. */
export interface UpdateIntegrationOptions {
  readonly name?: string | undefined;
  /** The developer's values to replace; those left out stay as they are. */
  readonly authConfig?: Readonly<Record<string, string | readonly string[]>> | undefined;
}

/** An integration as plain data: everything but the developer's values. */
export interface IntegrationJson {
  readonly id: string;
  readonly name: string;
  readonly app: string;
  /** The seed's name for `app`. */
  readonly appName: string;
  readonly authScheme: string;
  readonly enabled: boolean;
  readonly useManagedAuth: boolean;
  readonly logo: string | null;
  /** What a user must give to connect. */
  readonly expectedInputFields: readonly ExpectedParam[];
  /** ISO 8601. */
  readonly createdAt: string;
  /** ISO 8601. */
  readonly updatedAt: string;
}

/**
 * One configured service: an app, an auth scheme and the developer's values for it, shared by many users.
 *
 * @example
 * ```ts
 * const integration = await toolset.createIntegration({
 *   app: "github",
 *   authScheme: "OAUTH2",
 *   authConfig: { client_id, client_secret },
 * });
 * ```
 */
export class Integration {
  readonly #context: CoreContext;
  #record: IntegrationRecord;

  /** @internal */
  constructor(context: CoreContext, record: IntegrationRecord) {
    this.#context = context;
    this.#record = record;
  }

  get id(): string {
    return this.#record.id;
  }
  /** For people: `github_1` unless changed. */
  get name(): string {
    return this.#record.name;
  }
  /** Slug of the app. */
  get app(): string {
    return this.#record.app;
  }
  get authScheme(): string {
    return this.#record.authScheme;
  }
  /** A disabled integration connects nobody and executes nothing. */
  get enabled(): boolean {
    return this.#record.enabled;
  }
  /** Whether the host's managed app is used instead of values of its own. */
  get useManagedAuth(): boolean {
    return this.#record.useManagedAuth;
  }
  get createdAt(): Date {
    return new Date(this.#record.createdAt);
  }
  get updatedAt(): Date {
    return new Date(this.#record.updatedAt);
  }
  /** What a user must give to connect. */
  get expectedInputFields(): readonly ExpectedParam[] {
    const appScheme = this.#context.apps.scheme(this.app, this.authScheme);
    return connectionSpecs(appScheme).map((spec) => toExpectedParam(spec, true));
  }

  /**
   * Changes the name, or some of the developer's values (a rotated client secret). Connections keep working.
   *
   * @throws ValidationError naming each wrong field, NoItemsFoundError when the integration is gone
   */
  async update(options: UpdateIntegrationOptions): Promise<this> {
    const { name, authConfig } = readArguments(updateSchema(), options, "integration.update()");
    return this.#change(async (current) => {
      if (authConfig === undefined) return name === undefined ? {} : { name };
      const { updateConfig } = await import("./connecting.js");
      return {
        ...(name === undefined ? {} : { name }),
        ...(await updateConfig(this.#context, current, authConfig)),
      };
    });
  }

  /** Lets a disabled integration work again. */
  async enable(): Promise<this> {
    return this.#change(() => ({ enabled: true }));
  }

  /** Stops all its connections from executing, and new ones from starting. */
  async disable(): Promise<this> {
    return this.#change(() => ({ enabled: false }));
  }

  /** Removes the integration with all its connections and their credentials; nothing is revoked at the provider. */
  async delete(): Promise<void> {
    await deleteIntegration(this.#context, this.id);
  }

  /** Everything but the developer's values. */
  toJSON(): IntegrationJson {
    const app: AppDefinition = this.#context.apps.get(this.app);
    const { id, name, authScheme, enabled, useManagedAuth, expectedInputFields } = this;
    return {
      id,
      name,
      app: app.slug,
      appName: app.slug,
      authScheme,
      enabled,
      useManagedAuth,
      logo: app.logo,
      expectedInputFields,
      createdAt: this.createdAt.toISOString(),
      updatedAt: this.updatedAt.toISOString(),
    };
  }

  /** What `console.log` shows: the same as JSON. */
  [Symbol.for("nodejs.util.inspect.custom")](): IntegrationJson {
    return this.toJSON();
  }

  async #change(
    change: (current: IntegrationRecord) => Promise<Partial<IntegrationRecord>> | Partial<IntegrationRecord>,
  ): Promise<this> {
    this.#record = await changeIntegration(this.#context, this.id, change);
    return this;
  }
}
