import { describe, expect, it } from "vitest";
import { createRequest } from "../../src/http/request.js";
import type { Fetch } from "../../src/ports/runtime.js";
import { networkRuntime } from "../support/credentials.js";
import { failure } from "../support/failure.js";
import { answering, requestWith } from "../support/requests.js";

describe("the time of a request", () => {
  it("is limited until the answer comes", async () => {
    const stuck: Fetch = () => new Promise(() => {});
    const error = await failure(requestWith({ fetch: stuck }).request("/a?b=1", { timeout: 20 }));
    expect(error).toMatchObject({ code: "REQUEST_TIMEOUT", retryable: true, url: "http://127.0.0.1:1/a" });
  });

  it("is limited for the source, too", async () => {
    const source = { open: () => new Promise<never>(() => {}) };
    const error = await failure(createRequest(source, networkRuntime())("/a?b=1", { timeout: 20 }));
    expect(error).toMatchObject({ code: "REQUEST_TIMEOUT", url: "/a" });
  });

  it("is limited for the body, when it is read by shortcut", async () => {
    const server = await answering({ body: "a", stall: true });
    for (const shortcut of ["json", "text", "blob"] as const) {
      const error = await failure(requestWith(server).request("/", { timeout: 200 })[shortcut]());
      expect(error).toMatchObject({ code: "REQUEST_TIMEOUT" });
    }
  });

  it("is not limited for the body of a response the caller reads", async () => {
    const server = await answering({ body: "a", stall: true });
    const response = await requestWith(server).request("/", { timeout: 50 });
    const reader = response.body?.getReader();
    expect((await reader?.read())?.done).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await reader?.cancel();
    expect(response.status).toBe(200);
  });

  it("is not limited with `timeout: false`", async () => {
    const server = await answering({ body: "1" });
    expect(await requestWith(server).request("/", { timeout: false }).json()).toBe(1);
  });

  it("ends with the caller's signal, by its reason", async () => {
    const server = await answering({ body: "a", stall: true });
    const { request } = requestWith(server);
    const reason = new Error("enough");
    expect(await failure(request("/", { signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(server.received).toEqual([]);
    expect(await failure(request("/", { signal: AbortSignal.timeout(100) }).text())).toMatchObject({
      name: "TimeoutError",
    });
  });
});
