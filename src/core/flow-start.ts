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

/** What the user enters at another device (RFC 8628 §3.2). */
export interface DevicePrompt {
  readonly userCode: string;
  readonly verificationUri: string;
  /** The same with the code in it; null when the provider has none. */
  readonly verificationUriComplete: string | null;
}

/** A flow that waits for the user. */
export interface WaitingFlow {
  readonly kind: "waiting";
  /** Where to send the user now. */
  readonly redirectUrl: string;
  readonly params: ParamValues;
  readonly attempt: AttemptRecord;
  /** What a callback is told by; null where no browser comes back. */
  readonly flow: FlowRecord | null;
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

type Waiting = Exclude<StartResult<unknown>, { readonly kind: "complete" }>;

/** What is sealed until the user is done. */
interface Started<Result extends Waiting> {
  readonly result: Result;
  readonly state: string;
  readonly params: ParamValues;
  readonly callbackUrl: string | null;
}

/** Seals what is needed when the user is done, under what will say so. */
function waitingFlow(
  context: CoreContext,
  options: StartFlowOptions,
  { result, ...started }: Started<Waiting>,
): Promise<WaitingFlow> {
  return result.kind === "device"
    ? deviceFlow(context, options, { ...started, result })
    : browserFlow(context, options, { ...started, result });
}

function sealFlow(
  context: CoreContext,
  { key, integration, redirectUrl }: StartFlowOptions,
  {
    id,
    prompt,
    started,
  }: { readonly id: string; readonly prompt: DevicePrompt | null; readonly started: Started<Waiting> },
): Promise<string> {
  const { result, state, params, callbackUrl } = started;
  return context.vault.seal(
    {
      connectionId: key.id,
      integrationId: integration.id,
      flow: result.flow,
      state,
      params,
      callbackUrl: callbackUrl ?? "",
      redirectUrl,
      prompt: prompt === null ? null : { ...prompt },
    },
    { table: "flows", id, entityId: key.entityId },
  );
}

async function browserFlow(
  context: CoreContext,
  options: StartFlowOptions,
  started: Started<Extract<Waiting, { readonly kind: "redirect" }>>,
): Promise<WaitingFlow> {
  const { key } = options;
  const { result, state, params, callbackUrl } = started;
  const now = context.runtime.clock.now();
  const expiresAt = now + context.flowTtlMs;
  const id = await flowId(result.callbackKey ?? { parameter: "state", value: state });
  const attemptId = context.newId();
  const payload = await sealFlow(context, options, { id, prompt: null, started });
  const binding = await bindingCookie({
    flowId: id,
    secret: randomToken(),
    maxAgeMs: context.flowTtlMs,
    secure: callbackUrl?.startsWith("https:") ?? true,
  });
  return {
    kind: "waiting",
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
    device: null,
  };
}

/** No callback tells of it: it is kept with the connection, where whoever waits for that finds it. */
async function deviceFlow(
  context: CoreContext,
  options: StartFlowOptions,
  started: Started<Extract<Waiting, { readonly kind: "device" }>>,
): Promise<WaitingFlow> {
  const { result, params } = started;
  const { userCode, verificationUri, verificationUriComplete, intervalMs, expiresAt } = result;
  const prompt = { userCode, verificationUri, verificationUriComplete };
  const id = context.newId();
  const payload = await sealFlow(context, options, { id, prompt, started });
  return {
    kind: "waiting",
    redirectUrl: verificationUriComplete ?? verificationUri,
    params,
    attempt: {
      id,
      status: "INITIATED",
      reason: null,
      expiresAt,
      device: { payload, intervalMs: Math.ceil(intervalMs), polls: 0 },
    },
    flow: null,
    bindingCookie: null,
    device: prompt,
  };
}
