import { ConfigurationError, RequestError } from "../errors.js";
import { redactJson } from "../internal/redact.js";
import { missingScopes } from "../ports/missing-scopes.js";
import type { Runtime } from "../ports/runtime.js";
import type {
  Action,
  ActionContext,
  ActionHandle,
  ActionResult,
  ConnectionRequired,
  ConnectionResolver,
  PreparedAction,
} from "../ports/tool.js";
import { failed, failedWith } from "./action-error.js";
import { appFailure } from "./app-failure.js";
import { withDeadline } from "./deadline.js";
import type { ActionRegistry } from "./registry.js";
import { requireEntity } from "./require-entity.js";

/** One action to run. */
export interface Execution {
  /** Name of the action, in any case. */
  readonly action: string;
  /** Arguments. Default: none. */
  readonly params?: unknown;
  /** Whose connection is used. */
  readonly entityId: string;
  /** Which connection is used. Default: the entity's own choice. */
  readonly connectedAccountId?: string | null | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Starts a missing connection instead of the resolver: calls that belong together share one. */
  readonly connect?: ConnectionResolver["connect"] | undefined;
}

/** Bounds of one execution. */
export interface ExecutionLimits {
  /** Milliseconds for one execution, token refresh and retries included. Default: 60,000. */
  readonly timeoutMs?: number | undefined;
  /** Cap of one response's body, in bytes. Default: 10,485,760. */
  readonly maxResponseBytes?: number | undefined;
}

/** Runs actions. */
export interface Executor {
  /**
   * Runs an action and tells what came of it. Nothing a model or a provider does makes it throw.
   * @throws ValidationError when `entityId` is not the id of an entity
   */
  execute(execution: Execution): Promise<ActionResult>;
}

const andCode = ({ userCode }: ConnectionRequired): string =>
  userCode === null ? "" : `, enter ${userCode} there`;

type Prepared = Extract<PreparedAction, { ok: true }>;

/**
 * Runs actions with the connection of an entity: validates the arguments, finds the connection, checks its scopes,
 * bounds the time, redacts and maps what comes back.
 *
 * @example
 * ```ts
 * const executor = createExecutor({ registry, resolver, runtime });
 * await executor.execute({ action: "GITHUB_GET_USER", entityId: "user_123" });
 * // { data: { login: "octocat" }, error: null, successful: true }
 * ```
 */
