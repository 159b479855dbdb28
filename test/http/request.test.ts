import { inspect } from "node:util";
import { describe, expect, expectTypeOf, it, onTestFinished } from "vitest";
import { RequestError } from "../../src/errors.js";
import { openedCredentials, SECRET } from "../support/credentials.js";
import { failure } from "../support/failure.js";
import { loopbackServer } from "../support/loopback-server.js";
import { answering, requestWith } from "../support/requests.js";

describe("a request", () => {
  it("goes to the base URL with credentials, query and JSON", async () => {
    const server = await answering({ body: '{"id":1}' });
    const { request, opened } = requestWith({ baseUrl: `${server.baseUrl}/api` });
    const response = await request("/items?a=1#here", {
      method: "post",
      json: { name: "é" },
      searchParams: { b: "x y&z", list: ["1", 2, true], none: undefined },
    });
    expect(await response.json()).toEqual({ id: 1 });
    expect(server.received).toMatchObject([
      {
        method: "POST",
        url: "/api/items?a=1&b=x+y%26z&list=1&list=2&list=true",
        headers: {
          authorization: `Bearer ${SECRET}`,
          "content-type": "application/json",
          "content-length": "13",
        },
        body: '{"name":"é"}',
      },
    ]);
    expect(opened).toHaveLength(1);
  });

  it.each([
    ["json", "application/json"],
    ["text", "text/*"],
    ["arrayBuffer", "*/*"],
    ["blob", "*/*"],
  ] as const)("says what .%s() accepts", async (shortcut, accept) => {
    const server = await answering({ body: "1" });
    const { request } = requestWith(server);
    await request("/")[shortcut]();
    await request("/", { headers: { accept: "text/csv" } })[shortcut]();
    await requestWith({ ...server, headers: { accept: "application/vnd.acme+json" } })
      .request("/")
      [shortcut]();
    expect(server.received.map(({ headers }) => headers.accept)).toEqual([
      accept,
      "text/csv",
      "application/vnd.acme+json",
    ]);
  });

  it("reads bodies by shortcut", async () => {
    const form = { headers: { "content-type": "application/x-www-form-urlencoded" }, body: "a=1" };
    const server = await answering(form);
    const { request } = requestWith(server);
    expect(await request("/").text()).toBe("a=1");
    expect(new TextDecoder().decode(await request("/").arrayBuffer())).toBe("a=1");
    expect(await (await request("/").blob()).text()).toBe("a=1");
    expect((await request("/").formData()).get("a")).toBe("1");
  });

  it("types JSON as unknown unless the caller says what it is", async () => {
    const server = await answering({ body: '{"id":1}' });
    const { request } = requestWith(server);
    expectTypeOf(request("/").json()).resolves.toBeUnknown();
    expect((await request("/").json<{ id: number }>()).id).toBe(1);
  });

  it("gives an empty string for a body without JSON, as ky does", async () => {
    const server = await answering({ status: 204 });
    expect(await requestWith(server).request("/", { method: "DELETE" }).json()).toBe("");
  });

  it("uses newer credentials after a 401", async () => {
    const server = await loopbackServer(({ headers }) => ({
      status: headers.authorization === "Bearer newer" ? 200 : 401,
    }));
    const newer = openedCredentials({
      baseUrl: server.origin,
      apply(request) {
        request.headers.set("authorization", "Bearer newer");
        return request;
      },
    });
    const { request } = requestWith({ baseUrl: server.origin, renew: () => Promise.resolve(newer) });
    expect((await request("/", { method: "POST", json: { a: 1 } })).status).toBe(200);
    expect(server.received.map(({ body }) => body)).toEqual(['{"a":1}', '{"a":1}']);
  });

  it("returns any answer when the caller wants none to be an error", async () => {
    const server = await answering({ status: 500, body: "no" });
    const response = await requestWith(server).request("/", { throwHttpErrors: false });
    expect([response.status, await response.text()]).toEqual([500, "no"]);
    expect(server.received).toHaveLength(1);
  });
});

