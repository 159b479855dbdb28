import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import fc from "fast-check";
import OpenAI from "openai";
import type { ChatCompletionMessageParam } from "openai/resources/chat/completions";
import { describe, expect, it, onTestFinished } from "vitest";
import { ValidationError } from "../../src/errors.js";
import { openai } from "../../src/frameworks/openai.js";
import type { ToolCall } from "../../src/ports/framework.js";
import type { ToolDefinition } from "../../src/ports/tool.js";
import { caught } from "../support/actions.js";

const framework = openai();
const getUser: ToolDefinition = {
  name: "GITHUB_GET_USER",
  description: "Reads a user.",
  inputSchema: { type: "object", properties: {}, required: [], additionalProperties: false },
  annotations: { readOnly: true, destructive: false, idempotent: true },
};

const completionOf = (...toolCalls: readonly unknown[]) => ({
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1,
  model: "gpt-test",
  choices: [
    {
      index: 0,
      finish_reason: "tool_calls",
      message: { role: "assistant", content: null, refusal: null, tool_calls: toolCalls },
    },
  ],
});

const functionCall = (id: string, name: string, text: unknown) => ({
  id,
  type: "function",
  function: { name, arguments: text },
});

/** Anything a host may pass by mistake. */
const parse = (response: unknown): readonly ToolCall[] =>
  Reflect.apply(framework.parseCalls, undefined, [response]);

/** Plays OpenAI: one completion after the other, and what it was sent. */
async function fakeOpenAi(completions: readonly unknown[]) {
  const received: unknown[] = [];
  const server = createServer(async (request, response) => {
    received.push(JSON.parse(await text(request)));
    response
      .setHeader("content-type", "application/json")
      .end(JSON.stringify(completions[received.length - 1]));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("expected a port");
  const baseURL = `http://127.0.0.1:${address.port}/v1`;
  return { client: new OpenAI({ apiKey: "none", baseURL, maxRetries: 0 }), received };
}

describe("openai()", () => {
  it("writes tools as functions that are not strict", () => {
    expect(framework.formatTools([getUser])).toEqual([
      {
        type: "function",
        function: {
          name: "GITHUB_GET_USER",
          description: "Reads a user.",
          parameters: getUser.inputSchema,
          strict: false,
        },
      },
    ]);
  });

  it("goes round with the real client: two parallel calls, two answers", async () => {
    const final = {
      ...completionOf(),
      choices: [{ index: 0, message: { role: "assistant", content: "Done." } }],
    };
    const { client, received } = await fakeOpenAi([
      completionOf(
        functionCall("call_1", "GITHUB_GET_USER", "{}"),
        functionCall("call_2", "GITHUB_STAR", '{"repo":"a"}'),
      ),
      final,
    ]);
    const messages: ChatCompletionMessageParam[] = [{ role: "user", content: "Who am I?" }];
    const tools = framework.formatTools([getUser]);
    const first = await client.chat.completions.create({ model: "gpt-test", messages, tools });
    const calls = framework.parseCalls(first);
    expect(calls).toEqual([
      { id: "call_1", name: "GITHUB_GET_USER", arguments: { ok: true, value: {} } },
      { id: "call_2", name: "GITHUB_STAR", arguments: { ok: true, value: { repo: "a" } } },
    ]);

    for (const { message } of first.choices) messages.push(message);
    const result = { data: { login: "octocat" }, error: null, successful: true as const };
    messages.push(...framework.formatResults(calls.map((call) => ({ call, result }))));
    const second = await client.chat.completions.create({ model: "gpt-test", messages, tools });

    expect(framework.parseCalls(second)).toEqual([]);
    expect(received).toMatchObject([
      { tools: [{ function: { name: "GITHUB_GET_USER" } }] },
      {
        messages: [
          { role: "user" },
          { role: "assistant", tool_calls: [{ id: "call_1" }, { id: "call_2" }] },
          { role: "tool", tool_call_id: "call_1", content: JSON.stringify(result) },
          { role: "tool", tool_call_id: "call_2", content: JSON.stringify(result) },
        ],
      },
    ]);
  });

  it("finds the calls of all choices", () => {
    const [choice] = completionOf(functionCall("1", "A", "{}")).choices;
    const [other] = completionOf(functionCall("2", "B", "{}"), functionCall("3", "C", "{}")).choices;
    expect(parse({ choices: [choice, other] })).toMatchObject([{ id: "1" }, { id: "2" }, { id: "3" }]);
  });

  it.each([
    ["", {}],
    ["  \n", {}],
    [undefined, {}],
    ["null", null],
    [{ a: 1 }, { a: 1 }],
  ])("reads the arguments %j", (given, value) => {
    expect(parse(completionOf(functionCall("1", "A", given)))).toMatchObject([
      { arguments: { ok: true, value } },
    ]);
  });

  it("says that malformed arguments are malformed, without quoting them", () => {
    expect(parse(completionOf(functionCall("1", "A", "{s3cret")))).toEqual([
      { id: "1", name: "A", arguments: { ok: false, reason: "The arguments are not valid JSON." } },
    ]);
  });

  it("hands on a custom call as one that cannot be run", () => {
    expect(parse(completionOf({ id: "1", type: "custom", custom: { name: "shell", input: "ls" } }))).toEqual([
      {
        id: "1",
        name: "shell",
        arguments: { ok: false, reason: "Custom tools are not supported, only functions." },
      },
    ]);
  });

  it.each([
    ["nothing", undefined, "undefined"],
    ["a promise", Promise.resolve(completionOf()), "await it"],
    ["a stream", (async function* () {})(), "finalChatCompletion"],
    [
      "a part of a stream",
      { object: "chat.completion.chunk", choices: [{ delta: {} }] },
      "finalChatCompletion",
    ],
    ["an answer of the Responses API", { object: "response", output: [] }, "Responses API"],
    ["a bare message", { role: "assistant", content: null, tool_calls: [] }, "whole completion"],
    ["a list", [completionOf()], "a list"],
    ["a choice without a message", { choices: [{}] }, "something else"],
    ["calls that are no list", { choices: [{ message: { tool_calls: "x" } }] }, "something else"],
  ])("does not mistake %s for a completion", (_case, response, words) => {
    const error = caught(() => parse(response));
    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({ message: expect.stringContaining(words) });
  });

  it("reads exactly one call for each, in order, and writes one answer in JSON, whatever they are", () => {
    const hostile = fc.oneof(
      fc.record({
        id: fc.string(),
        type: fc.constantFrom("function", "custom", "other"),
        function: fc.record({
          name: fc.string(),
          arguments: fc.oneof(fc.string(), fc.json(), fc.anything()),
        }),
      }),
      fc.anything(),
    );
    fc.assert(
      fc.property(fc.array(hostile), (toolCalls) => {
        const calls = parse(completionOf(...toolCalls));
        expect(calls).toHaveLength(toolCalls.length);
        const result = { data: "\u2028\ud800", error: null, successful: true as const };
        const messages = framework.formatResults(calls.map((call) => ({ call, result })));
        expect(messages.map((message) => message.tool_call_id)).toEqual(calls.map(({ id }) => id));
        for (const { content } of messages) expect(JSON.parse(content)).toEqual(result);
      }),
    );
  });
});