export function createExecutor(options: {
  readonly registry: ActionRegistry;
  readonly resolver: ConnectionResolver;
  readonly runtime: Runtime;
  readonly limits?: ExecutionLimits | undefined;
}): Executor {
  const { registry, resolver, runtime } = options;
  const { timeoutMs = 60_000, maxResponseBytes = 10_485_760 } = options.limits ?? {};

  const connectFirst = async (app: string, execution: Execution): Promise<ActionResult> => {
    const request = { entityId: execution.entityId, app };
    const connectionRequired = await (execution.connect?.(request) ?? resolver.connect(request));
    return failed(
      "CONNECTION_REQUIRED",
      `The user has not connected an account of ${app} that can be used.`,
      {
        hint:
          connectionRequired.redirectUrl === null
            ? "The user must connect one in the app first."
            : `Ask the user to open the redirectUrl${andCode(connectionRequired)} and connect one, then try again.`,
        connectionRequired,
      },
    );
  };

  /** The connection works, but was granted too little: where it can be asked for more, that is started. */
  const widenFirst = async (
    action: Action,
    { connection: { id, app } }: ActionHandle,
    { missing, execution }: { readonly missing: readonly string[]; readonly execution: Execution },
  ): Promise<ActionResult> => {
    const lacking = id === null ? undefined : { connectedAccountId: id, scopes: missing };
    const request = { entityId: execution.entityId, app, lacking };
    const connectionRequired = await (execution.connect?.(request) ?? resolver.connect(request));
    return failed(
      "INSUFFICIENT_SCOPE",
      `The connection was not granted what ${action.name} needs: ${missing.join(", ")}.`,
      {
        hint:
          connectionRequired.redirectUrl === null
            ? "The user must connect the account again and grant these scopes."
            : `Ask the user to open the redirectUrl${andCode(connectionRequired)} and grant these scopes, then try again.`,
        connectionRequired,
      },
    );
  };

  const perform = async (action: Action, prepared: Prepared, execution: Execution, signal: AbortSignal) => {
    const { entityId, connectedAccountId = null } = execution;
    const retry = action.annotations.readOnly;
    const handle =
      action.app === null
        ? null
        : await resolver.resolve({
            entityId,
            app: action.app,
            connectedAccountId,
            retry,
            maxResponseBytes,
            signal,
          });
    if (action.app !== null && handle === null) return connectFirst(action.app, execution);
    const app = registry.appOf(action);
    const granted = handle?.connection.scopes ?? [];
    const missing = app === null ? [] : missingScopes({ app, required: action.scopes, granted });
    if (missing.length > 0 && handle !== null) return widenFirst(action, handle, { missing, execution });
    const context = contextOf(action, handle, entityId, signal);
    const { result, wanted } = await runPrepared(action, prepared, handle, context);
    // What the action does not name, the provider may.
    const further = wanted.filter((scope) => !granted.includes(scope));
    return handle === null || further.length === 0
      ? result
      : widenFirst(action, handle, { missing: further, execution });
  };

  const runPrepared = async (
    action: Action,
    prepared: Prepared,
    handle: ActionHandle | null,
    context: ActionContext,
  ): Promise<Run> => {
    const [outcome] = await Promise.allSettled([(async () => prepared.run(context))()]);
    const secrets = await secretsOf(handle);
    if (outcome.status === "rejected") {
      return {
        result: failedWith(outcome.reason, action.name, secrets),
        wanted: scopesWantedBy(outcome.reason),
      };
    }
    if (secrets === null) {
      const withheld = `${action.name} ran, but its result is withheld: it could not be redacted.`;
      return { result: failed("ACTION_FAILED", withheld), wanted: [] };
    }
    try {
      const data = redactJson(outcome.value, secrets) ?? null;
      const failure = appFailure(registry.appOf(action), data);
      return { result: failure ?? { data, error: null, successful: true }, wanted: [] };
    } catch (error) {
      return { result: failedWith(error, action.name, secrets), wanted: [] };
    }
  };

  const attempt = async (execution: Execution): Promise<ActionResult> => {
    const action = registry.get(execution.action);
    const prepared = action.prepare(execution.params ?? {});
    if (!prepared.ok) {
      const details = prepared.issues.map(({ path, message }) => `${path}: ${message}`).join("; ");
      return failed("INPUT_INVALID", `The arguments of ${action.name} are wrong: ${details}`, {
        hint: "Correct them and call the tool again.",
        issues: prepared.issues,
      });
    }
    const outcome = await withDeadline({
      clock: runtime.clock,
      timeoutMs,
      signal: execution.signal,
      work: (signal) => perform(action, prepared, execution, signal),
    });
    return outcome.ended === "done" ? outcome.value : unfinished(action, outcome.ended, timeoutMs);
  };

  return {
    async execute(execution) {
      requireEntity(execution.entityId);
      const startedAt = runtime.clock.now();
      const result = await attempt(execution).catch((error: unknown) =>
        failedWith(error, execution.action, null),
      );
      runtime.logger.debug("action executed", {
        action: execution.action.slice(0, 64),
        entityId: execution.entityId,
        code: result.error?.code ?? null,
        durationMs: runtime.clock.now() - startedAt,
      });
      return result;
    },
  };
}

/** What an action came to, and the scopes its provider says it needs. */
interface Run {
  readonly result: ActionResult;
  readonly wanted: readonly string[];
}

const scopesWantedBy = (error: unknown): readonly string[] =>
  error instanceof RequestError ? error.scopes : [];

function contextOf(
  action: Action,
  handle: ActionHandle | null,
  entityId: string,
  signal: AbortSignal,
): ActionContext {
  const noRequest = () => {
    throw new ConfigurationError(
      "CONFIG_INVALID",
      `The action ${action.name} has no app to send a request to.`,
      {
        hint: "Name one as its `app`, or use fetch.",
      },
    );
  };
  return { entityId, connection: handle?.connection ?? null, request: handle?.request ?? noRequest, signal };
}

/** Null when they cannot be read: then nothing that came back can be shown. */
async function secretsOf(handle: ActionHandle | null): Promise<readonly string[] | null> {
  try {
    return handle === null ? [] : await handle.secrets();
  } catch {
    return null;
  }
}

function unfinished(action: Action, ended: "timeout" | "aborted", timeoutMs: number): ActionResult {
  const { readOnly, idempotent } = action.annotations;
  const hint = readOnly ? {} : { hint: "It may have taken effect all the same: look before trying again." };
  return ended === "timeout"
    ? failed("ACTION_TIMEOUT", `${action.name} took longer than ${timeoutMs} ms.`, {
        ...hint,
        retryable: readOnly || idempotent,
      })
    : failed("ACTION_ABORTED", `${action.name} was cancelled.`, hint);
}
