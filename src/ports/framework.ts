import type { ActionResult, ToolDefinition } from "./tool.js";

/** One tool call of a model's answer. */
export interface ToolCall {
  /** The framework's id of the call; the answer carries it. */
  readonly id: string;
  readonly name: string;
  /** The arguments as the model gave them, parsed; or why they could not be. */
  readonly arguments:
    | { readonly ok: true; readonly value: unknown }
    | { readonly ok: false; readonly reason: string };
}

/** The answer to one tool call. */
export interface ToolCallResult {
  readonly call: ToolCall;
  readonly result: ActionResult;
}

/** How an LLM framework writes tools, calls and results: a pure mapping. */
export interface Framework<Tools, Response, Messages> {
  readonly name: string;
  /** Longest tool name it takes. */
  readonly maxToolNameLength: number;
  formatTools(tools: readonly ToolDefinition[]): Tools;
  /** Every tool call of the answer, in order. @throws ValidationError when it is not this framework's answer */
  parseCalls(response: Response): readonly ToolCall[];
  /** One message per call, in the same order. */
  formatResults(results: readonly ToolCallResult[]): Messages;
}
