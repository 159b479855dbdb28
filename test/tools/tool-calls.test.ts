import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { ValidationError } from "../../src/errors.js";
import { defineAction } from "../../src/ports/define-action.js";
import type { Framework, ToolCall, ToolCallResult } from "../../src/ports/framework.js";
import type { Action } from "../../src/ports/tool.js";
import { createOfferedTools } from "../../src/tools/offered-tools.js";
import { createToolCallHandler } from "../../src/tools/tool-calls.js";
import type { HandleSettings } from "../support/tools.js";
import { executorWith } from "../support/tools.js";

const entityId = "user_1";

/** The plainest framework there can be: a response is its calls, messages are the results. */
const plain: Framework<null, readonly ToolCall[], readonly ToolCallResult[]> = {
  name: "plain",
  maxToolNameLength: 64,
  formatTools: () => null,
  parseCalls: (calls) => calls,
  formatResults: (results) => results,
};

const call = (id: string, name: string, value: unknown = {}): ToolCall => ({
  id,
  name,
  arguments: { ok: true, value },
});

const echo = defineAction({
  name: "ACME_ECHO",
  app: "acme",
  description: "Gives back what it is given.",
  input: z.strictObject({ text: z.string() }),
  execute: ({ text }) => text,
});
const boom = defineAction({
  name: "ACME_BOOM",
  app: "acme",
  description: "Fails.",
  input: z.looseObject({}),
  execute: () => Promise.reject(new Error("boom")),
});

function handlerWith(options: {
  readonly actions?: readonly Action[];
  readonly offer?: readonly string[];
  readonly handle?: HandleSettings | null;
  readonly maxResultCharacters?: number;
}) {
  const { actions = [echo, boom], handle = {}, maxResultCharacters } = options;
  const set = executorWith({ actions, handle });
  const offered = createOfferedTools({ now: () => 0 });
  offered.offer({ entityId, names: options.offer ?? actions.map(({ name }) => name) });
  return {
    ...set,
    handleToolCalls: createToolCallHandler({
      framework: plain,
      ...set,
      offered,
      logger: set.runtime.logger,
      maxResultCharacters,
    }),
  };
}

const codes = (results: readonly ToolCallResult[]) =>
  results.map(({ call: { id }, result }) => [id, result.error?.code ?? result.data]);

