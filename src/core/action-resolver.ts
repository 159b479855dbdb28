import { createAuthenticatedFetch } from "../http/authenticated-fetch.js";
import { createRequest } from "../http/request.js";
import { interactionOf } from "../ports/auth-scheme.js";
import type { CredentialSource, RequestFunction } from "../ports/request.js";
import type { ConnectionRecord } from "../ports/storage.js";
import type {
  ActionConnection,
  ActionHandle,
  ConnectionRequired,
  ConnectionResolver,
  ConnectRequest,
  HandleOptions,
} from "../ports/tool.js";
import { anonymousSource } from "./anonymous-source.js";
import { Connection } from "./connection.js";
import type { ConnectionRequest } from "./connection-request.js";
import { createCredentialSource } from "./credential-source.js";
import type { Domain } from "./domain.js";
import { Entity } from "./entity.js";
import { requestObservation } from "./observation.js";
import { toExpectedParam } from "./params.js";
import { connectionSpecs } from "./scheme-context.js";
import { hasScopes } from "./scopes.js";
import { selectConnection } from "./select-connection.js";
import { preferredScheme } from "./target.js";

type Opened = Awaited<ReturnType<CredentialSource["open"]>>;

/** Remembers all credentials that were opened, so that what comes back can be searched for their secrets. */
function recording(source: CredentialSource, used: Opened[]): CredentialSource {
  return {
    async open(signal) {
      const remember = (opened: Opened): Opened => {
        used.push(opened);
        return {
          ...opened,
          async renew(renewSignal) {
            const renewed = await opened.renew(renewSignal);
            return renewed === null ? null : remember(renewed);
          },
        };
      };
      return remember(await source.open(signal));
    },
  };
}

function bound(request: RequestFunction, signal: AbortSignal): RequestFunction {
  return (path, options = {}) =>
    request(path, {
      ...options,
      signal: options.signal === undefined ? signal : AbortSignal.any([signal, options.signal]),
    });
}

/** Lets the tool layer act through connections: entity-scoped, and without seeing a credential. */
export function createActionResolver(domain: Domain): ConnectionResolver {
  const handle = (
    source: CredentialSource,
    options: HandleOptions,
    connection: Omit<ActionConnection, "fetch">,
  ): ActionHandle => {
    const used: Opened[] = [];
    const recorded = recording(source, used);
    const { retry, maxResponseBytes, signal } = options;
    const observation = requestObservation(domain, connection);
    const send = createAuthenticatedFetch(recorded, domain.runtime, { maxResponseBytes, observation });
    return {
      connection: {
        ...connection,
        fetch: (input, init = {}) =>
          send(input, { ...init, signal: init.signal ? AbortSignal.any([signal, init.signal]) : signal }),
      },
      request: bound(
        createRequest(recorded, domain.runtime, { retry, maxResponseBytes, observation }),
        signal,
      ),
      // Asked for afterwards: a scheme may have made some for the requests, such as a JWT for each.
      secrets: async () => [...new Set(used.flatMap((opened) => opened.secrets()))],
    };
  };
  const stored = (record: ConnectionRecord, options: HandleOptions): ActionHandle => {
    const { id, entityId, app, labels, alias, account, params, scopes } = record;
    const source = createCredentialSource(domain, domain.refresher, { id, entityId });
    return handle(source, options, { id, app, labels, alias, account, params, scopes });
  };

  /** The same connection, asked for more: only who has scopes granted in a flow can be. */
  const widened = async (
    entityId: string,
    app: string,
    { connectedAccountId, scopes }: NonNullable<ConnectRequest["lacking"]>,
  ): Promise<ConnectionRequired> => {
    const connection = await new Entity(domain, entityId).getConnection({ connectionId: connectedAccountId });
    const { authScheme } = connection;
    const { scheme, settings } = domain.apps.scheme(app, authScheme);
    const required = { app, authScheme, connectedAccountId, expectedParams: [] };
    return interactionOf(scheme, settings) === "none" || !hasScopes({ scheme, settings })
      ? { ...required, redirectUrl: null, userCode: null }
      : { ...required, ...waiting(await connection.reconnect({ scopes })) };
  };

  /** What the user has to do. Nobody else knows of a device flow that a tool call began: it is waited for here. */
  const waiting = (request: ConnectionRequest) => {
    const { redirectUrl, device } = request;
    if (device === null) return { redirectUrl, userCode: null };
    const timeoutMs = Math.max(0, device.expiresAt.getTime() - domain.runtime.clock.now());
    // How it ends is in the connection's status.
    request.waitUntilActive({ timeoutMs }).catch(() => undefined);
    return { redirectUrl, userCode: device.userCode };
  };

  return {
    async resolve(options) {
      const { entityId, app, connectedAccountId } = options;
      const connectionId = connectedAccountId ?? undefined;
      const record = await selectConnection(domain, { entityId, app, connectionId, strict: false });
      if (record !== null) return stored(record, options);
      const source = anonymousSource(domain, app);
      if (source === null) return null;
      const nobody = { id: null, app, labels: [], alias: null, account: null, params: {}, scopes: [] };
      return handle(source, options, nobody);
    },
    async connect({ entityId, app, lacking }) {
      if (lacking !== undefined) return widened(entityId, app, lacking);
      const appScheme = await preferredScheme(domain, app);
      const specs = connectionSpecs(appScheme);
      const authScheme = appScheme.scheme.name;
      const expectedParams = specs.map((spec) => toExpectedParam(spec, true));
      if (specs.some((spec) => spec.required && spec.default === null)) {
        const nothing = { connectedAccountId: null, redirectUrl: null, userCode: null };
        return { app, authScheme, ...nothing, expectedParams };
      }
      const started = await new Entity(domain, entityId).ensureConnected({ app, authScheme });
      if (started instanceof Connection) {
        const { id: connectedAccountId } = started;
        return { app, authScheme, connectedAccountId, redirectUrl: null, userCode: null, expectedParams };
      }
      const { connectedAccountId } = started;
      return { app, authScheme, connectedAccountId, ...waiting(started), expectedParams };
    },
  };
}
