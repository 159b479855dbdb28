import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { ConnectionStateError, NoItemsFoundError, RequestError, ValidationError } from "../../src/errors.js";
import type { ActionOptions } from "../../src/ports/define-action.js";
import { defineAction } from "../../src/ports/define-action.js";
import type { ActionContext } from "../../src/ports/tool.js";
import type { HandleSettings } from "../support/tools.js";
import { executorWith } from "../support/tools.js";

const entityId = "user_1";
const none = z.strictObject({});

/** An action of Acme that runs `execute`. */
function acting(
  execute: (input: Readonly<Record<string, unknown>>, context: ActionContext) => unknown,
  more: Partial<Pick<ActionOptions<typeof none>, "scopes" | "annotations" | "app">> = {},
) {
  const options = {
    name: "ACME_ACT",
    app: "acme",
    description: "Acts.",
    input: { type: "object" },
    execute,
  } as const;
  return defineAction({ ...options, ...more });
}

const getTicket = defineAction({
  name: "ACME_GET_TICKET",
  app: "acme",
  description: "Reads a ticket.",
  annotations: { readOnly: true },
  input: z.strictObject({ id: z.string() }),
  request: { method: "GET", path: "/tickets/{id}" },
});

const execute = (action: ReturnType<typeof acting>, handle: HandleSettings | null = {}) =>
  executorWith({ actions: [action], handle }).executor.execute({ action: action.name, entityId });

describe("execute", () => {
  it("shows the model nothing of what a storage or network said in its own words", async () => {
    const broken = () => Promise.reject(new Error("cannot reach postgres://admin:hunter22@db"));
    for (const resolver of [{ resolve: broken }, { connect: broken }]) {
      const { executor } = executorWith({ actions: [getTicket], handle: null, resolver });
      const result = await executor.execute({ action: "ACME_GET_TICKET", params: { id: "7" }, entityId });
      expect(result.error).toMatchObject({
        code: "ACTION_FAILED",
        message: "The action ACME_GET_TICKET failed",
      });
    }
  });

  it("runs the action through the entity's connection", async () => {
    const { executor, resolved } = executorWith({
      actions: [getTicket],
      handle: { respond: (path) => Response.json({ path }) },
    });
    const params = { id: "7" };
    expect(
      await executor.execute({ action: "acme_get_ticket", params, entityId, connectedAccountId: "c_1" }),
    ).toEqual({
      data: { path: "/tickets/7" },
      error: null,
      successful: true,
    });
    expect(resolved).toEqual([
      {
        entityId,
        app: "acme",
        connectedAccountId: "c_1",
        retry: true,
        maxResponseBytes: 10_485_760,
        signal: expect.any(AbortSignal),
      },
    ]);
  });

  it("never allows an action that writes to be tried twice", async () => {
    const { executor, resolved } = executorWith({ actions: [acting(() => null)] });
    await executor.execute({ action: "ACME_ACT", entityId });
    expect(resolved).toMatchObject([{ retry: false }]);
  });

  it("runs an action of the host's own without a connection", async () => {
    const { executor, resolved } = executorWith({
      actions: [acting((_input, { connection, entityId: id }) => ({ connection, id }), { app: null })],
    });
    expect(await executor.execute({ action: "ACME_ACT", entityId })).toMatchObject({
      data: { connection: null, id: entityId },
    });
    expect(resolved).toEqual([]);
  });

  it("tells an action without an app that it has nothing to send requests through", async () => {
    const { executor } = executorWith({
      actions: [acting((_input, { request }) => request("/x"), { app: null })],
    });
    expect(await executor.execute({ action: "ACME_ACT", entityId })).toMatchObject({
      error: { code: "CONFIG_INVALID", hint: "Name one as its `app`, or use fetch." },
    });
  });

  it.each([undefined, null, "", 7])("throws for the entity %j: that is the host's mistake", async (id) => {
    const { executor } = executorWith({ actions: [getTicket] });
    const call = Reflect.apply(executor.execute, undefined, [{ action: "ACME_GET_TICKET", entityId: id }]);
    await expect(call).rejects.toBeInstanceOf(ValidationError);
  });
});

