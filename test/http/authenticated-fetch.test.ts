import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { MooringError, RequestError, TokenError } from "../../src/errors.js";
import { createAuthenticatedFetch } from "../../src/http/authenticated-fetch.js";
import type { OpenedCredentials } from "../../src/ports/request.js";
import type { Fetch } from "../../src/ports/runtime.js";
import type { TestCredentials } from "../support/credentials.js";
import { credentialSource, networkRuntime, openedCredentials, SECRET } from "../support/credentials.js";
import { failure } from "../support/failure.js";
import { loopbackServer } from "../support/loopback-server.js";

function fetchWith(credentials: TestCredentials, options: { maxResponseBytes?: number; fetch?: Fetch } = {}) {
  const { source, opened } = credentialSource(credentials);
  const runtime = networkRuntime(options.fetch === undefined ? {} : { fetch: options.fetch });
  return { fetch: createAuthenticatedFetch(source, runtime, options), opened };
}

/** Credentials that change with each renewal: `first`, `second`, … */
function renewable(baseUrl: string, tokens: readonly string[]): OpenedCredentials {
  const [token = "none", ...later] = tokens;
  return openedCredentials({
    baseUrl,
    apply(request) {
      request.headers.set("authorization", `Bearer ${token}`);
      return request;
    },
    renew: () => Promise.resolve(later.length === 0 ? null : renewable(baseUrl, later)),
    secrets: () => [token],
  });
}

describe("the request", () => {
  it("carries the credentials to a path under the base URL, with one look at the storage", async () => {
    const server = await loopbackServer(() => ({ body: "hello" }));
    const { fetch, opened } = fetchWith({ baseUrl: `${server.origin}/api` });
    const response = await fetch("/user?full=1", { method: "POST", body: "text", headers: { "x-own": "1" } });
    expect(await response.text()).toBe("hello");
    expect(server.received).toMatchObject([
      {
        method: "POST",
        url: "/api/user?full=1",
        headers: { authorization: `Bearer ${SECRET}`, "x-own": "1" },
        body: "text",
      },
    ]);
    expect(opened).toHaveLength(1);
  });

  it("may be a Request, which is left without credentials", async () => {
    const server = await loopbackServer(() => ({}));
    const { fetch } = fetchWith({ baseUrl: server.origin });
    const request = new Request(`${server.origin}/a`, {
      method: "PUT",
      body: "text",
      headers: { "x-own": "1" },
    });
    await fetch(request, { headers: { "x-own": "2" } });
    expect(server.received).toMatchObject([
      { method: "PUT", url: "/a", body: "text", headers: { "x-own": "2", "content-length": "4" } },
    ]);
    expect(server.received[0]?.headers.authorization).toBe(`Bearer ${SECRET}`);
    expect(request.headers.has("authorization")).toBe(false);
  });

  it("does not go to an origin the app has not declared, not even as a Request", async () => {
    const server = await loopbackServer(() => ({}));
    const { fetch } = fetchWith({ baseUrl: "http://127.0.0.1:9/api" });
    for (const input of [`${server.origin}/`, new URL(server.origin), new Request(`${server.origin}/`)]) {
      expect(await failure(fetch(input))).toMatchObject({ code: "URL_FORBIDDEN" });
    }
    expect(server.received).toEqual([]);
  });

  it("has the app's headers unless the caller sets them, and the credentials whatever the caller sets", async () => {
    const server = await loopbackServer(() => ({}));
    const headers = { "x-api-version": "2026-01-01", accept: "application/vnd.acme+json" };
    const { fetch } = fetchWith({ baseUrl: server.origin, headers });
    await fetch("/", { headers: { "X-Api-Version": "2025-01-01", Authorization: "Bearer mine" } });
    expect(server.received[0]?.headers).toMatchObject({
      "x-api-version": "2025-01-01",
      accept: "application/vnd.acme+json",
      authorization: `Bearer ${SECRET}`,
    });
  });

  it("is as the caller made it at the time of the call", async () => {
    const server = await loopbackServer(() => ({}));
    const { fetch } = fetchWith({ baseUrl: server.origin });
    const headers = new Headers({ "x-page": "1" });
    const answer = fetch("/", { headers });
    headers.set("x-page", "2");
    await answer;
    expect(server.received[0]?.headers).toMatchObject({ "x-page": "1" });
  });

  it("does not let a scheme move the request to another origin", async () => {
    const server = await loopbackServer(() => ({}));
    const { fetch } = fetchWith({
      baseUrl: "http://127.0.0.1:9/",
      apply: (request) => new Request(server.origin, request),
    });
    expect(await failure(fetch("/"))).toMatchObject({ code: "URL_FORBIDDEN" });
    expect(server.received).toEqual([]);
  });

  it.each([
    ["a body with GET", "init", { body: "x" }],
    ["a line break in a header", "headers", { headers: { "x-own": `a\n${SECRET}` } }],
  ])("is refused with %s, by name and without the value", async (_what, path, init) => {
    const error = await failure(fetchWith({ baseUrl: "http://127.0.0.1:9/" }).fetch("/", init));
    expect(error).toMatchObject({ code: "INPUT_INVALID", issues: [{ path }] });
    expect(inspect(error)).not.toContain(SECRET);
  });
});

