import type { Framework } from "mooring";
import { MooringToolSet, memoryStorage } from "mooring";
import { openai } from "mooring/frameworks/openai";
import type OpenAI from "openai";
import { describe, expectTypeOf, it } from "vitest";

type Request = OpenAI.ChatCompletionCreateParamsNonStreaming;

describe("the types of tools, answers and messages", () => {
  it("are those of OpenAI's SDK by default and by name, without a cast", () => {
    const unnamed = new MooringToolSet({ storage: memoryStorage() });
    const named = new MooringToolSet({ storage: memoryStorage(), framework: openai() });
    expectTypeOf(named).toEqualTypeOf(unnamed);
    expectTypeOf(unnamed.getTools).returns.resolves.toExtend<NonNullable<Request["tools"]>>();
    expectTypeOf<OpenAI.ChatCompletion>().toExtend<Parameters<typeof unnamed.handleToolCalls>[0]>();
    expectTypeOf(unnamed.handleToolCalls).returns.resolves.toExtend<Request["messages"]>();
  });

  it("are the framework's", () => {
    const toolset = (framework: Framework<Set<string>, { readonly calls: string }, Map<string, string>>) =>
      new MooringToolSet({ storage: memoryStorage(), framework });
    type ToolSet = ReturnType<typeof toolset>;
    expectTypeOf<ToolSet["getTools"]>().returns.resolves.toEqualTypeOf<Set<string>>();
    expectTypeOf<ToolSet["handleToolCalls"]>().parameter(0).toEqualTypeOf<{ readonly calls: string }>();
    expectTypeOf<ToolSet["handleToolCalls"]>().returns.resolves.toEqualTypeOf<Map<string, string>>();
  });
});

describe("an entity", () => {
  it("must be named wherever something is executed", () => {
    type ToolSet = MooringToolSet;
    expectTypeOf<{ action: string }>().not.toExtend<Parameters<ToolSet["executeAction"]>[0]>();
    expectTypeOf<{ method: "GET"; endpoint: string }>().not.toExtend<
      Parameters<ToolSet["executeRequest"]>[0]
    >();
    expectTypeOf<ToolSet["handleToolCalls"]>()
      .parameter(1)
      .toHaveProperty("entityId")
      .toEqualTypeOf<string>();
  });
});
