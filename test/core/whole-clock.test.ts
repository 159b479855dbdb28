import { defineApp, MooringToolSet, memoryStorage } from "mooring";
import { describe, expect, it } from "vitest";
import { wholeClock } from "../../src/core/whole-clock.js";
import { setUp } from "../support/acme.js";

describe("a clock with fractions of milliseconds", () => {
  it("leaves whole ones in storage", async () => {
    const clock = { now: () => 1_767_225_600_000.75, sleep: () => Promise.resolve() };
    const { toolset, storage } = setUp({ clock });
    const connectionParams = { api_key: "the-key-of-ada" };
    const { connectedAccountId: id } = await toolset
      .getEntity("ada")
      .initiateConnection({ app: "acme", authScheme: "API_KEY", connectionParams });
    const row = await storage.connections.get({ id, entityId: "ada" });
    expect(row?.connection.createdAt).toBe(1_767_225_600_000);
    expect(row?.integration.createdAt).toBe(1_767_225_600_000);
  });
});

describe("a clock that does not wait", () => {
  it("lets everything go on while something sleeps in a loop", async () => {
    let now = 1_767_225_600_000;
    const app = defineApp({
      slug: "acme",
      name: "Acme",
      description: "Acme",
      baseUrl: "https://api.acme.example",
      authSchemes: [
        { scheme: "OAUTH2", grantType: "client_credentials", tokenUrl: "https://id.acme.example/token" },
      ],
    });
    const toolset = new MooringToolSet({
      storage: memoryStorage(),
      apps: [app],
      clock: { now: () => now, sleep: () => Promise.resolve() },
      fetch: async (input) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        const { hostname } = new URL(input instanceof Request ? input.url : input);
        if (hostname.startsWith("api.")) return Response.json({});
        return Response.json({ access_token: `at-${now}`, token_type: "bearer", expires_in: 3600 });
      },
    });
    await toolset.createIntegration({ app, authConfig: { client_id: "id", client_secret: "secret" } });
    const connection = await (await toolset.getEntity("ada").initiateConnection({ app })).waitUntilActive();
    now += 3_600_000;
    await connection.request("/x");
    expect((await connection.getAuthParams()).headers).toEqual({ authorization: `Bearer at-${now}` });
  });

  it("ends a sleep that is aborted, though it does not look", async () => {
    const clock = wholeClock({ now: () => 0, sleep: () => Promise.resolve() });
    const aborted = AbortSignal.abort(new Error("enough"));
    await expect(clock.sleep(1, aborted)).rejects.toThrow("enough");
  });
});
