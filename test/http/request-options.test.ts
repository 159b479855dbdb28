import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { SECRET } from "../support/credentials.js";
import { failure } from "../support/failure.js";
import { answering, requestWith } from "../support/requests.js";

describe("the options of a request", () => {
  it.each<[string, string, Record<string, unknown>]>([
    ["an unknown name", "hooks", { hooks: {} }],
    ["a misspelt name", "searchparams", { searchparams: {} }],
    ["both bodies", "body", { method: "POST", json: 1, body: "1" }],
    ["a body with GET", "body", { body: "1" }],
    ["JSON with HEAD", "json", { method: "HEAD", json: 1 }],
    ["JSON that is none", "json", { method: "POST", json: { a: 1n } }],
    ["an object as body", "body", { method: "POST", body: { a: 1 } }],
    ["a method that is none", "method", { method: "GET /\r\n" }],
    ["a method no fetch sends", "method", { method: "CONNECT" }],
    ["a line break in a header", "headers", { headers: { "x-own": `${SECRET}\n1` } }],
    ["null in the query", "searchParams.a", { searchParams: { a: null } }],
    ["an object in the query", "searchParams.a", { searchParams: { a: [{}] } }],
    ["no time", "timeout", { timeout: 0 }],
    ["more time than a timer has", "timeout", { timeout: 2 ** 31 }],
    ["half a retry", "retry", { retry: 0.5 }],
    ["no signal", "signal", { signal: {} }],
    ["a function for throwHttpErrors", "throwHttpErrors", { throwHttpErrors: () => true }],
  ])("with %s are refused by name", async (_what, path, options) => {
    const { request, opened } = requestWith({});
    const error = await failure(request("/", options));
    expect(error).toMatchObject({ code: "INPUT_INVALID", issues: [{ path }] });
    expect(error).toHaveProperty("message", expect.stringContaining(path));
    expect(inspect(error)).not.toContain(SECRET);
    expect(opened).toEqual([]);
  });

  it("are read at the time of the call", async () => {
    const server = await answering({});
    const options = { method: "POST", headers: { "x-page": "1" }, json: { page: 1 } };
    const answer = requestWith(server).request("/", options);
    options.headers["x-page"] = "2";
    options.json.page = 2;
    await answer;
    expect(server.received).toMatchObject([{ headers: { "x-page": "1" }, body: '{"page":1}' }]);
  });
});
