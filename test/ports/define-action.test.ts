import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { ConfigurationError } from "../../src/errors.js";
import type { ActionOptions, InputSchema } from "../../src/ports/define-action.js";
import { defineAction } from "../../src/ports/define-action.js";
import { actionContext, caught, recordedRequest } from "../support/actions.js";

const base = { name: "ACME_DO_IT", app: "acme", description: "Does it." } as const;

/** The issues of a definition that is refused. */
function refused(options: unknown) {
  const error = caught(() => Reflect.apply(defineAction, undefined, [options]));
  if (!(error instanceof ConfigurationError)) throw new Error("expected a ConfigurationError");
  expect(error.code).toBe("CONFIG_INVALID");
  return error.issues.map(({ path }) => path);
}

describe("defineAction", () => {
  it("assumes that an action writes unless it says otherwise", () => {
    const action = defineAction({ ...base, input: z.strictObject({}), execute: () => null });
    expect(action).toMatchObject({
      ...base,
      tags: [],
      scopes: [],
      annotations: { readOnly: false, destructive: false, idempotent: false },
    });
  });

  it("passes the schema's output to execute", async () => {
    const action = defineAction({
      ...base,
      input: z.strictObject({ count: z.number().default(3), text: z.string().trim() }),
      execute: ({ count, text }) => text.repeat(count),
    });
    const prepared = action.prepare({ text: " ab " });
    if (!prepared.ok) throw new Error("expected valid arguments");
    expect(await prepared.run(actionContext())).toBe("ababab");
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["an unknown option", { scope: ["repo"] }, "(root)"],
    ["a lower-case name", { name: "acme_do" }, "name"],
    ["a name too long to prefix", { name: "A".repeat(49) }, "name"],
    ["an empty description", { description: "" }, "description"],
    ["a misspelt annotation", { annotations: { readonly: true } }, "annotations"],
    [
      "an action that reads and destroys",
      { annotations: { readOnly: true, destructive: true } },
      "annotations",
    ],
    ["a missing input", { input: undefined }, "input"],
    ["an input that is no object", { input: z.string() }, "input"],
    ["a JSON Schema of an array", { input: { type: "array" } }, "input"],
    ["a JSON Schema with a union at its root", { input: { type: "object", anyOf: [] } }, "input"],
    [
      "a JSON Schema that cannot be validated",
      { input: { type: "object", properties: { a: { not: { type: "string" } } } } },
      "input",
    ],
    ["a key models refuse", { input: z.object({ $top: z.number() }) }, "input.$top"],
    ["the entity as an input", { input: z.object({ entityId: z.string() }) }, "input.entityId"],
    [
      "the connection as an input",
      { input: z.object({ connected_account_id: z.string() }) },
      "input.connected_account_id",
    ],
    ["neither request nor execute", { execute: undefined }, "request"],
    ["both request and execute", { request: { method: "GET", path: "/" } }, "request"],
  ])("refuses %s", (_case, options, path) => {
    expect(refused({ ...base, input: z.strictObject({}), execute: () => null, ...options })).toEqual([path]);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["a relative path", { path: "users" }, "request.path"],
    ["a path to another host", { path: "//evil.example/users" }, "request.path"],
    ["a URL", { path: "https://evil.example/users" }, "request.path"],
    ["a query in the path", { path: "/users?all=1" }, "request.path"],
    ["a dot segment", { path: "/users/../admin" }, "request.path"],
    ["an unclosed placeholder", { path: "/users/{id" }, "request.path"],
    ["a placeholder that is no input", { path: "/users/{name}" }, "request.path"],
    ["a placeholder that may be missing", { path: "/users/{note}" }, "request.path"],
    ["a query input that is none", { query: ["nope"] }, "request.query"],
    ["a query input of the path", { query: ["id"] }, "request.query"],
    ["a renaming of no input", { rename: { nope: "x" } }, "request.rename"],
    ["two inputs under one name", { rename: { note: "text" } }, "request.rename"],
    ["a header HTTP forbids", { headers: { "a b": "c" } }, "request.headers"],
    ["an unknown method", { method: "TRACE" }, "request.method"],
    ["an unknown option", { params: {} }, "request"],
  ])("refuses a request with %s", (_case, request, path) => {
    const input = z.strictObject({
      id: z.string(),
      note: z.string().optional(),
      text: z.string().optional(),
    });
    const options = { ...base, input, request: { method: "POST", path: "/users/{id}", ...request } };
    expect(refused(options)).toEqual([path]);
  });

  it("refuses a request without an app to send it to", () => {
    expect(
      refused({ ...base, app: null, input: z.object({}), request: { method: "GET", path: "/" } }),
    ).toEqual(["app"]);
  });
});