describe("an answer outside 200–299", () => {
  it.each([
    [400, "REQUEST_FAILED", false],
    [401, "REQUEST_FAILED", false],
    [404, "REQUEST_FAILED", false],
    [408, "REQUEST_FAILED", true],
    [429, "RATE_LIMITED", true],
    [500, "REQUEST_FAILED", true],
    [503, "REQUEST_FAILED", true],
  ])("with status %i is a RequestError %s", async (status, code, retryable) => {
    const server = await answering({ status, body: '{"message":"why"}' });
    const error = await failure(
      requestWith({ ...server, retry: false })
        .request("/a?token=1")
        .json(),
    );
    expect(error).toBeInstanceOf(RequestError);
    expect(error).toMatchObject({
      code,
      retryable,
      status,
      method: "GET",
      url: `${server.origin}/a`,
      body: '{"message":"why"}',
      retryAfterMs: null,
    });
  });

  it.each([
    [
      "the scopes",
      403,
      'Bearer realm="x", error="insufficient_scope", scope="read:user repo"',
      ["read:user", "repo"],
    ],
    ["none", 403, "Bearer error=insufficient_scope", []],
    ["some that are none", 403, 'DPoP error="insufficient_scope", scope="a\u00e9b  ok"', ["ok"]],
    ["the scopes, with status 401", 401, 'Bearer error="insufficient_scope", scope="repo"', ["repo"]],
  ])(
    "says that the connection lacks a scope where the provider does (RFC 6750 §3.1): %s",
    async (_what, status, challenge, scopes) => {
      const server = await answering({ status, headers: { "www-authenticate": challenge } });
      const error = await failure(requestWith({ ...server, retry: false }).request("/"));
      expect(error).toMatchObject({ code: "INSUFFICIENT_SCOPE", status, scopes, retryable: false });
      expect(error).toMatchObject({ hint: expect.stringContaining("reconnect({ scopes })") });
    },
  );

  it("takes no secret for a scope, which a model would be shown", async () => {
    const challenge = 'Bearer error="insufficient_scope", scope="s3cret-token read"';
    const server = await answering({ status: 403, headers: { "www-authenticate": challenge } });
    const error = await failure(
      requestWith({ ...server, retry: false, secrets: () => ["s3cret-token"] }).request("/"),
    );
    expect(error).toMatchObject({ code: "INSUFFICIENT_SCOPE", scopes: ["read"] });
    expect(JSON.stringify(error)).not.toContain("s3cret-token");
  });

  it.each([
    ["another error", 403, 'Bearer error="invalid_token"'],
    ["another status", 400, 'Bearer error="insufficient_scope"'],
  ])("does not where it is %s", async (_what, status, challenge) => {
    const server = await answering({ status, headers: { "www-authenticate": challenge } });
    expect(await failure(requestWith({ ...server, retry: false }).request("/"))).toMatchObject({
      code: "REQUEST_FAILED",
      scopes: [],
    });
  });

  it.each([
    ["seconds", { "retry-after": "90" }, 90_000],
    ["a date", { "retry-after": "Thu, 01 Jan 1970 01:00:00 GMT" }, 3_000_000],
    ["a date that has passed", { "retry-after": "Thu, 01 Jan 1970 00:00:00 GMT" }, 0],
    ["seconds since the epoch, GitHub's way", { "x-ratelimit-reset": "1700000000" }, 1_699_999_400_000],
    ["nothing that can be read", { "retry-after": "soon" }, null],
  ])("says when to come back: %s", async (_what, headers, retryAfterMs) => {
    const server = await answering({ status: 429, headers });
    const { request } = requestWith({ ...server, retry: false, now: 600_000 });
    expect(await failure(request("/"))).toMatchObject({ code: "RATE_LIMITED", retryAfterMs });
  });

  it("shows the start of the body, without secrets, also where one lies across the cut", async () => {
    const body = `${"x".repeat(8_185)}${SECRET}${"y".repeat(200_000)}`;
    const server = await answering({ status: 400, body });
    const error = await failure(requestWith(server).request("/"));
    expect(error).toMatchObject({ body: `${"x".repeat(8_185)}[redact` });
  });

  it("whose body breaks off is still that answer", async () => {
    const server = await answering({
      status: 400,
      headers: { "content-length": "9" },
      body: "abc",
      hangUp: true,
    });
    expect(await failure(requestWith(server).request("/"))).toMatchObject({ status: 400, body: null });
  });
});

describe("a body", () => {
  it("that is not JSON is an error that does not quote it", async () => {
    const server = await answering({ body: `<html>${SECRET}</html>` });
    const error = await failure(requestWith(server).request("/a").json());
    expect(error).toMatchObject({
      code: "RESPONSE_INVALID",
      status: 200,
      url: `${server.origin}/a`,
      retryable: false,
    });
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain("html");
  });

  it("that was read already is an error that trying again does not help", async () => {
    const { request } = requestWith(await answering({ body: "{}" }));
    const answer = request("/x");
    await answer.json();
    const error = await failure(answer.json());
    expect(error).toMatchObject({ code: "REQUEST_FAILED", retryable: false, status: 200 });
    expect(error).toHaveProperty("message", expect.stringContaining("has been read already"));
  });

  it("that is too large is an error, announced or not", async () => {
    const body = JSON.stringify("x".repeat(100));
    const announced = await answering({ headers: { "content-length": String(body.length) }, body });
    const chunked = await answering({ headers: { "transfer-encoding": "chunked" }, body });
    for (const server of [announced, chunked]) {
      const { request } = requestWith({ ...server, maxResponseBytes: 50 });
      expect(await failure(request("/").json())).toMatchObject({ code: "RESPONSE_TOO_LARGE" });
    }
  });

  it("that breaks off is a retryable error", async () => {
    const server = await answering({ headers: { "content-length": "9" }, body: "abc", hangUp: true });
    expect(await failure(requestWith(server).request("/").text())).toMatchObject({
      code: "REQUEST_FAILED",
      retryable: true,
      status: 200,
    });
  });
});

describe("promises", () => {
  it("that fail are each handled by whoever awaits the shortcut", async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    process.on("unhandledRejection", note);
    onTestFinished(() => {
      process.off("unhandledRejection", note);
    });
    const server = await answering({ status: 404 });
    const { request } = requestWith(server);
    await failure(request("/").json());
    await failure(request("/").text());
    await failure(request("/"));
    await failure(request("//elsewhere").json());
    await failure(request("/", { timeout: -1 }).json());
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
  });
});
