import { ConfigurationError } from "../errors.js";
import { randomToken } from "../internal/hash.js";
import type { Grant, ParamValues, SchemeContext, StartResult } from "../ports/auth-scheme.js";
import { interactionOf } from "../ports/auth-scheme.js";
import type { AttemptRecord, ConnectionKey, FlowRecord, IntegrationRecord } from "../ports/storage.js";
import { bindingCookie } from "./binding-cookie.js";
import type { CoreContext } from "./context.js";
import { flowId } from "./flow-id.js";
import { splitList } from "./params.js";
import { connectionSpecs, integrationValues } from "./scheme-context.js";

/** What the user enters at another device (RFC 8628 §3.2), and how it is found out that they did. */
export interface DevicePrompt {
  readonly userCode: string;
  readonly verificationUri: string;
  /** The same with the code in it; null when the provider has none. */
  readonly verificationUriComplete: string | null;
  /** Milliseconds between polls, to begin with. */
  readonly intervalMs: number;
}

/** A flow that waits for the user. */
export interface WaitingFlow {
  readonly kind: "waiting";
  /** Where to send the user now. */
  readonly redirectUrl: string;
  readonly params: ParamValues;
  readonly attempt: AttemptRecord;
  readonly flow: FlowRecord;
  /** `Set-Cookie` value that ties the flow to a browser; null where no browser comes back. */
  readonly bindingCookie: string | null;
  /** Null where the browser comes back instead. */
  readonly device: DevicePrompt | null;
}

/** A connection is ready at once, or a flow waits for the user. Nothing has been stored yet. */
export type StartedFlow =
  | {
      readonly kind: "complete";
      readonly grant: Grant<unknown>;
      readonly params: ParamValues;
      /** Names of what the user gave the scheme, where that is all there is to the grant: no provider has seen it yet. */
      readonly untried: readonly string[];
      /** What the scheme was started with. */
      readonly schemeContext: SchemeContext<unknown>;
    }
  | WaitingFlow;

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
  const { integration, values } = options;
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
  if (callbackUrl === null && interactionOf(scheme, settings) === "browser") {
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
  const schemeContext = { app, settings, config, params, runtime: context.runtime };
  let isAsked = false;
  const result = await scheme.start({
    ...schemeContext,
    runtime: {
      ...context.runtime,
      fetch(input, init) {
        isAsked = true;
        return context.runtime.fetch(input, init);
      },
    },
    values,
    callbackUrl: callbackUrl ?? "",
    state,
    scopes: options.scopes ?? splitList(config["scopes"]),
  });
  if (result.kind === "complete") {
    const given = scheme.connectionParams(app, settings).map(({ name }) => name);
    const untried = isAsked ? [] : given.filter((name) => Object.hasOwn(values, name));
    return { kind: "complete", grant: result.grant, params, untried, schemeContext };
  }

  return waitingFlow(context, options, { result, state, params, callbackUrl });
}

/** Seals what is needed when the user is done, under what will say so. */
async function waitingFlow(
  context: CoreContext,
  { key, integration, redirectUrl }: StartFlowOptions,
  started: {
    readonly result: Exclude<StartResult<unknown>, { readonly kind: "complete" }>;
    readonly state: string;
    readonly params: ParamValues;
    readonly callbackUrl: string | null;
  },
): Promise<WaitingFlow> {
  const { result, state, params, callbackUrl } = started;
  const now = context.runtime.clock.now();
  const callbackKey = (result.kind === "redirect" ? result.callbackKey : undefined) ?? {
    parameter: "state",
    value: state,
  };
  const expiresAt = result.kind === "device" ? result.expiresAt : now + context.flowTtlMs;
  const id = await flowId(callbackKey);
  const attemptId = context.newId();
  const payload = await context.vault.seal(
    {
      connectionId: key.id,
      integrationId: integration.id,
      flow: result.flow,
      state,
      params,
      callbackUrl: callbackUrl ?? "",
      redirectUrl,
    },
    { table: "flows", id, entityId: key.entityId },
  );
  const binding =
    result.kind === "device"
      ? null
      : await bindingCookie({
          flowId: id,
          secret: randomToken(),
          maxAgeMs: context.flowTtlMs,
          secure: callbackUrl?.startsWith("https:") ?? true,
        });
  return {
    kind: "waiting",
    redirectUrl:
      result.kind === "redirect"
        ? result.redirectUrl
        : (result.verificationUriComplete ?? result.verificationUri),
    params,
    attempt: { id: attemptId, status: "INITIATED", reason: null, expiresAt },
    flow: {
      id,
      entityId: key.entityId,
      connectionId: key.id,
      attemptId,
      payload,
      bindingHash: binding?.hash ?? null,
      createdAt: now,
      expiresAt,
    },
    bindingCookie: binding?.setCookie ?? null,
    device: result.kind === "device" ? devicePrompt(result) : null,
  };
}

function devicePrompt(result: Extract<StartResult<unknown>, { readonly kind: "device" }>): DevicePrompt {
  const { userCode, verificationUri, verificationUriComplete, intervalMs } = result;
  return { userCode, verificationUri, verificationUriComplete, intervalMs };
}