describe("inputSchema", () => {
  it("has the one root every model accepts, whatever the author's zod object was", () => {
    const loose = z
      .looseObject({ a: z.string(), b: z.number().default(1) })
      .describe("about")
      .meta({ title: "T" });
    expect(defineAction({ ...base, input: loose, execute: () => null }).inputSchema).toEqual({
      type: "object",
      properties: { a: { type: "string" }, b: { type: "number", default: 1 } },
      required: ["a"],
      additionalProperties: false,
    });
  });

  it("keeps definitions a property refers to", () => {
    const tree = z.strictObject({
      name: z.string(),
      get children() {
        return z.array(tree);
      },
    });
    const { inputSchema } = defineAction({ ...base, input: z.strictObject({ tree }), execute: () => null });
    expect(Object.keys(inputSchema)).toEqual([
      "type",
      "properties",
      "required",
      "additionalProperties",
      "$defs",
    ]);
  });

  it("is the author's own JSON Schema, closed", () => {
    const input = {
      $schema: "http://json-schema.org/draft-07/schema#",
      type: "object",
      properties: { id: { $ref: "#/$defs/id" } },
      $defs: { id: { type: "string", minLength: 2 } },
    } as const;
    const action = defineAction({ ...base, input, execute: ({ id }) => id });
    expect(action.inputSchema).toEqual({
      type: "object",
      properties: input.properties,
      required: [],
      additionalProperties: false,
      $defs: input.$defs,
    });
    expect(action.prepare({ id: "a" }).ok).toBe(false);
    expect(action.prepare({ id: "ab" }).ok).toBe(true);
    expect(action.prepare({ id: "ab", more: 1 }).ok).toBe(false);
  });

  it("says so when a type has no JSON Schema", () => {
    const action = defineAction({ ...base, input: z.strictObject({ at: z.date() }), execute: () => null });
    expect(() => action.inputSchema).toThrow(/ACME_DO_IT has no JSON Schema: Date/);
  });
});

describe("prepare", () => {
  const action = defineAction({
    ...base,
    input: z.object({
      title: z.string(),
      kind: z.enum(["a", "b"]).optional(),
      at: z.object({ x: z.number() }).optional(),
    }),
    execute: () => null,
  });

  it("names every wrong field and what was expected there", () => {
    expect(action.prepare({ kind: "c", at: { x: "1" }, nope: 1 })).toEqual({
      ok: false,
      issues: [
        { path: "title", message: "Invalid input: expected string, received undefined" },
        { path: "kind", message: 'Invalid option: expected one of "a"|"b"' },
        { path: "at.x", message: "Invalid input: expected number, received string" },
        { path: "nope", message: "Unknown property. Expected: title, kind, at." },
      ],
    });
  });

  it("never repeats a value, and bounds what it says about hostile arguments", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ maxLength: 300 }), fc.constant("s3cret-value"), { minKeys: 1 }),
        (args) => {
          const prepared = action.prepare({ ...args, title: ["s3cret-value"], kind: "s3cret-value" });
          if (prepared.ok) throw new Error("expected issues");
          expect(prepared.issues.length).toBeLessThanOrEqual(20);
          expect(JSON.stringify(prepared.issues)).not.toContain("s3cret-value");
          expect(Math.max(...prepared.issues.map(({ path }) => path.length))).toBeLessThanOrEqual(64);
        },
      ),
    );
  });

  it("refuses a __proto__ key like any other unknown one", () => {
    expect(action.prepare(JSON.parse('{"title":"x","__proto__":{"title":1}}')).ok).toBe(false);
  });

  it.each([undefined, null, 1, "text", []])("refuses %j where an object was expected", (args) => {
    expect(action.prepare(args)).toMatchObject({ ok: false, issues: [{ path: "(root)" }] });
  });
});