describe("a 401", () => {
  it("renews the credentials, and the request is made once more, body included", async () => {
    const server = await loopbackServer(({ headers }) => ({
      status: headers.authorization === "Bearer second" ? 200 : 401,
    }));
    const tokens = renewable(server.origin, ["first", "second", "third"]);
    for (const input of [
      "/a",
      new Request(`${server.origin}/a`, { method: "POST", body: "of the request" }),
    ]) {
      const { fetch } = fetchWith(tokens);
      const init =
        typeof input === "string" ? { method: "POST", body: new Blob(["of the init"]) } : undefined;
      expect((await fetch(input, init)).status).toBe(200);
    }
    expect(server.received.map(({ headers, body }) => [headers.authorization, body])).toEqual([
      ["Bearer first", "of the init"],
      ["Bearer second", "of the init"],
      ["Bearer first", "of the request"],
      ["Bearer second", "of the request"],
    ]);
  });

  it("is returned when newer credentials are refused too", async () => {
    const server = await loopbackServer(() => ({ status: 401, body: "no" }));
    const { fetch } = fetchWith(renewable(server.origin, ["first", "second", "third"]));
    const response = await fetch("/");
    expect([response.status, await response.text()]).toEqual([401, "no"]);
    expect(server.received).toHaveLength(2);
  });

  it("is returned when there are no newer credentials", async () => {
    const server = await loopbackServer(() => ({ status: 401, body: "no" }));
    const { fetch } = fetchWith(renewable(server.origin, ["first"]));
    const response = await fetch("/");
    expect([response.status, await response.text()]).toEqual([401, "no"]);
    expect(server.received).toHaveLength(1);
  });

  it("is returned to a caller whose body can be read only once, the credentials renewed for the next call", async () => {
    const server = await loopbackServer(() => ({ status: 401 }));
    const renewals: string[] = [];
    const { fetch } = fetchWith({
      baseUrl: server.origin,
      renew() {
        renewals.push("renewed");
        return Promise.resolve(openedCredentials({ baseUrl: server.origin }));
      },
    });
    const body = new Blob(["streamed"]).stream();
    expect((await fetch("/", { method: "POST", body })).status).toBe(401);
    expect(server.received.map((request) => request.body)).toEqual(["streamed"]);
    expect(renewals).toEqual(["renewed"]);
  });

  it("is returned when the newer credentials may not go where the request went", async () => {
    const server = await loopbackServer(() => ({ status: 401 }));
    const elsewhere = openedCredentials({ baseUrl: "https://elsewhere.example" });
    const { fetch } = fetchWith({ baseUrl: server.origin, renew: () => Promise.resolve(elsewhere) });
    expect((await fetch("/")).status).toBe(401);
    expect(server.received).toHaveLength(1);
  });

  it("passes on why the credentials could not be renewed", async () => {
    const server = await loopbackServer(() => ({ status: 401 }));
    const gone = new TokenError("REAUTHORIZATION_REQUIRED", "The grant is gone.");
    const { fetch } = fetchWith({ baseUrl: server.origin, renew: () => Promise.reject(gone) });
    expect(await failure(fetch("/"))).toBe(gone);
  });
});

