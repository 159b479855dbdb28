import type { AppDefinition } from "../../src/ports/app.js";
import { defineApp } from "../../src/ports/app.js";
import type { RequestOptions } from "../../src/ports/request.js";
import type { Runtime } from "../../src/ports/runtime.js";
import type { Action, ActionHandle, ConnectionResolver, HandleOptions } from "../../src/ports/tool.js";
import { createExecutor } from "../../src/tools/executor.js";
import { createActionRegistry } from "../../src/tools/registry.js";
import { responsePromise } from "./actions.js";

/** An app with the given actions. */
export function appWith(
  actions: readonly Action[],
  more: Pick<Partial<AppDefinition>, "failure"> = {},
): AppDefinition {
  return defineApp({
    slug: "acme",
    name: "Acme",
    description: "Acme's tickets",
    baseUrl: "https://api.acme.example",
    authSchemes: [{ scheme: "NO_AUTH" }],
    actions: [...actions],
    ...more,
  });
}

/** A runtime whose time only `advance` moves. */
function manualRuntime() {
  const sleepers = new Set<{ readonly at: number; wake(): void }>();
  let now = 1_000;
  const logged: unknown[] = [];
  const runtime: Runtime = {
    fetch: () => Promise.reject(new Error("no network here")),
    clock: {
      now: () => now,
      sleep: (milliseconds, signal) =>
        new Promise((resolve, reject) => {
          const sleeper = { at: now + milliseconds, wake: resolve };
          sleepers.add(sleeper);
          signal?.addEventListener("abort", () => {
            sleepers.delete(sleeper);
            reject(signal.reason);
          });
        }),
    },
    logger: {
      debug: (message, fields) => logged.push([message, fields]),
      warn: (message, fields) => logged.push([message, fields]),
    },
  };
  const advance = (milliseconds: number) => {
    now += milliseconds;
    for (const sleeper of sleepers) if (sleeper.at <= now) sleeper.wake();
  };
  return { runtime, advance, logged, sleeping: () => sleepers.size };
}

/** A connection whose requests are answered by `respond`. */
export interface HandleSettings {
  readonly respond?: (path: string, options: RequestOptions) => Response | Promise<Response>;
  readonly scopes?: readonly string[];
  readonly secrets?: () => Promise<readonly string[]>;
}

function handleOf({
  respond = () => new Response(),
  scopes = [],
  secrets = async () => [],
}: HandleSettings): ActionHandle {
  return {
    connection: {
      id: "connection_1",
      app: "acme",
      labels: [],
      alias: null,
      account: null,
      params: {},
      scopes,
      fetch: () => Promise.reject(new Error("not used here")),
    },
    request: (path, options = {}) => responsePromise((async () => respond(String(path), options))()),
    secrets,
  };
}

/** An executor over one app, whose entities are connected with `handle` (null: not connected). */
export function executorWith(options: {
  readonly actions: readonly Action[];
  readonly handle?: HandleSettings | null;
  readonly failure?: AppDefinition["failure"];
  readonly resolver?: Partial<ConnectionResolver>;
  readonly timeoutMs?: number;
}) {
  const { actions, handle = {}, failure = null, timeoutMs } = options;
  const resolved: HandleOptions[] = [];
  const connected: { readonly entityId: string; readonly app: string }[] = [];
  const resolver: ConnectionResolver = {
    resolve: async (request) => {
      resolved.push(request);
      return handle === null ? null : handleOf(handle);
    },
    connect: async (request) => {
      connected.push(request);
      return {
        app: request.app,
        authScheme: "OAUTH2",
        connectedAccountId: `connection_${connected.length}`,
        redirectUrl: "https://app.example/connect/1",
        userCode: null,
        expectedParams: [],
      };
    },
    ...options.resolver,
  };
  const manual = manualRuntime();
  const registry = createActionRegistry({
    apps: [
      appWith(
        actions.filter(({ app }) => app !== null),
        { failure },
      ),
    ],
  });
  for (const action of actions) if (action.app === null) registry.register(action);
  const executor = createExecutor({ registry, resolver, runtime: manual.runtime, limits: { timeoutMs } });
  return { executor, registry, resolver, resolved, connected, ...manual };
}
