import { describe, expect, it } from "vitest";
import { TokenError } from "../../src/errors.js";
import { createRequest } from "../../src/http/request.js";
import type { Fetch } from "../../src/ports/runtime.js";
import { networkRuntime } from "../support/credentials.js";
import { failure } from "../support/failure.js";
import { answering, requestWith } from "../support/requests.js";

const AT_ONCE = { "retry-after": "0" };

describe("retries", () => {
  it.each([408, 429, 500, 502, 503, 504])("follow status %i", async (status) => {
    const server = await answering(
      { status, headers: AT_ONCE },
      { status, headers: AT_ONCE },
      { body: "at last" },
    );
    const { request, opened } = requestWith(server);
    expect(await request("/").text()).toBe("at last");
    expect(server.received).toHaveLength(3);
    expect(opened).toHaveLength(3);
  });

  it("follow a broken connection", async () => {
    const failures = [new TypeError("fetch failed")];
    const server = await answering({ body: "at last" });
    const fetch: Fetch = (input, init) => {
      const error = failures.pop();
      return error === undefined ? globalThis.fetch(input, init) : Promise.reject(error);
    };
    expect(
      await requestWith({ ...server, fetch })
        .request("/")
        .text(),
    ).toBe("at last");
  });

  it("end after two, or as many as the caller wants", async () => {
    const server = await answering({ status: 503, headers: AT_ONCE });
    const { request } = requestWith(server);
    expect(await failure(request("/"))).toMatchObject({ status: 503 });
    expect(server.received).toHaveLength(3);
    expect(await failure(request("/", { retry: 0 }))).toMatchObject({ status: 503 });
    expect(server.received).toHaveLength(4);
  });

  it.each(["PUT", "DELETE", "HEAD", "OPTIONS"])("are made of %s", async (method) => {
    const server = await answering({ status: 503, headers: AT_ONCE });
    await failure(requestWith(server).request("/", { method, ...(method === "PUT" ? { json: 1 } : {}) }));
    expect(server.received.map(({ body }) => body)).toEqual(Array(3).fill(method === "PUT" ? "1" : ""));
  });

  it.each(["POST", "PATCH"])("are not made of %s", async (method) => {
    const server = await answering({ status: 503, headers: AT_ONCE });
    await failure(requestWith(server).request("/", { method }));
    expect(server.received).toHaveLength(1);
  });

  it("are not made where a second try cannot help", async () => {
    for (const status of [400, 401, 403, 404, 409, 501]) {
      const server = await answering({ status, headers: AT_ONCE });
      await failure(requestWith(server).request("/"));
      expect(server.received).toHaveLength(1);
    }
  });

  it("are not made at all when they are switched off, whatever the call wants", async () => {
    const server = await answering({ status: 503, headers: AT_ONCE });
    await failure(requestWith({ ...server, retry: false }).request("/", { retry: 5 }));
    expect(server.received).toHaveLength(1);
  });

  it("are left to the caller when the provider asks for more than a minute", async () => {
    const server = await answering({ status: 429, headers: { "retry-after": "61" } });
    expect(await failure(requestWith(server).request("/"))).toMatchObject({ retryAfterMs: 61_000 });
    expect(server.received).toHaveLength(1);
  });

  it("wait until the date the provider gives, by the host's clock", async () => {
    const now = Date.parse("2026-11-23T12:00:00Z");
    const headers = { "retry-after": new Date(now).toUTCString() };
    const server = await answering({ status: 503, headers }, { body: "at last" });
    expect(
      await requestWith({ ...server, now })
        .request("/")
        .text(),
    ).toBe("at last");
  });

  it("are not made of a body that can be read only once", async () => {
    const server = await answering({ status: 503, headers: AT_ONCE });
    const body = new Blob(["text"]).stream();
    await failure(requestWith(server).request("/", { method: "PUT", body }));
    expect(server.received.map((request) => request.body)).toEqual(["text"]);
  });

  it("are not made of what the source refuses, even where that is retryable", async () => {
    const opened: string[] = [];
    const error = new TokenError("TOKEN_REFRESH_FAILED", "The token endpoint is down.", { retryable: true });
    const source = {
      open() {
        opened.push("once");
        return Promise.reject(error);
      },
    };
    expect(await failure(createRequest(source, networkRuntime())("/"))).toBe(error);
    expect(opened).toEqual(["once"]);
  });

  it("end with the caller's signal", async () => {
    const server = await answering({ status: 503, headers: { "retry-after": "30" } });
    const controller = new AbortController();
    const error = failure(requestWith(server).request("/", { signal: controller.signal }));
    await expect.poll(() => server.received.length).toBe(1);
    controller.abort();
    expect(await error).toBe(controller.signal.reason);
  });
});
