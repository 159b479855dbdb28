import { ValidationError } from "../errors.js";
import type { JsonObject } from "../internal/json.js";
import { isObject } from "../internal/json.js";
import type { Framework, ToolCall } from "../ports/framework.js";

/** A tool of a chat completion's `tools`. */
export interface OpenAiTool {
  type: "function";
  function: { name: string; description: string; parameters: JsonObject; strict: boolean };
}

/** The part of a chat completion that holds tool calls. */
export interface OpenAiChatCompletion {
  readonly choices: readonly {
    readonly message: {
      readonly tool_calls?: readonly { readonly id: string; readonly type: string }[] | null | undefined;
    };
  }[];
}

/** The message that answers one tool call. */
export interface OpenAiToolMessage {
  role: "tool";
  tool_call_id: string;
  content: string;
}

/**
 * OpenAI's Chat Completions, and everything that speaks their format. Needs no package.
 *
 * The message with the tool calls must precede their answers: push `completion.choices[0].message` first.
 *
 * @see https://platform.openai.com/docs/guides/function-calling
 * @example
 * ```ts
 * const toolset = new MooringToolSet({ framework: openai(), … });
 * const tools = await toolset.getTools({ apps: ["github"] });
 * const completion = await client.chat.completions.create({ model, messages, tools });
 * messages.push(completion.choices[0].message, ...(await toolset.handleToolCalls(completion, { entityId })));
 * ```
 */
export function openai(): Framework<OpenAiTool[], OpenAiChatCompletion, OpenAiToolMessage[]> {
  return {
    name: "openai",
    maxToolNameLength: 64,
    // Strict mode would need every property to be required; arguments are validated when the tool runs.
    formatTools: (tools) =>
      tools.map(({ name, description, inputSchema }) => ({
        type: "function",
        function: { name, description, parameters: inputSchema, strict: false },
      })),
    parseCalls: (response) => messagesOf(response).flatMap(callsOf),
    formatResults: (results) =>
      results.map(({ call, result: { data, error, successful } }) => ({
        role: "tool",
        tool_call_id: call.id,
        content: JSON.stringify({ data, error, successful }),
      })),
  };
}

function messagesOf(response: unknown): readonly unknown[] {
  const { choices } = isObject(response) ? response : {};
  if (!Array.isArray(choices)) throw notACompletion(whatItIs(response), "choices");
  return choices.map((choice: unknown, index) => {
    const { message, delta } = isObject(choice) ? choice : {};
    if (isObject(message)) return message;
    throw notACompletion(isObject(delta) ? A_STREAM : "something else", `choices.${index}.message`);
  });
}

const A_STREAM = "a stream or a part of one (collect it first: `await stream.finalChatCompletion()`)";

/** What was given instead of a chat completion, as far as it can be told. */
function whatItIs(response: unknown): string {
  if (!isObject(response))
    return response === null ? "null" : Array.isArray(response) ? "a list" : typeof response;
  const { then: pending, object, output, role } = response;
  if (typeof pending === "function") return "a promise (await it first)";
  if (Symbol.asyncIterator in response) return A_STREAM;
  if (object === "response" || Array.isArray(output)) return "an answer of the Responses API";
  if (role !== undefined) return "a bare message (give the whole completion)";
  return "something else";
}

function notACompletion(given: string, path: string): ValidationError {
  return new ValidationError(`The response is not an OpenAI chat completion but ${given}.`, {
    hint: "Give what `await client.chat.completions.create({ … })` returns, without `stream`.",
    issues: [{ path, message: "expected an OpenAI chat completion" }],
  });
}

function callsOf(message: unknown, index: number): readonly ToolCall[] {
  const { tool_calls: calls = null } = isObject(message) ? message : {};
  if (calls === null) return [];
  if (!Array.isArray(calls)) throw notACompletion("something else", `choices.${index}.message.tool_calls`);
  return calls.map(callOf);
}

const textOf = (value: unknown) => (typeof value === "string" ? value : "");

function callOf(call: unknown): ToolCall {
  const { id, type, function: called, custom } = isObject(call) ? call : {};
  if (isObject(called)) {
    const { name, arguments: text } = called;
    return { id: textOf(id), name: textOf(name), arguments: parseArguments(text) };
  }
  const { name } = isObject(custom) ? custom : {};
  const reason =
    type === "custom" ? "Custom tools are not supported, only functions." : "The call names no function.";
  return { id: textOf(id), name: textOf(name), arguments: { ok: false, reason } };
}

/** Some servers send nothing for no arguments, and some an object where the format has its JSON. */
function parseArguments(text: unknown): ToolCall["arguments"] {
  if (text === undefined || text === null) return { ok: true, value: {} };
  if (typeof text !== "string") return { ok: true, value: text };
  if (text.trim() === "") return { ok: true, value: {} };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    // The parser's own message quotes the text.
    return { ok: false, reason: "The arguments are not valid JSON." };
  }
}