describe("failures", () => {
  it("of the network are retryable errors without the platform's error", async () => {
    const { fetch } = fetchWith({ baseUrl: "http://127.0.0.1:1/api" });
    const error = await failure(fetch("/user?key=1", { method: "POST", body: "x" }));
    expect(error).toBeInstanceOf(RequestError);
    expect(error).toMatchObject({
      code: "REQUEST_FAILED",
      retryable: true,
      method: "POST",
      url: "http://127.0.0.1:1/api/user",
      status: null,
      cause: { name: "TypeError", message: expect.any(String) },
    });
  });

  it("of the source pass through as they are", async () => {
    const gone = new TokenError("REAUTHORIZATION_REQUIRED", "The grant is gone.");
    const source = { open: () => Promise.reject(gone) };
    expect(await failure(createAuthenticatedFetch(source, networkRuntime())("/"))).toBe(gone);
  });

  it("by the caller's own signal are the signal's reason", async () => {
    const server = await loopbackServer(() => ({ stall: true }));
    const { fetch, opened } = fetchWith({ baseUrl: server.origin });
    const reason = new Error("enough");
    expect(await failure(fetch("/", { signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(opened).toEqual([]);

    const response = await fetch("/", { signal: AbortSignal.timeout(100) });
    expect(await failure(response.text())).toMatchObject({ name: "TimeoutError" });
  });

  it("by the caller's own signal are its reason whatever the host's fetch makes of it", async () => {
    const reason = new Error("enough");
    const controller = new AbortController();
    const aborted: Fetch = () => {
      controller.abort(reason);
      return Promise.reject(new TypeError("fetch failed"));
    };
    const { fetch } = fetchWith({ baseUrl: "http://127.0.0.1:1/" }, { fetch: aborted });
    expect(await failure(fetch("/", { signal: controller.signal }))).toBe(reason);
  });

  it("of credentials that no header can carry do not show them", async () => {
    const { fetch } = fetchWith({
      baseUrl: "http://127.0.0.1:1/",
      apply(request) {
        request.headers.set("authorization", `Bearer ${SECRET}\nx`);
        return request;
      },
    });
    const error = await failure(fetch("/"));
    expect(error).toMatchObject({
      code: "REQUEST_FAILED",
      retryable: false,
      hint: expect.stringContaining("update"),
    });
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain("s3cr3t");
  });
});

describe("maxResponseBytes", () => {
  it("fails when the answer announces more", async () => {
    const server = await loopbackServer(() => ({
      headers: { "content-length": "11" },
      body: "x".repeat(11),
    }));
    const { fetch } = fetchWith({ baseUrl: server.origin }, { maxResponseBytes: 10 });
    expect(await failure(fetch("/"))).toMatchObject({
      code: "RESPONSE_TOO_LARGE",
      status: 200,
      retryable: false,
    });
  });

  it("fails while reading when more comes than was announced", async () => {
    const server = await loopbackServer(() => ({
      headers: { "transfer-encoding": "chunked" },
      body: "x".repeat(1_000_000),
    }));
    const { fetch } = fetchWith({ baseUrl: server.origin }, { maxResponseBytes: 10 });
    const response = await fetch("/");
    const error = await failure(response.text());
    expect(MooringError.is(error)).toBe(true);
    expect(error).toMatchObject({ code: "RESPONSE_TOO_LARGE" });
  });

  it("passes what fits, and keeps status, headers and URL", async () => {
    const server = await loopbackServer(() => ({
      status: 201,
      headers: { "x-own": "1" },
      body: "0123456789",
    }));
    const { fetch } = fetchWith({ baseUrl: server.origin }, { maxResponseBytes: 10 });
    const response = await fetch("/a");
    expect(await response.text()).toBe("0123456789");
    expect(response).toMatchObject({ status: 201, url: `${server.origin}/a`, redirected: false });
    expect(response.headers.get("x-own")).toBe("1");
  });

  it("passes answers without a body", async () => {
    const server = await loopbackServer(({ method }) => ({ status: method === "HEAD" ? 200 : 204 }));
    const { fetch } = fetchWith({ baseUrl: server.origin }, { maxResponseBytes: 1 });
    expect((await fetch("/")).status).toBe(204);
    expect((await fetch("/", { method: "HEAD" })).status).toBe(200);
  });
});

describe("a key in the query", () => {
  it("is sent, but not in the answer's URL", async () => {
    const server = await loopbackServer(() => ({ body: "hello" }));
    const { fetch } = fetchWith({
      baseUrl: server.origin,
      apply(request) {
        const url = new URL(request.url);
        url.searchParams.set("api_key", SECRET);
        return new Request(url, request);
      },
    });
    const response = await fetch("/a?b=1");
    expect(server.received[0]?.url).toContain("api_key=");
    expect(response.url).toBe(`${server.origin}/a?b=1`);
    expect(inspect(response, { depth: null, showHidden: true })).not.toContain("s3cr3t");
    expect(inspect(response.clone(), { depth: null, showHidden: true })).not.toContain("s3cr3t");
    expect(await response.text()).toBe("hello");
  });
});