describe("a declarative request", () => {
  const requestOf = <Schema extends InputSchema>(
    input: Schema,
    request: NonNullable<ActionOptions<Schema>["request"]>,
    args: unknown,
  ) => recordedRequest(defineAction({ ...base, input, request }), args);

  it("fills the path, repeats lists in the query and sends the rest as JSON", async () => {
    const input = z.object({
      owner: z.string(),
      repo: z.string(),
      labels: z.array(z.string()).optional(),
      dryRun: z.boolean().optional(),
      title: z.string(),
      body: z.string().nullable().optional(),
    });
    const sent = await requestOf(
      input,
      {
        method: "POST",
        path: "/repos/{owner}/{repo}/issues",
        query: ["labels", "dryRun"],
        rename: { dryRun: "dry-run", title: "issue/title" },
        headers: { "x-version": "2" },
      },
      { owner: "a b", repo: "c/d?e", labels: ["x", "y"], dryRun: true, title: "t", body: null },
    );
    expect(sent).toEqual({
      path: "/repos/a%20b/c%2Fd%3Fe/issues",
      options: {
        method: "POST",
        headers: { "x-version": "2" },
        searchParams: { labels: ["x", "y"], "dry-run": true },
        json: { "issue/title": "t", body: null },
        signal: expect.any(AbortSignal),
      },
    });
  });

  it.each(["GET", "HEAD", "DELETE"] as const)("puts everything into the query of a %s", async (method) => {
    const input = z.object({ q: z.string(), page: z.number().optional(), sort: z.string().nullable() });
    const sent = await requestOf(input, { method, path: "/search" }, { q: "a&b", sort: null });
    expect(sent.options).toMatchObject({ method, searchParams: { q: "a&b" } });
    expect(sent.options).not.toHaveProperty("json");
  });

  it("sends no body when no input goes there, and an empty object when all were left out", async () => {
    const none = await requestOf(
      z.object({ id: z.number() }),
      { method: "POST", path: "/x/{id}" },
      { id: 7 },
    );
    expect(none.path).toBe("/x/7");
    expect(none.options).not.toHaveProperty("json");
    const input = z.object({ note: z.string().optional() });
    expect((await requestOf(input, { method: "PATCH", path: "/x" }, {})).options.json).toEqual({});
  });

  it("keeps slashes only where the path says so", async () => {
    const sent = await requestOf(
      z.object({ file: z.string() }),
      { method: "GET", path: "/files/{file+}" },
      { file: "a b/c" },
    );
    expect(sent.path).toBe("/files/a%20b/c");
  });

  it.each([
    ["/x/{id}", ""],
    ["/x/{id}", "."],
    ["/x/{id}", ".."],
    ["/x/{id}", "%2e%2e"],
    ["/x/{id}", "\ud800"],
    ["/x/{id+}", "a/../b"],
    ["/x/{id+}", "a//b"],
    ["/x/{id+}", "/a"],
  ])("refuses what would lead %s elsewhere: %j", (path, id) => {
    const action = defineAction({
      ...base,
      input: z.object({ id: z.string() }),
      request: { method: "GET", path },
    });
    expect(action.prepare({ id })).toMatchObject({ ok: false, issues: [{ path: "id" }] });
  });

  it("refuses what a query cannot hold", () => {
    const input = z.object({ filter: z.record(z.string(), z.string()) });
    const action = defineAction({ ...base, input, request: { method: "GET", path: "/x" } });
    expect(action.prepare({ filter: { a: "b" } })).toMatchObject({ ok: false, issues: [{ path: "filter" }] });
  });

  it("keeps any segment within its place in the path", async () => {
    const action = defineAction({
      ...base,
      input: z.object({ id: z.string() }),
      request: { method: "GET", path: "/a/{id}/b" },
    });
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), async (id) => {
        fc.pre(action.prepare({ id }).ok);
        const { pathname, search, hash } = new URL(
          (await recordedRequest(action, { id })).path,
          "https://api.example",
        );
        expect([pathname.split("/").length, search, hash]).toEqual([4, "", ""]);
        expect(decodeURIComponent(pathname.split("/")[2] ?? "")).toBe(id);
      }),
    );
  });
});

describe("the answer of a declarative request", () => {
  const action = defineAction({ ...base, input: z.object({}), request: { method: "GET", path: "/x" } });
  const answer = (body: BodyInit | null, type: string) => {
    const prepared = action.prepare({});
    if (!prepared.ok) throw new Error("expected valid arguments");
    return prepared.run(
      actionContext({ respond: () => new Response(body, { headers: { "content-type": type } }) }),
    );
  };

  it.each([
    ['{"a":1}', "application/json; charset=utf-8", { a: 1 }],
    ["[1]", "application/vnd.github+json", [1]],
    ["", "application/json", null],
    ["plain", "text/plain", "plain"],
    ['{"a":1}', "text/html", '{"a":1}'],
  ])("reads %j of type %s", async (body, type, data) => {
    expect(await answer(body, type)).toEqual(data);
  });

  it("says that malformed JSON is malformed, without quoting it", async () => {
    await expect(answer("{s3cret", "application/json")).rejects.toMatchObject({
      code: "RESPONSE_INVALID",
      message: expect.not.stringContaining("s3cret"),
    });
  });
});
