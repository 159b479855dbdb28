import { ConnectionStateError, NoItemsFoundError, RequestError, TokenError } from "../errors.js";
import { refusedParams } from "../internal/refused-params.js";
import type { ParamValues } from "../ports/auth-scheme.js";
import type {
  ConnectionKey,
  ConnectionRecord,
  ConnectionStatus,
  DeviceFlowRecord,
  FlowRecord,
  IntegrationRecord,
} from "../ports/storage.js";
import { aliasTaken, writeNamed } from "./alias.js";
import { changeRow, insertRow } from "./connection-rows.js";
import { nextStatus } from "./connection-state.js";
import type { CoreContext } from "./context.js";
import type { DevicePrompt, StartedFlow } from "./flow-start.js";
import { startFlow } from "./flow-start.js";
import { sealGrant } from "./grants.js";
import { introduce } from "./introduce.js";
import { connectionAttributes } from "./observation.js";
import { connectionOfAccount, isStoppedSince, unitedMarks } from "./same-account.js";
import { removeExpired } from "./sweep.js";

/** A device flow that is under way: what the user enters, and how far the asking has got. */
export interface DeviceAttempt {
  readonly prompt: DevicePrompt;
  /** When the code stops working, in milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly flow: DeviceFlowRecord;
}

/** An attempt to connect, as far as it got: finished at once, or waiting for the user. */
export interface Attempt {
  readonly connection: ConnectionRecord;
  readonly status: ConnectionStatus;
  /** Null when the attempt was finished at once. */
  readonly attemptId: string | null;
  /** Where to send the user now; null when there is nothing left to do. */
  readonly redirectUrl: string | null;
  /** `Set-Cookie` value that ties the flow to the user's browser; null when there is no flow. */
  readonly bindingCookie: string | null;
  /** Null where no code is entered at another device. */
  readonly device: DeviceAttempt | null;
}

/** What to attempt. */
export interface AttemptOptions {
  readonly entityId: string;
  readonly integration: IntegrationRecord;
  /** Stores an integration that is new; returns the one that came first when another call was faster. */
  readonly storeIntegration?: (() => Promise<IntegrationRecord>) | undefined;
  readonly values: ParamValues;
  readonly scopes: readonly string[] | null;
  readonly redirectUrl: string | null;
  /** The connection that keeps its id; null to make a new one. */
  readonly onto: ConnectionRecord | null;
  /** How the host tells the connection from others; null to leave it as it is, whatever it is by then. */
  readonly marks: ConnectionMarks | null;
}

/** What the host says about a connection, for itself. */
export type ConnectionMarks = Pick<ConnectionRecord, "labels" | "alias" | "isDefault">;
const NO_MARKS: ConnectionMarks = { labels: [], alias: null, isDefault: false };

type Fields = Omit<ConnectionRecord, "version" | "updatedAt" | "createdAt" | "id" | "entityId">;

/** The fields an attempt sets in a connection that has never worked, or gains when it finishes at once. */
async function fieldsOf(
  context: CoreContext,
  options: AttemptOptions,
  key: ConnectionKey,
  started: StartedFlow,
): Promise<
  Pick<Fields, "status" | "credentials" | "expiresAt" | "scopes" | "params" | "account" | "attempt">
> {
  const blank = { credentials: null, expiresAt: null, scopes: [], params: started.params, account: null };
  if (started.kind === "waiting") return { ...blank, status: "INITIATED", attempt: started.attempt };
  const { app, authScheme } = options.integration;
  const sealed = await sealGrant(context, {
    key,
    app,
    authScheme,
    params: started.params,
    grant: started.grant,
  });
  return { ...blank, ...sealed, status: "ACTIVE", attempt: null };
}

async function insert(
  context: CoreContext,
  options: AttemptOptions,
  key: ConnectionKey,
  started: StartedFlow,
): Promise<ConnectionRecord> {
  const now = context.runtime.clock.now();
  const record: ConnectionRecord = {
    ...key,
    integrationId: options.integration.id,
    app: options.integration.app,
    authScheme: options.integration.authScheme,
    statusReason: null,
    ...(options.marks ?? NO_MARKS),
    ...(await fieldsOf(context, options, key, started)),
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  await writeNamed(context, record, () => insertRow(context, record));
  return record;
}

/**
 * A connection that has credentials keeps them until the attempt succeeds; one that never had starts over. Null when the
 * host has stopped it since it was read: that wins.
 */
async function restart(
  context: CoreContext,
  options: AttemptOptions,
  key: ConnectionKey,
  started: StartedFlow,
): Promise<ConnectionRecord | null> {
  const { integration, onto } = options;
  const shared = {
    integrationId: integration.id,
    authScheme: integration.authScheme,
    ...options.marks,
  };
  const fields = await fieldsOf(context, options, key, started);
  let isStopped = false;
  const { connection } = await changeRow(context, key, (current) => {
    isStopped = onto !== null && isStoppedSince(onto, current);
    if (isStopped) return null;
    // What was taken for unfinished has been finished by someone else meanwhile.
    const isStale = onto?.credentials === null && current.credentials !== null;
    if (isStale && options.marks !== null) throw aliasTaken(current);
    if (started.kind === "complete") {
      const status = nextStatus(current.status, "connected") ?? current.status;
      return { ...shared, ...fields, status, statusReason: null };
    }
    if (current.credentials !== null || current.status === "REVOKED") return { attempt: fields.attempt };
    return { ...shared, ...fields, statusReason: null };
  });
  context.opened.forget(key.id);
  return isStopped ? null : connection;
}

/** A flow that cannot be stored leaves no connection behind that nothing could finish. */
async function storeFlow(
  context: CoreContext,
  flow: FlowRecord | null,
  created: ConnectionKey | null,
): Promise<void> {
  try {
    if (flow !== null) await context.storage.flows.insert(flow);
  } catch (error) {
    if (created !== null) await context.storage.connections.delete(created).catch(() => false);
    throw error;
  }
  await tidyUp(context);
}

/** What has run out is of no use; kept for a day, so that a user who is late is told why. */
const KEPT_AFTER_EXPIRY_MS = 86_400_000;

/** Removes flows nobody came back for, and leases of processes that died. A later start tries again what fails here. */
async function tidyUp(context: CoreContext): Promise<void> {
  try {
    await removeExpired(context, KEPT_AFTER_EXPIRY_MS);
  } catch (error) {
    context.runtime.logger.warn("removing expired flows and leases failed", {
      error: error instanceof Error ? error.name : typeof error,
    });
  }
}

/**
 * Starts a scheme and stores what came of it: nothing, a new integration included, when the scheme refuses to start.
 */
export function attempt(context: CoreContext, options: AttemptOptions): Promise<Attempt> {
  const { app, authScheme } = options.integration;
  const attributes = connectionAttributes({ id: options.onto?.id ?? null, app, authScheme });
  return context.telemetry.span(
    { name: "mooring.flow.start", kind: "internal", attributes },
    async (span) => {
      const { connection, attemptId, ...started } = await startAndStore(context, options);
      span.set({
        "mooring.connection.id": connection.id,
        "mooring.flow.outcome":
          attemptId === null ? "complete" : started.device === null ? "redirect" : "device",
      });
      return { connection, attemptId, ...started };
    },
  );
}

type Completed = Extract<StartedFlow, { readonly kind: "complete" }>;

/**
 * The grant, with what its account is known by.
 *
 * @throws TokenError `CREDENTIALS_REFUSED` when the first who sees what the user gave refuses it; what {@link introduce}
 * throws
 */
async function introduced(
  context: CoreContext,
  { app: slug, authScheme }: IntegrationRecord,
  completed: Completed,
): Promise<Completed> {
  const { app, scheme } = context.apps.scheme(slug, authScheme);
  const { schemeContext, grant, untried } = completed;
  try {
    return { ...completed, grant: await introduce(scheme, schemeContext, grant) };
  } catch (error) {
    const isRefusal = error instanceof RequestError && error.status === 401;
    throw isRefusal && untried.length > 0 ? credentialsRefused(error, untried, app.name) : error;
  }
}

/** What an attempt came to, and the connection it was for. */
interface Storing {
  readonly key: ConnectionKey;
  readonly started: StartedFlow;
}
const credentialsRefused = (cause: RequestError, names: readonly string[], appName: string): TokenError =>
  new TokenError("CREDENTIALS_REFUSED", `${appName} refused what the user gave (status 401).`, {
    ...refusedParams(names, appName),
    status: 401,
    cause,
  });

/** A new connection to an account that is connected already renews the one there is. */
async function onSameAccount(
  context: CoreContext,
  options: AttemptOptions,
  { key, started, passedOver }: Storing & { readonly passedOver: ReadonlySet<string> },
): Promise<AttemptOptions> {
  if (started.kind !== "complete" || options.onto !== null) return options;
  const { id: integrationId, app } = options.integration;
  const marks = options.marks ?? NO_MARKS;
  const made = { ...key, app, integrationId, alias: marks.alias, params: started.params };
  const onto = await connectionOfAccount(context, made, started.grant.account, passedOver);
  return onto === null ? options : { ...options, onto, marks: unitedMarks(onto, marks) };
}

/** @throws ConnectionStateError `CONNECTION_CONFLICT` when the host has stopped the connection that was to be renewed */
async function storeStarted(
  context: CoreContext,
  options: AttemptOptions,
  { key, started }: Storing,
): Promise<ConnectionRecord> {
  const stopped = new Set<string>();
  for (;;) {
    const grantee = await onSameAccount(context, options, { key, started, passedOver: stopped });
    const { onto } = grantee;
    if (onto === null) return insert(context, grantee, key, started);
    const isNamed = options.onto !== null;
    const restarted = await restart(context, grantee, { ...key, id: onto.id }, started).catch(
      (error: unknown) => {
        if (isNamed || !(error instanceof NoItemsFoundError)) throw error;
        return null;
      },
    );
    if (restarted !== null) return restarted;
    if (isNamed) throw stoppedMeanwhile(onto);
    // Stopped or deleted since it was found: that wins, and the next one is looked for.
    stopped.add(onto.id);
  }
}

function stoppedMeanwhile({ id, status }: ConnectionRecord): ConnectionStateError {
  return new ConnectionStateError(
    "CONNECTION_CONFLICT",
    `Connection ${id} was disabled or revoked while it was being renewed: nothing was stored.`,
    { status, hint: "Renew it again if it is to work after all." },
  );
}

async function startAndStore(context: CoreContext, options: AttemptOptions): Promise<Attempt> {
  const key = { id: options.onto?.id ?? context.newId(), entityId: options.entityId };
  const { integration, values, scopes, redirectUrl } = options;
  const flow = await startFlow(context, { key, integration, values, scopes, redirectUrl });
  const started = flow.kind === "complete" ? await introduced(context, integration, flow) : flow;
  const stored = (await options.storeIntegration?.()) ?? integration;
  if (stored.id !== integration.id) {
    return startAndStore(context, { ...options, integration: stored, storeIntegration: undefined });
  }
  const connection = await storeStarted(context, options, { key, started });
  if (started.kind === "complete") {
    const { status } = connection;
    return { connection, status, attemptId: null, redirectUrl: null, bindingCookie: null, device: null };
  }
  const { id, status, expiresAt, device } = started.attempt;
  const prompt = started.device;
  await storeFlow(context, started.flow, options.onto === null ? key : null);
  return {
    connection,
    status,
    attemptId: id,
    redirectUrl: started.redirectUrl,
    bindingCookie: started.bindingCookie,
    device: prompt === null || device === undefined ? null : { prompt, expiresAt, flow: device },
  };
}
