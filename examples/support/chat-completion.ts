import type { ChatCompletion } from "openai/resources/chat/completions";

/** What a model answers when it wants tools to be called: arguments by tool name, in one assistant message. */
export function chatCompletion(calls: Readonly<Record<string, unknown>>): ChatCompletion {
  return {
    id: "chatcmpl-demo",
    object: "chat.completion",
    created: 0,
    model: "canned",
    choices: [
      {
        index: 0,
        finish_reason: "tool_calls",
        logprobs: null,
        message: {
          role: "assistant",
          content: null,
          refusal: null,
          tool_calls: Object.entries(calls).map(([name, input], index) => ({
            id: `call_${index + 1}`,
            type: "function",
            function: { name, arguments: JSON.stringify(input) },
          })),
        },
      },
    ],
  };
}
