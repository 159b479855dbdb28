import { ConfigurationError } from "../errors.js";
import { randomToken, sha256Base64Url } from "../internal/hash.js";
import type { Grant, ParamValues } from "../ports/auth-scheme.js";
import type { AttemptRecord, ConnectionKey, FlowRecord, IntegrationRecord } from "../ports/storage.js";
import { bindingCookie } from "./binding-cookie.js";
import type { CoreContext } from "./context.js";
import { splitList } from "./params.js";
import { connectionSpecs, integrationValues } from "./scheme-context.js";

/** A connection is ready at once, or a flow waits for the browser. Nothing has been stored yet. */
export type StartedFlow =
  | { readonly kind: "complete"; readonly grant: Grant<unknown>; readonly params: ParamValues }
  | {
      readonly kind: "redirect";
      readonly redirectUrl: string;
      readonly params: ParamValues;
      readonly attempt: AttemptRecord;
      readonly flow: FlowRecord;
      /** `Set-Cookie` value that ties the flow to a browser. */
      readonly bindingCookie: string;
    };

/** What a flow is started with. */
export interface StartFlowOptions {
  readonly key: ConnectionKey;
  readonly integration: IntegrationRecord;
  /** The user's values, checked. */
  readonly values: ParamValues;
  /** Scopes to ask for; null for the integration's. */
  readonly scopes: readonly string[] | null;
  /** Where the user lands afterwards, checked; null for nowhere. */
  readonly redirectUrl: string | null;
}

/**
 * Starts a scheme for one connection.
 *
 * @throws ConfigurationError when the scheme needs a callback URL and there is none
 */
export async function startFlow(context: CoreContext, options: StartFlowOptions): Promise<StartedFlow> {
  const { key, integration, values } = options;
  const appScheme = context.apps.scheme(integration.app, integration.authScheme);
  const { app, scheme, settings } = appScheme;
  const config = await integrationValues(context, integration);
  const secrets = new Set(
    connectionSpecs(appScheme)
      .filter(({ secret }) => secret)
      .map(({ name }) => name),
  );
  const params = Object.fromEntries(Object.entries(values).filter(([name]) => !secrets.has(name)));
  const callbackUrl = config["oauth_redirect_uri"] ?? context.callbackUrl;
  if (callbackUrl === null && scheme.complete !== undefined) {
    throw new ConfigurationError(
      "CONFIG_INVALID",
      `${scheme.name} needs a URL for the provider to send the browser back to.`,
      {
        issues: [{ path: "callbackUrl", message: "required for schemes that go through the browser" }],
        hint: "Pass `callbackUrl` to MooringToolSet, or `oauth_redirect_uri` in the integration's `authConfig`.",
      },
    );
  }

  const state = randomToken();
  const result = await scheme.start({
    app,
    settings,
    config,
    params,
    runtime: context.runtime,
    values,
    callbackUrl: callbackUrl ?? "",
    state,
    scopes: options.scopes ?? splitList(config["scopes"]),
  });
  if (result.kind === "complete") return { kind: "complete", grant: result.grant, params };

  const now = context.runtime.clock.now();
  const expiresAt = now + context.flowTtlMs;
  const id = await sha256Base64Url(state);
  const binding = await bindingCookie({
    flowId: id,
    secret: randomToken(),
    maxAgeMs: context.flowTtlMs,
    secure: callbackUrl?.startsWith("https:") ?? true,
  });
  const attemptId = context.newId();
  const payload = await context.vault.seal(
    {
      connectionId: key.id,
      integrationId: integration.id,
      flow: result.flow,
      params,
      callbackUrl,
      redirectUrl: options.redirectUrl,
    },
    { table: "flows", id, entityId: key.entityId },
  );
  return {
    kind: "redirect",
    redirectUrl: result.redirectUrl,
    params,
    attempt: { id: attemptId, status: "INITIATED", reason: null, expiresAt },
    flow: {
      id,
      entityId: key.entityId,
      connectionId: key.id,
      attemptId,
      payload,
      bindingHash: binding.hash,
      createdAt: now,
      expiresAt,
    },
    bindingCookie: binding.setCookie,
  };
}
