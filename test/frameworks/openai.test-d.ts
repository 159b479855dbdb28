import type OpenAI from "openai";
import type {
  ChatCompletion,
  ChatCompletionMessageParam,
  ChatCompletionTool,
  ChatCompletionToolMessageParam,
} from "openai/resources/chat/completions";
import type { Response } from "openai/resources/responses/responses";
import { describe, expectTypeOf, it } from "vitest";
import { openai } from "../../src/frameworks/openai.js";

const framework = openai();
type Completion = Parameters<typeof framework.parseCalls>[0];

describe("openai()", () => {
  it("makes tools the real client takes", () => {
    expectTypeOf(framework.formatTools).returns.toExtend<ChatCompletionTool[]>();
  });

  it("reads the real client's completion", () => {
    expectTypeOf<ChatCompletion>().toExtend<Completion>();
  });

  it("makes messages the real client takes", () => {
    expectTypeOf(framework.formatResults).returns.toExtend<ChatCompletionMessageParam[]>();
    expectTypeOf(framework.formatResults).returns.toExtend<ChatCompletionToolMessageParam[]>();
  });

  it("fits into a whole loop without a cast", () => {
    expectTypeOf(async (client: OpenAI, messages: ChatCompletionMessageParam[]) => {
      const tools = framework.formatTools([]);
      const completion = await client.chat.completions.create({ model: "gpt", messages, tools });
      framework.parseCalls(completion);
      messages.push(...framework.formatResults([]));
    }).toBeFunction();
  });

  it("takes neither a stream, nor a promise, nor an answer of the Responses API, nor a bare message", () => {
    expectTypeOf<Response>().not.toExtend<Completion>();
    expectTypeOf<ChatCompletion["choices"][number]["message"]>().not.toExtend<Completion>();
    expectTypeOf<Promise<ChatCompletion>>().not.toExtend<Completion>();
  });
});