describe("what goes wrong before an action runs", () => {
  it("an action that does not exist", async () => {
    const { executor } = executorWith({ actions: [getTicket] });
    expect(await executor.execute({ action: "ACME_GET_TICKETS", entityId })).toEqual({
      data: null,
      successful: false,
      error: {
        code: "ACTION_NOT_FOUND",
        message: 'There is no action named "ACME_GET_TICKETS".',
        hint: "Did you mean ACME_GET_TICKET?",
        retryable: false,
        issues: [],
        connectionRequired: null,
      },
    });
  });

  it("arguments that do not fit, before any connection is looked for", async () => {
    const { executor, resolved } = executorWith({ actions: [getTicket] });
    const result = await executor.execute({
      action: "ACME_GET_TICKET",
      params: { id: 7, extra: 1 },
      entityId,
    });
    expect(result.error).toMatchObject({
      code: "INPUT_INVALID",
      issues: [{ path: "id" }, { path: "extra" }],
    });
    expect(resolved).toEqual([]);
  });

  it("a connection that is missing, with what the user must do", async () => {
    const { executor, connected } = executorWith({ actions: [getTicket], handle: null });
    expect(
      await executor.execute({ action: "ACME_GET_TICKET", params: { id: "7" }, entityId }),
    ).toMatchObject({
      successful: false,
      error: {
        code: "CONNECTION_REQUIRED",
        hint: expect.stringContaining("redirectUrl"),
        connectionRequired: { app: "acme", redirectUrl: "https://app.example/connect/1" },
      },
    });
    expect(connected).toEqual([{ entityId, app: "acme" }]);
  });

  it("a scope that was not granted", async () => {
    const action = acting(() => "ran", { scopes: ["read", "write"] });
    const { executor, connected } = executorWith({ actions: [action], handle: { scopes: ["read"] } });
    expect((await executor.execute({ action: "ACME_ACT", entityId })).error).toMatchObject({
      code: "INSUFFICIENT_SCOPE",
      message: "The connection was not granted what ACME_ACT needs: write.",
      hint: expect.stringContaining("redirectUrl"),
      connectionRequired: { app: "acme", redirectUrl: "https://app.example/connect/1" },
    });
    const lacking = { connectedAccountId: "connection_1", scopes: ["write"] };
    expect(connected).toEqual([{ entityId, app: "acme", lacking }]);
    expect(await execute(action, { scopes: ["write", "read"] })).toMatchObject({ data: "ran" });
  });

  it("a scope the provider names, and the action did not", async () => {
    const wanted = (scopes: readonly string[]) =>
      acting(() => {
        const where = { method: "GET", url: "https://api.acme.example/x", status: 403 };
        throw new RequestError("INSUFFICIENT_SCOPE", "403.", { ...where, scopes });
      });
    const { executor, connected } = executorWith({
      actions: [wanted(["admin", "read"])],
      handle: { scopes: ["read"] },
    });
    expect((await executor.execute({ action: "ACME_ACT", entityId })).error).toMatchObject({
      code: "INSUFFICIENT_SCOPE",
      connectionRequired: { app: "acme", redirectUrl: "https://app.example/connect/1" },
    });
    const lacking = { connectedAccountId: "connection_1", scopes: ["admin"] };
    expect(connected).toEqual([{ entityId, app: "acme", lacking }]);
    // Asking once more for what was granted would not help.
    expect((await execute(wanted(["read"]), { scopes: ["read"] })).error).toMatchObject({
      code: "INSUFFICIENT_SCOPE",
      connectionRequired: null,
    });
  });

  it("nothing, when the provider does not say what it granted", async () => {
    expect(
      await execute(
        acting(() => "ran", { scopes: ["write"] }),
        { scopes: [] },
      ),
    ).toMatchObject({ data: "ran" });
  });

  it.each([
    new NoItemsFoundError("connection", "There is no such connection."),
    new ConnectionStateError("CONNECTION_NOT_ACTIVE", "It has expired.", {
      status: "EXPIRED",
      retryable: true,
    }),
  ])("the resolver's own error: $code", async (thrown) => {
    const { executor } = executorWith({
      actions: [getTicket],
      resolver: { resolve: () => Promise.reject(thrown) },
    });
    expect(
      (await executor.execute({ action: "ACME_GET_TICKET", params: { id: "7" }, entityId })).error,
    ).toMatchObject({
      code: thrown.code,
      message: thrown.message,
      retryable: thrown.retryable,
    });
  });
});

