import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { send } from "../../../src/schemes/internal/transport.js";

const REQUEST = { method: "POST", url: "https://id.acme.example/token", headers: {}, body: "a=b" };
/** A server that never answers. */
const silence = (_input: unknown, init?: RequestInit) =>
  new Promise<Response>((_resolve, reject) => {
    init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
  });

describe("send", () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterEach(() => vi.useRealTimers());

  it("gives up after 15 seconds", async () => {
    const answer = send(REQUEST, { fetch: silence, signal: undefined });
    await vi.advanceTimersByTimeAsync(15_000);
    await expect(answer).resolves.toMatchObject({ kind: "timeout" });
  });

  it("gives up on a body that never ends, too", async () => {
    const endless = async (_input: unknown, init?: RequestInit) =>
      new Response(
        new ReadableStream({
          start(controller) {
            init?.signal?.addEventListener("abort", () => controller.error(init.signal?.reason));
          },
        }),
      );
    const answer = send(REQUEST, { fetch: endless, signal: undefined });
    await vi.advanceTimersByTimeAsync(15_000);
    await expect(answer).resolves.toMatchObject({ kind: "timeout" });
  });

  it("gives up when the caller does", async () => {
    const controller = new AbortController();
    const answer = send(REQUEST, { fetch: silence, signal: controller.signal });
    controller.abort();
    await expect(answer).resolves.toMatchObject({ kind: "cancelled" });
  });

  it("leaves no timer behind", async () => {
    await send(REQUEST, { fetch: async () => new Response("ok"), signal: undefined });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("stops reading a body of more than 1 MB", async () => {
    let sent = 0;
    const flood = async () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            sent += 1;
            controller.enqueue(new Uint8Array(100_000));
          },
        }),
      );
    await expect(send(REQUEST, { fetch: flood, signal: undefined })).resolves.toStrictEqual({
      kind: "too-large",
      status: 200,
    });
    expect(sent).toBeLessThan(15);
  });

  it("puts characters together that arrive in pieces", async () => {
    const bytes = new TextEncoder().encode("é");
    const pieces = async () =>
      new Response(
        new ReadableStream({
          start(controller) {
            for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
            controller.close();
          },
        }),
      );
    await expect(send(REQUEST, { fetch: pieces, signal: undefined })).resolves.toMatchObject({ text: "é" });
  });
});
