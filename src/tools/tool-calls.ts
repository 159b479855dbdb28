import type { Framework, ToolCall } from "../ports/framework.js";
import type { Logger } from "../ports/runtime.js";
import type { ActionResult, ConnectionRequired, ConnectionResolver } from "../ports/tool.js";
import { failed } from "./action-error.js";
import { capJson } from "./cap-json.js";
import { closeMatches, quoteName } from "./close-matches.js";
import type { Executor } from "./executor.js";
import type { OfferedTools } from "./offered-tools.js";
import { requireEntity } from "./require-entity.js";

/** One answer of a model, and whose tool calls they are. */
export interface ToolCallsRequest<Response> {
  readonly response: Response;
  readonly entityId: string;
  readonly connectedAccountId?: string | null | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Answers tool calls. */
export type ToolCallHandler<Response, Messages> = (request: ToolCallsRequest<Response>) => Promise<Messages>;

/**
 * Makes the function that answers every tool call of a model's answer, in parallel and in order. What is wrong with
 * one call is the answer to that call, and to no other.
 *
 * @example
 * ```ts
 * const handleToolCalls = createToolCallHandler({ framework: openai(), executor, resolver, offered });
 * messages.push(...(await handleToolCalls({ response: completion, entityId: "user_123" })));
 * ```
 */
export function createToolCallHandler<Tools, Response, Messages>(options: {
  readonly framework: Framework<Tools, Response, Messages>;
  readonly executor: Executor;
  readonly resolver: ConnectionResolver;
  readonly offered: OfferedTools;
  /** Told of calls to tools that exist but were not handed out: a host that forgot `getTools` finds out here. */
  readonly logger?: Logger | undefined;
  /** Calls of one answer that are run; the rest is answered with an error. Default: 128. */
  readonly maxCalls?: number | undefined;
  /** Characters of one result's JSON. Default: 100,000. */
  readonly maxResultCharacters?: number | undefined;
}): ToolCallHandler<Response, Messages> {
  const { framework, executor, resolver, offered, maxCalls = 128, maxResultCharacters = 100_000 } = options;

  return async ({ response, entityId, connectedAccountId, signal }) => {
    requireEntity(entityId);
    const names = offered.namesFor(entityId);
    const connect = connectOnce(resolver);
    const calls = framework.parseCalls(response);
    for (const { name } of calls) {
      if (names.has(name.toUpperCase())) continue;
      options.logger?.warn("tool call refused: getTools() did not hand this tool out in this process", {
        tool: name.slice(0, 64),
        entityId,
      });
    }
    const answer = async (call: ToolCall, index: number): Promise<ActionResult> =>
      refusal(call, names, index < maxCalls ? null : maxCalls) ??
      executor.execute({
        action: call.name,
        params: call.arguments.ok ? call.arguments.value : undefined,
        entityId,
        connectedAccountId,
        signal,
        connect,
      });
    return framework.formatResults(
      await Promise.all(
        calls.map(async (call, index) => ({
          call,
          result: capResult(await answer(call, index), maxResultCharacters),
        })),
      ),
    );
  };
}

/** Why a call is not even tried; null when it is. */
function refusal(call: ToolCall, names: ReadonlySet<string>, exceeded: number | null): ActionResult | null {
  if (exceeded !== null) {
    return failed("TOO_MANY_CALLS", `Only the first ${exceeded} tool calls of one answer are run.`, {
      hint: "Make this call again in the next answer.",
      retryable: true,
    });
  }
  if (!names.has(call.name.toUpperCase())) {
    const matches = closeMatches(call.name, names);
    return failed("TOOL_NOT_OFFERED", `There is no tool named ${quoteName(call.name)} here.`, {
      hint:
        matches.length === 0 ? "Use only the tools you were given." : `Did you mean ${matches.join(" or ")}?`,
    });
  }
  if (call.arguments.ok) return null;
  return failed("INPUT_INVALID", call.arguments.reason, {
    hint: "Call the tool again with arguments that fit its schema.",
    issues: [{ path: "(root)", message: call.arguments.reason }],
  });
}

/** The calls of one answer that lack the same connection, or scopes of it, send the user to one page, not to one each. */
function connectOnce(resolver: ConnectionResolver): ConnectionResolver["connect"] {
  const started = new Map<string, Promise<ConnectionRequired>>();
  return (request) => {
    const key = `${request.app} ${request.lacking?.connectedAccountId ?? ""}`;
    const connecting = started.get(key) ?? resolver.connect(request);
    started.set(key, connecting);
    return connecting;
  };
}

/** Only the data may be long: the error stays whole. */
function capResult(result: ActionResult, maxCharacters: number): ActionResult {
  const frame = JSON.stringify({ ...result, data: null }).length;
  return result.successful
    ? { ...result, data: capJson(result.data, Math.max(64, maxCharacters - frame)) }
    : result;
}
