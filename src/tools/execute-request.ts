import * as z from "zod";
import { ConfigurationError, ValidationError } from "../errors.js";
import { issuesOf } from "../internal/issues.js";
import { redactJson } from "../internal/redact.js";
import type { AppDefinition } from "../ports/app.js";
import type { Runtime } from "../ports/runtime.js";
import type { ActionResult, ConnectionResolver } from "../ports/tool.js";
import { failed, failedWith } from "./action-error.js";
import { appFailure } from "./app-failure.js";
import { withDeadline } from "./deadline.js";
import type { ExecutionLimits } from "./executor.js";

/** Headers that decide whose request it is, or where it goes: never the caller's. */
const FORBIDDEN_HEADERS = new Set([
  "authorization",
  "proxy-authorization",
  "cookie",
  "host",
  "connection",
  "content-length",
]);

const schema = z.strictObject({
  app: z.string().min(1).nullable(),
  connectedAccountId: z.string().min(1).nullable(),
  entityId: z.string().min(1).max(512),
  method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]),
  endpoint: z.string().min(1),
  parameters: z.array(
    z.strictObject({
      name: z.string().min(1),
      in: z.enum(["query", "header"]),
      value: z.union([z.string(), z.number(), z.boolean()]),
    }),
  ),
  body: z.unknown().optional(),
});

/** One request through a connection. */
export interface RequestExecution {
  readonly app: string | null;
  readonly connectedAccountId: string | null;
  readonly entityId: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD";
  /** Path below the app's base URL, or an absolute URL on one of its origins. */
  readonly endpoint: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: "query" | "header";
    readonly value: string | number | boolean;
  }[];
  /** Sent as JSON; left out for none. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

function check(execution: RequestExecution): void {
  const { signal: _signal, ...data } = execution;
  const parsed = schema.safeParse(data);
  const issues = parsed.success ? [] : [...issuesOf(parsed.error)];
  for (const [index, parameter] of (parsed.data?.parameters ?? []).entries()) {
    if (parameter.in !== "header" || !FORBIDDEN_HEADERS.has(parameter.name.toLowerCase())) continue;
    issues.push({
      path: `parameters.${index}.name`,
      message: `the header ${parameter.name} is Mooring's to set`,
    });
  }
  if (execution.app === null && execution.connectedAccountId === null) {
    issues.push({ path: "app", message: "required unless `connectedAccountId` is given" });
  }
  if (issues.length === 0) return;
  throw new ValidationError(
    `toolset.executeRequest(): ${issues.map(({ path, message }) => `${path}: ${message}`).join("; ")}.`,
    { issues },
  );
}

/**
 * Sends one request with an entity's credentials and tells what came of it, as an action would.
 *
 * @throws ValidationError when the request itself is malformed; what the provider does never throws
 */
export async function executeRequest(
  options: {
    readonly resolver: ConnectionResolver;
    readonly runtime: Runtime;
    readonly limits?: ExecutionLimits | undefined;
    definitionOf(app: string): AppDefinition;
    /** The app of a connection, when only the connection is named. @throws NoItemsFoundError */
    appOf(connection: { readonly entityId: string; readonly connectionId: string }): Promise<string>;
  },
  execution: RequestExecution,
): Promise<ActionResult> {
  check(execution);
  const { resolver, runtime, limits = {} } = options;
  const { timeoutMs = 60_000, maxResponseBytes = 10_485_760 } = limits;
  const { entityId, connectedAccountId, method, endpoint, parameters, body } = execution;

  const send = async (signal: AbortSignal): Promise<ActionResult> => {
    const app = execution.app ?? (await options.appOf({ entityId, connectionId: connectedAccountId ?? "" }));
    const retry = isSafe(method);
    const handle = await resolver.resolve({
      entityId,
      app,
      connectedAccountId,
      retry,
      maxResponseBytes,
      signal,
    });
    if (handle === null) {
      return failed(
        "CONNECTION_REQUIRED",
        `The user has not connected an account of ${app} that can be used.`,
        {
          connectionRequired: await resolver.connect({ entityId, app }),
        },
      );
    }
    const named = (place: "query" | "header") =>
      parameters
        .filter((parameter) => parameter.in === place)
        .map(({ name, value }): [string, string] => [name, String(value)]);
    try {
      const response = await handle.request(endpoint, {
        method,
        searchParams: new URLSearchParams(named("query")),
        headers: named("header"),
        ...(body === undefined ? {} : { json: body }),
      });
      const text = await response.text();
      const isJson = /\bjson\b/.test(response.headers.get("content-type") ?? "") && text !== "";
      const data = isJson ? parse(text) : text === "" ? null : text;
      const shown = redactJson(data, await handle.secrets());
      return appFailure(options.definitionOf(app), shown) ?? { data: shown, error: null, successful: true };
    } catch (error) {
      return failedWith(error, `${method} ${app}`, await handle.secrets());
    }
  };

  const outcome = await withDeadline({
    clock: runtime.clock,
    timeoutMs,
    signal: execution.signal,
    work: send,
  }).catch((error: unknown) => {
    if (error instanceof ConfigurationError) throw error;
    return { ended: "done" as const, value: failedWith(error, "the request", null) };
  });
  return outcome.ended === "done"
    ? outcome.value
    : unfinished(outcome.ended, { timeoutMs, retry: isSafe(method) });
}

/** RFC 9110 §9.2.1: what only reads may be sent again without a thought. */
function isSafe(method: RequestExecution["method"]): boolean {
  return method === "GET" || method === "HEAD";
}

function unfinished(
  ended: "timeout" | "aborted",
  { timeoutMs, retry }: { readonly timeoutMs: number; readonly retry: boolean },
): ActionResult {
  const hint = retry ? {} : { hint: "It may have taken effect all the same: look before trying again." };
  return ended === "timeout"
    ? failed("ACTION_TIMEOUT", `The request was not answered within ${timeoutMs} ms.`, {
        ...hint,
        retryable: retry,
      })
    : failed("ACTION_ABORTED", "The request was cancelled.", hint);
}

/** A body that calls itself JSON and is not is handed on as text. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
