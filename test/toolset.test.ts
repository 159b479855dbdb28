import type { MooringToolSetOptions } from "mooring";
import { defineAction, MooringToolSet, memoryStorage } from "mooring";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { acmeApp, CALLBACK_URL, PROVIDER, setUp } from "./support/acme.js";
import { caught } from "./support/actions.js";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const SECRET = "an-encryption-key-of-the-host-32";
const make = (options: unknown) => caught(() => Reflect.construct(MooringToolSet, [options]));
const persistent = () => ({ ...memoryStorage(), name: "disk", persistent: true });

describe("a toolset's options", () => {
  const right = { storage: memoryStorage(), apps: [acmeApp()] };

  it.each<readonly [wrong: Readonly<Record<string, unknown>>, path: string]>([
    [{ storage: undefined }, "storage"],
    [{ storage: new Map() }, "storage"],
    [{ encryption: SECRET }, "encryption"],
    [{ encryption: { keys: [{ id: "k", secret: undefined }] } }, "encryption"],
    [{ encryption: { keys: [{ id: "k", secret: "short" }] } }, "encryption.keys.0.secret"],
    [{ encryption: { keys: [{ id: "k k", secret: SECRET }] } }, "encryption.keys.0.id"],
    [{ encryption: { keys: [] } }, "encryption.keys"],
    [{ callbackUrl: "/connect/callback" }, "callbackUrl"],
    [{ callbackUrl: "http://app.example.com/callback" }, "callbackUrl"],
    [{ allowedRedirectUrls: ["app.example.com"] }, "allowedRedirectUrls.0"],
    [{ apps: [{ slug: "acme" }] }, "apps.0.baseUrl"],
    [{ apps: ["acme"] }, "apps.0"],
    [{ apps: [acmeApp(), acmeApp()] }, "apps.1.slug"],
    [{ actions: [{ name: "ACTION" }] }, "action"],
    [{ schemes: [{ name: "MINE" }] }, "schemes.0.parseSettings"],
    [{ managedAuth: { acne: { client_id: "c" } } }, "managedAuth.acne"],
    [{ managedAuth: { acme: { clientId: "c" } } }, "managedAuth.acme.clientId"],
    [{ managedAuth: { acme: { client_id: 5 } } }, "managedAuth.acme.client_id"],
    [{ framework: { name: "mine" } }, "framework.formatTools"],
    [{ flowBinding: "none" }, "flowBinding"],
    [{ flowTtlMs: 600 }, "flowTtlMs"],
    [{ refresh: { leaseMs: 500 } }, "refresh.leaseMs"],
    [{ refresh: { timeoutMs: "1 minute" } }, "refresh.timeoutMs"],
    [{ refresh: { ttlMs: 20_000 } }, "refresh"],
    [{ limits: { timeout: 5 } }, "limits"],
    [{ fetch: "fetch" }, "fetch"],
    [{ clock: {} }, "clock.now"],
    [{ logger: { debug: () => {} } }, "logger.warn"],
    [{ callbackURL: CALLBACK_URL }, "(root)"],
  ])("are refused by name: %j", (wrong, path) => {
    const error = make({ ...right, ...wrong });
    expect(error).toMatchObject({ name: "ConfigurationError" });
    expect(error).toHaveProperty("issues", expect.arrayContaining([expect.objectContaining({ path })]));
  });

  it("say what a missing environment variable leaves unsaid", () => {
    const managedAuth = { acme: { client_id: "c", client_secret: undefined } };
    expect(make({ ...right, managedAuth })).toMatchObject({
      issues: [{ path: "managedAuth.acme.client_secret", message: "expected a text, or a list of texts" }],
    });
  });

  it("must be there", () => {
    expect(make(undefined)).toMatchObject({
      code: "CONFIG_INVALID",
      issues: [{ path: "storage" }],
      hint: expect.stringContaining("It takes storage, encryption, callbackUrl"),
    });
  });

  it("name an app whose scheme nobody registered", () => {
    const app = acmeApp({ authSchemes: [{ scheme: "MY_SCHEME" }] });
    expect(make({ ...right, apps: [app] })).toMatchObject({
      code: "SCHEME_UNSUPPORTED",
      issues: [{ path: "apps.0.authSchemes" }],
      hint: expect.stringContaining("Pass its strategy in `schemes`"),
    });
  });

  it("need a key for storage that outlives the process, and say how to make one", () => {
    expect(make({ ...right, storage: persistent() })).toMatchObject({
      code: "ENCRYPTION_KEY_MISSING",
      issues: [{ path: "encryption" }],
      hint: expect.stringContaining("randomBytes(32)"),
    });
    expect(
      new MooringToolSet({ ...right, storage: persistent(), encryption: false }).apps.list(),
    ).toHaveLength(1);
  });

  it("may opt out of encryption, by name: then it can be seen", async () => {
    const connectionParams = { api_key: "key-1" };
    const stored = async (encryption: MooringToolSetOptions<never, never, never>["encryption"]) => {
      const { toolset, storage } = setUp({ storage: persistent(), encryption });
      const request = await toolset
        .getEntity("ada")
        .initiateConnection({ app: "acme", authScheme: "API_KEY", connectionParams });
      expect(await (await request.waitUntilActive()).getAuthParams()).toMatchObject({
        headers: { "x-api-key": "key-1" },
      });
      const row = await storage.connections.get({ id: request.connectedAccountId, entityId: "ada" });
      return row?.connection.credentials ?? "";
    };
    expect(await stored(false)).toMatch(/^plaintext:.*key-1/);
    expect(await stored({ keys: [{ id: "k1", secret: SECRET }] })).toMatch(/^eyJ[^.]+\.\./);
  });
});

