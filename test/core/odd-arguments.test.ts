import type { Connection, MooringError } from "mooring";
import { describe, expect, it } from "vitest";
import { setUp } from "../support/acme.js";

/** Calls a method with what its types do not allow: hosts written in JavaScript do. */
const call = (target: object, method: string, ...given: readonly unknown[]): unknown =>
  Reflect.apply(Reflect.get(target, method), target, given);

async function world() {
  const { toolset } = setUp({ fetch: async () => new Response("{}") });
  const entity = toolset.getEntity("ada");
  const request = await entity.initiateConnection({
    app: "acme",
    authScheme: "API_KEY",
    connectionParams: { api_key: "key-1" },
  });
  const connection: Connection = await request.waitUntilActive();
  const [integration] = await toolset.getIntegrations();
  if (integration === undefined) throw new Error("expected an integration");
  return { toolset, apps: toolset.apps, entity, request, connection, integration };
}

const CALLBACK = "https://app.example.com/connect/callback?state=x";
const NAMELESS = [undefined, null, 5, true, Symbol("odd")];
const OPTIONS = [5, "text", true, Symbol("odd")];

type Row = [
  target: keyof Awaited<ReturnType<typeof world>>,
  method: string,
  path: string,
  odd: readonly unknown[],
  ...before: readonly unknown[],
];

const ROWS: Row[] = [
  ["toolset", "getEntity", "entityId", NAMELESS],
  ["toolset", "getIntegration", "id", NAMELESS],
  ["toolset", "getIntegrations", "(root)", OPTIONS],
  ["toolset", "createIntegration", "(root)", OPTIONS],
  ["toolset", "createIntegration", "app", [undefined, null]],
  ["toolset", "getTools", "(root)", [null, ...OPTIONS]],
  ["toolset", "getTools", "entityId", [{ entityId: null }, { entityId: 5 }]],
  ["toolset", "handleCallback", "callback", NAMELESS],
  ["toolset", "handleCallback", "(root)", [null, "ada", 5], CALLBACK],
  ["toolset", "handleCallback", "entityId", [{ entityId: null }, { entityId: 5 }], CALLBACK],
  ["toolset", "handleToolCalls", "entityId", [undefined, null, {}], { choices: [] }],
  ["toolset", "executeAction", "action", [undefined, null, {}]],
  ["toolset", "executeRequest", "entityId", [undefined, null, {}]],
  ["toolset", "registerAction", "action", NAMELESS],
  ["toolset", "registerActions", "actions", NAMELESS],
  ["apps", "get", "slug", NAMELESS],
  ["entity", "initiateConnection", "(root)", OPTIONS],
  ["entity", "ensureConnected", "(root)", OPTIONS],
  ["entity", "getConnection", "app", [undefined, null, {}]],
  ["entity", "getConnections", "(root)", OPTIONS],
  ["request", "waitUntilActive", "(root)", OPTIONS],
  ["request", "waitUntilActive", "signal", [{ signal: 5 }]],
  ["connection", "updateCredentials", "connectionParams", NAMELESS],
  ["connection", "update", "(root)", OPTIONS],
  ["connection", "reconnect", "(root)", OPTIONS],
  ["connection", "delete", "(root)", OPTIONS],
  ["connection", "delete", "revoke", [{ revoke: "yes" }]],
  ["connection", "request", "path", NAMELESS],
  ["connection", "request", "signal", [{ signal: 5 }], "/x"],
  ["connection", "fetch", "input", NAMELESS],
  ["connection", "fetch", "signal", [{ signal: 5 }], "/x"],
  ["connection", "fetch", "method", [{ method: 5 }], "/x"],
  ["integration", "update", "(root)", OPTIONS],
];

describe("an argument no types allow", () => {
  it.each(ROWS)("of %s.%s() is an error that names `%s`", async (target, method, path, odd, ...before) => {
    const parts = await world();
    for (const value of odd) {
      const outcome = (async () => call(parts[target], method, ...before, value))();
      const error: MooringError = await outcome.then(
        () => Promise.reject(new Error(`${String(value)} was taken`)),
        (reason) => reason,
      );
      expect(error).toMatchObject({ name: expect.stringMatching(/^(Validation|Configuration)Error$/) });
      expect(error).toMatchObject({ issues: expect.arrayContaining([expect.objectContaining({ path })]) });
    }
    expect((await parts.connection.reload()).status).toBe("ACTIVE");
  });

  it.each([[undefined], [{ signal: 5 }]])("of fetch rejects, and throws nothing", async (odd) => {
    const { connection } = await world();
    const fetching = odd === undefined ? call(connection, "fetch") : call(connection, "fetch", "/x", odd);
    expect(fetching).toBeInstanceOf(Promise);
    await expect(fetching).rejects.toMatchObject({ code: "INPUT_INVALID" });
  });
});