describe("what goes wrong while an action runs", () => {
  it("the provider's refusal, with the start of its answer so that a model can correct itself", async () => {
    const refusal = new RequestError("REQUEST_FAILED", "The request was refused.", {
      method: "POST",
      url: "https://api.acme.example/tickets",
      status: 422,
      body: '{"message":"title is too long"}',
    });
    expect((await execute(acting(() => Promise.reject(refusal)))).error).toMatchObject({
      code: "REQUEST_FAILED",
      message:
        'The request was refused. The answer\'s status was 422. The answer began: {"message":"title is too long"}',
      retryable: false,
    });
  });

  it("an error of the action's own code, without the connection's secrets", async () => {
    const action = acting(() => {
      throw new TypeError("cannot parse s3cret-token");
    });
    const { error } = await execute(action, { secrets: async () => ["s3cret-token"] });
    expect(error).toMatchObject({ code: "ACTION_FAILED", message: expect.stringContaining("cannot parse") });
    expect(JSON.stringify(error)).not.toContain("s3cret-token");
  });

  it.each([undefined, "text", 0, { secret: "s3cret-token" }])(
    "%j thrown as if it were an error",
    async (thrown) => {
      const action = acting(() => Promise.reject(thrown));
      expect((await execute(action)).error).toMatchObject({
        code: "ACTION_FAILED",
        message: "The action ACME_ACT failed",
      });
    },
  );

  it("secrets that cannot be read: then nothing of what came back is shown", async () => {
    const secrets = () => Promise.reject(new Error("storage is down"));
    const returns = await execute(
      acting(() => "s3cret-token"),
      { secrets },
    );
    expect(returns.error).toMatchObject({
      code: "ACTION_FAILED",
      message: expect.stringContaining("withheld"),
    });
    const throws = await execute(
      acting(() => Promise.reject(new Error("s3cret-token"))),
      { secrets },
    );
    expect(throws.error).toMatchObject({ code: "ACTION_FAILED", message: "The action ACME_ACT failed" });
  });

  it("a failure the provider reports with status 200", async () => {
    const failure = { path: "ok", equals: false, message: "error.reason" };
    const { executor } = executorWith({
      actions: [getTicket],
      failure,
      handle: {
        respond: (path) =>
          Response.json({ ok: path !== "/tickets/0", error: { reason: "ticket_not_found" } }),
      },
    });
    const run = (id: string) => executor.execute({ action: "ACME_GET_TICKET", params: { id }, entityId });
    expect(await run("0")).toMatchObject({
      data: null,
      error: { code: "REQUEST_FAILED", message: "Acme refused: ticket_not_found" },
    });
    expect(await run("1")).toMatchObject({ data: { ok: true }, successful: true });
  });
});

describe("an action's result", () => {
  it("is JSON, with the connection's secrets redacted", async () => {
    const action = acting(() => ({
      at: new Date(0),
      big: 1n,
      echo: ["Bearer s3cret-token"],
      nothing: undefined,
    }));
    const { data } = await execute(action, { secrets: async () => ["s3cret-token"] });
    expect(data).toMatchObject({ at: "1970-01-01T00:00:00.000Z", big: "1" });
    expect(JSON.stringify(data)).not.toContain("s3cret-token");
  });

  it("is an error when it cannot be written as JSON", async () => {
    const action = acting(() => ({
      get broken() {
        throw new Error("no s3cret-token here");
      },
    }));
    expect((await execute(action, { secrets: async () => ["s3cret-token"] })).error).toMatchObject({
      code: "ACTION_FAILED",
      message: "The action ACME_ACT failed: no [redacted] here",
    });
  });

  it("is null when there is none", async () => {
    expect(await execute(acting(() => undefined))).toEqual({ data: null, error: null, successful: true });
  });
});

describe("time", () => {
  const endless = (annotations = {}) => acting(() => new Promise(() => {}), { annotations });

  it.each([
    [{}, false, "It may have taken effect"],
    [{ idempotent: true }, true, "It may have taken effect"],
    [{ readOnly: true }, true, null],
  ])("ends an action %j that does not end itself", async (annotations, retryable, hint) => {
    const { executor, advance } = executorWith({ actions: [endless(annotations)], timeoutMs: 5_000 });
    const result = executor.execute({ action: "ACME_ACT", entityId });
    advance(5_000);
    expect((await result).error).toMatchObject({
      code: "ACTION_TIMEOUT",
      message: "ACME_ACT took longer than 5000 ms.",
      retryable,
      hint: hint === null ? null : expect.stringContaining(hint),
    });
  });

  it("aborts the action's signal when its time is over", async () => {
    const signals: AbortSignal[] = [];
    const action = acting((_input, { signal }) => {
      signals.push(signal);
      return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    });
    const { executor, advance } = executorWith({ actions: [action] });
    const result = executor.execute({ action: "ACME_ACT", entityId });
    await setImmediate();
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    advance(60_000);
    expect((await result).error?.code).toBe("ACTION_TIMEOUT");
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it("ends when the caller gives up, and does not begin when the caller already has", async () => {
    const { executor, resolved } = executorWith({ actions: [endless()] });
    const caller = new AbortController();
    const result = executor.execute({ action: "ACME_ACT", entityId, signal: caller.signal });
    caller.abort();
    expect((await result).error?.code).toBe("ACTION_ABORTED");
    const late = await executor.execute({ action: "ACME_ACT", entityId, signal: caller.signal });
    expect(late.error?.code).toBe("ACTION_ABORTED");
    expect(resolved).toHaveLength(1);
  });

  it("leaves no timer behind", async () => {
    const { executor, sleeping } = executorWith({ actions: [acting(() => null)] });
    await executor.execute({ action: "ACME_ACT", entityId });
    expect(sleeping()).toBe(0);
  });
});

describe("the log", () => {
  it("says what ran for whom and what came of it, and nothing else", async () => {
    const { executor, logged } = executorWith({
      actions: [acting(() => Promise.reject(new Error("s3cret")))],
    });
    await executor.execute({ action: "ACME_ACT", params: { note: "s3cret" }, entityId });
    expect(logged).toEqual([
      ["action executed", { action: "ACME_ACT", entityId, code: "INPUT_INVALID", durationMs: 0 }],
    ]);
  });
});