describe("apps", () => {
  it("are listed and found by slug, in any case", () => {
    const { toolset } = setUp();
    expect(toolset.apps.list().map(({ slug }) => slug)).toEqual(["acme", "opendata"]);
    expect(toolset.apps.get("ACME").name).toBe("Acme");
    expect(caught(() => toolset.apps.get("acne"))).toMatchObject({ code: "APP_UNKNOWN" });
    expect(JSON.stringify(toolset)).toBe('{"apps":["acme","opendata"]}');
  });
});

const greeting = {
  description: "Greets somebody.",
  tags: ["social"],
  annotations: { readOnly: true },
  input: z.strictObject({ name: z.string() }),
  execute: ({ name }: { name: string }, { entityId }: { entityId: string }) => ({
    greeting: `Hello ${name}, says ${entityId}`,
  }),
};
const greet = defineAction({ ...greeting, name: "GREET", app: null });

describe("getTools", () => {
  const names = (tools: readonly { readonly function: { readonly name: string } }[]) =>
    tools.map((tool) => tool.function.name);

  it.each([
    [{}, ["ACME_LIST_TICKETS", "ACME_CREATE_TICKET", "OPENDATA_GET_NUMBER", "GREET"]],
    [{ apps: ["acme"] }, ["ACME_LIST_TICKETS", "ACME_CREATE_TICKET"]],
    [{ apps: ["acme"], readOnly: true }, ["ACME_LIST_TICKETS"]],
    [{ actions: ["greet", "ACME_CREATE_TICKET"] }, ["ACME_CREATE_TICKET", "GREET"]],
    [{ tags: ["social"] }, ["GREET"]],
    [{ apps: [] }, []],
  ])("matches all filters: %j", async (filter, expected) => {
    const { toolset } = setUp({ actions: [greet] });
    expect(names(await toolset.getTools(filter))).toEqual(expected);
  });

  it("names filters that mean nothing", async () => {
    const { toolset } = setUp();
    await expect(toolset.getTools({ apps: ["acne"], actions: ["ACME_LIST"] })).rejects.toMatchObject({
      code: "INPUT_INVALID",
      issues: [{ path: "apps.0" }, { path: "actions.0" }],
    });
    await expect(Reflect.apply(toolset.getTools, toolset, [{ app: "acme" }])).rejects.toThrow('"app"');
  });
});

describe("registerAction", () => {
  it("adds one, and refuses a name that is taken or an app that is not there", async () => {
    const { toolset } = setUp();
    expect(toolset.registerAction(greet)).toBe(toolset);
    expect(
      await toolset.executeAction({ action: "greet", params: { name: "Bob" }, entityId: "ada" }),
    ).toEqual({
      data: { greeting: "Hello Bob, says ada" },
      error: null,
      successful: true,
    });
    expect(caught(() => toolset.registerActions([greet]))).toMatchObject({
      code: "CONFIG_INVALID",
      issues: [{ path: "name" }],
    });
    const foreign = defineAction({ ...greeting, name: "ACNE_GREET", app: "acne" });
    expect(caught(() => toolset.registerAction(foreign))).toMatchObject({
      code: "APP_UNKNOWN",
      issues: [{ path: "app" }],
    });
    expect(caught(() => Reflect.apply(toolset.registerAction, toolset, [{}]))).toMatchObject({
      code: "CONFIG_INVALID",
    });
  });
});

async function connected() {
  const made = setUp({ actions: [greet] });
  for (const entityId of ["ada", "bob"]) {
    await made.toolset.getEntity(entityId).initiateConnection({
      app: "acme",
      authScheme: "API_KEY",
      connectionParams: { api_key: `key-of-${entityId}` },
    });
  }
  return made;
}

const completion = (...calls: readonly (readonly [name: string, args: string])[]) => ({
  choices: [
    {
      message: {
        tool_calls: calls.map(([name, args], index) => ({
          id: `call-${index}`,
          type: "function",
          function: { name, arguments: args },
        })),
      },
    },
  ],
});