describe("handleToolCalls", () => {
  it("tells the host of a tool that was never handed out: it may have forgotten getTools", async () => {
    const { handleToolCalls, logged } = handlerWith({ offer: [] });
    await handleToolCalls({ response: [call("1", "ACME_ECHO", { text: "a" })], entityId });
    expect(logged).toContainEqual([
      expect.stringContaining("getTools() did not hand this tool out"),
      { tool: "ACME_ECHO", entityId },
    ]);
  });

  it("answers every call, in order, and lets none of them affect the others", async () => {
    const { handleToolCalls } = handlerWith({});
    const response: ToolCall[] = [
      call("1", "ACME_ECHO", { text: "a" }),
      call("2", "ACME_BOOM"),
      call("3", "ACME_NOPE"),
      call("4", "ACME_ECHO", { text: 7 }),
      { id: "5", name: "ACME_ECHO", arguments: { ok: false, reason: "The arguments are not valid JSON." } },
      call("1", "acme_echo", { text: "b" }),
    ];
    expect(codes(await handleToolCalls({ response, entityId }))).toEqual([
      ["1", "a"],
      ["2", "ACTION_FAILED"],
      ["3", "TOOL_NOT_OFFERED"],
      ["4", "INPUT_INVALID"],
      ["5", "INPUT_INVALID"],
      ["1", "b"],
    ]);
  });

  it("runs the calls in parallel", async () => {
    const arrived: string[] = [];
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    // Each waits for the other: one after the other they would never end.
    const meet = defineAction({
      name: "ACME_MEET",
      app: null,
      description: "Waits for its twin.",
      input: z.strictObject({ who: z.string() }),
      execute: async ({ who }) => {
        arrived.push(who);
        if (arrived.length === 2) open();
        await gate;
        return who;
      },
    });
    const { handleToolCalls } = handlerWith({ actions: [meet] });
    const response = [call("1", "ACME_MEET", { who: "a" }), call("2", "ACME_MEET", { who: "b" })];
    expect(codes(await handleToolCalls({ response, entityId }))).toEqual([
      ["1", "a"],
      ["2", "b"],
    ]);
  });

  it("runs only what was handed out to this entity", async () => {
    const { handleToolCalls, resolved } = handlerWith({ offer: ["ACME_BOOM"] });
    const [answer] = await handleToolCalls({ response: [call("1", "ACME_ECHO", { text: "a" })], entityId });
    expect(answer?.result.error).toMatchObject({
      code: "TOOL_NOT_OFFERED",
      message: 'There is no tool named "ACME_ECHO" here.',
    });
    const other = await handleToolCalls({ response: [call("1", "ACME_BOOM")], entityId: "user_2" });
    expect(codes(other)).toEqual([["1", "TOOL_NOT_OFFERED"]]);
    expect(resolved).toEqual([]);
  });

  it("cannot be given an entity by the model", async () => {
    const { handleToolCalls, resolved } = handlerWith({});
    const response = [
      call("1", "ACME_ECHO", { text: "a", entityId: "user_2" }),
      call("2", "ACME_ECHO", { text: "a", connectedAccountId: "connection_2" }),
      call("3", "ACME_BOOM", { entity_id: "user_2" }),
    ];
    expect(codes(await handleToolCalls({ response, entityId }))).toEqual([
      ["1", "INPUT_INVALID"],
      ["2", "INPUT_INVALID"],
      ["3", "INPUT_INVALID"],
    ]);
    expect(resolved).toEqual([]);
  });

  it("starts one connection for all calls of an answer that lack it, and another for the next answer", async () => {
    const { handleToolCalls, connected } = handlerWith({ handle: null });
    const response = [call("1", "ACME_ECHO", { text: "a" }), call("2", "ACME_BOOM"), call("3", "ACME_BOOM")];
    const ids = async () =>
      (await handleToolCalls({ response, entityId })).map(
        ({ result }) => result.error?.connectionRequired?.connectedAccountId,
      );
    expect(await ids()).toEqual(["connection_1", "connection_1", "connection_1"]);
    expect(connected).toHaveLength(1);
    expect(await ids()).toEqual(["connection_2", "connection_2", "connection_2"]);
  });

  it("runs the first 128 calls of an answer and answers the rest", async () => {
    const { handleToolCalls, resolved } = handlerWith({});
    const response = Array.from({ length: 130 }, (_, index) =>
      call(String(index), "ACME_ECHO", { text: "a" }),
    );
    const answers = codes(await handleToolCalls({ response, entityId }));
    expect(answers).toHaveLength(130);
    expect(answers.slice(127)).toEqual([
      ["127", "a"],
      ["128", "TOO_MANY_CALLS"],
      ["129", "TOO_MANY_CALLS"],
    ]);
    expect(resolved).toHaveLength(128);
  });

  it("caps what a model has to read, and leaves errors whole", async () => {
    const { handleToolCalls } = handlerWith({ maxResultCharacters: 1_000 });
    const response = [call("1", "ACME_ECHO", { text: "x".repeat(5_000) }), call("2", "ACME_BOOM")];
    const [long, error] = await handleToolCalls({ response, entityId });
    expect(JSON.stringify(long?.result).length).toBeLessThanOrEqual(1_000);
    expect(long?.result).toMatchObject({ data: expect.stringContaining("[truncated: "), successful: true });
    expect(error?.result.error?.message).toBe("The action ACME_BOOM failed: boom");
  });

  it("answers nothing to an answer without calls", async () => {
    expect(await handlerWith({}).handleToolCalls({ response: [], entityId })).toEqual([]);
  });

  it("throws for an entity that is none, before anything runs", async () => {
    const { handleToolCalls } = handlerWith({});
    await expect(handleToolCalls({ response: [], entityId: "" })).rejects.toBeInstanceOf(ValidationError);
  });

  it("gives exactly one answer per call, in order, whatever the calls", async () => {
    const { handleToolCalls } = handlerWith({});
    const hostile = fc.record({
      id: fc.string(),
      name: fc.oneof(fc.constantFrom("ACME_ECHO", "acme_boom", "__proto__", "constructor"), fc.string()),
      arguments: fc.oneof(
        fc.record({ ok: fc.constant(true as const), value: fc.anything() }),
        fc.record({ ok: fc.constant(false as const), reason: fc.string() }),
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(hostile, { maxLength: 140 }), async (response) => {
        const answers = await handleToolCalls({ response, entityId });
        expect(answers.map((answer) => answer.call)).toEqual(response);
        for (const { result } of answers) {
          expect(result.successful).toBe(result.error === null);
          expect(JSON.parse(JSON.stringify(result))).toEqual(result);
        }
      }),
    );
  });
});