describe("handleToolCalls", () => {
  it("answers every call, in order, each as the given entity alone", async () => {
    const seen: (string | null)[] = [];
    server.use(
      http.get(`${PROVIDER}/api/tickets`, ({ request }) => {
        seen.push(request.headers.get("x-api-key"));
        return HttpResponse.json([{ id: 1 }]);
      }),
    );
    const { toolset } = await connected();
    await toolset.getTools({ entityId: "bob" });
    const response = completion(
      ["ACME_LIST_TICKETS", '{"state":"open"}'],
      ["GREET", '{"name":"Eve","entityId":"ada"}'],
      ["DROP_TABLES", "{}"],
      ["GREET", '{"name":"Eve"}'],
      ["ACME_LIST_TICKETS", "not json"],
    );
    const messages = await toolset.handleToolCalls(response, { entityId: "bob" });
    expect(messages.map(({ role, tool_call_id }) => [role, tool_call_id])).toEqual(
      [0, 1, 2, 3, 4].map((index) => ["tool", `call-${index}`]),
    );
    expect(messages.map(({ content }) => JSON.parse(content))).toMatchObject([
      { successful: true, data: [{ id: 1 }] },
      { successful: false, error: { code: "INPUT_INVALID" } },
      { successful: false, error: { code: "TOOL_NOT_OFFERED" } },
      { successful: true, data: { greeting: "Hello Eve, says bob" } },
      { successful: false, error: { code: "INPUT_INVALID" } },
    ]);
    expect(seen).toEqual(["key-of-bob"]);
  });

  it("runs the calls at the same time", async () => {
    const { toolset } = setUp();
    let arrived = 0;
    let release: () => void = () => {};
    const both = new Promise<void>((resolve) => {
      release = resolve;
    });
    toolset.registerAction(
      defineAction({
        name: "MEET",
        app: null,
        description: "Waits for the other.",
        input: z.strictObject({}),
        async execute() {
          arrived += 1;
          if (arrived === 2) release();
          await both;
          return arrived;
        },
      }),
    );
    await toolset.getTools();
    const messages = await toolset.handleToolCalls(completion(["MEET", ""], ["MEET", ""]), {
      entityId: "ada",
    });
    expect(messages.map(({ content }) => JSON.parse(content))).toMatchObject([{ data: 2 }, { data: 2 }]);
  });

  it("runs only what was offered to this entity", async () => {
    const { toolset } = await connected();
    await toolset.getTools({ actions: ["GREET"], entityId: "ada" });
    const call = completion(["GREET", '{"name":"Eve"}']);
    const codeFor = async (entityId: string) =>
      JSON.parse((await toolset.handleToolCalls(call, { entityId }))[0]?.content ?? "").error?.code;
    expect(await codeFor("ada")).toBeUndefined();
    expect(await codeFor("bob")).toBe("TOOL_NOT_OFFERED");
  });

  it("refuses what is no completion, and a call without an entity", async () => {
    const { toolset } = setUp();
    await expect(
      Reflect.apply(toolset.handleToolCalls, toolset, [{}, { entityId: "ada" }]),
    ).rejects.toMatchObject({
      code: "INPUT_INVALID",
      issues: [{ path: "choices" }],
    });
    for (const options of [undefined, {}, { entityId: "" }, { entityId: null }]) {
      const call = Reflect.apply(toolset.handleToolCalls, toolset, [completion(), options]);
      await expect(call).rejects.toMatchObject({ code: "INPUT_INVALID", issues: [{ path: "entityId" }] });
    }
  });
});

describe("executeAction", () => {
  it("says in its result what went wrong", async () => {
    server.use(http.get(`${PROVIDER}/api/tickets`, () => new HttpResponse("no", { status: 403 })));
    const { toolset } = await connected();
    const failing = await toolset.executeAction({ action: "ACME_LIST_TICKETS", entityId: "ada" });
    expect(failing).toMatchObject({ successful: false, data: null, error: { code: "REQUEST_FAILED" } });
    const unknown = await toolset.executeAction({ action: "ACME_LIST", entityId: "ada" });
    expect(unknown.error).toMatchObject({ code: "ACTION_NOT_FOUND" });
  });

  it("throws only for what the host got wrong", async () => {
    const { toolset } = setUp();
    for (const [options, path] of [
      [undefined, "action"],
      [{ entityId: "ada" }, "action"],
      [{ action: 5, entityId: "ada" }, "action"],
      [{ action: "GREET" }, "entityId"],
      [{ action: "GREET", entityId: null }, "entityId"],
    ]) {
      const call = Reflect.apply(toolset.executeAction, toolset, [options]);
      await expect(call).rejects.toMatchObject({
        code: "INPUT_INVALID",
        issues: expect.arrayContaining([expect.objectContaining({ path })]),
      });
    }
  });
});
