import type { Connection, MooringToolSet } from "mooring";
import { MooringError, memoryStorage } from "mooring";
import type { FakeClock } from "mooring/testing";
import { describe, expect, it } from "vitest";
import { acmeApp, CALLBACK_URL, CLIENT, consented, setUp } from "../support/acme.js";
import type { Fault } from "../support/faulty-storage.js";
import { faultyStorage } from "../support/faulty-storage.js";
import { listedStorage } from "../support/stored-rows.js";

const json = (body: unknown) => Response.json(body);
let issued = 0;
const provider = async (input: Request | URL | string): Promise<Response> => {
  const { pathname } = new URL(input instanceof Request ? input.url : input);
  if (pathname !== "/token") return json({ ok: true });
  issued += 1;
  return json({
    access_token: `access-${issued}`,
    refresh_token: `refresh-${issued}`,
    token_type: "Bearer",
    expires_in: 3600,
  });
};

interface World {
  readonly toolset: MooringToolSet;
  readonly clock: FakeClock;
  redirectUrl: string | null;
}

const adas = (toolset: MooringToolSet) => toolset.getEntity("ada");
const called = (toolset: MooringToolSet, alias: string): Promise<Connection> =>
  adas(toolset).getConnection({ alias });

/** The life of two connections and their integrations, write by write; each step finds its own way in. */
const LIFE: readonly ((world: World) => Promise<unknown>)[] = [
  ({ toolset }) => toolset.createIntegration({ app: "acme", authScheme: "OAUTH2", authConfig: CLIENT }),
  async (world) => {
    const request = await adas(world.toolset).initiateConnection({
      app: "acme",
      authScheme: "OAUTH2",
      authConfig: CLIENT,
      alias: "granted",
    });
    world.redirectUrl = request.redirectUrl;
  },
  ({ toolset, redirectUrl }) =>
    toolset.handleCallback(redirectUrl === null ? CALLBACK_URL : consented(redirectUrl), { entityId: "ada" }),
  async (world) => {
    const again = await (await called(world.toolset, "granted")).reconnect();
    world.redirectUrl = again.redirectUrl;
  },
  ({ toolset, redirectUrl }) =>
    toolset.handleCallback(redirectUrl === null ? CALLBACK_URL : consented(redirectUrl), { entityId: "ada" }),
  async ({ toolset, clock }) => {
    await clock.advance(3_600_000);
    await (await called(toolset, "granted")).request("/tickets");
  },
  async ({ toolset }) => (await called(toolset, "granted")).refresh(),
  ({ toolset }) =>
    adas(toolset).initiateConnection({
      app: "acme",
      authScheme: "API_KEY",
      alias: "keyed",
      connectionParams: { api_key: "key-1" },
    }),
  async ({ toolset }) => (await called(toolset, "keyed")).updateCredentials({ api_key: "key-2" }),
  async ({ toolset }) => (await called(toolset, "keyed")).update({ labels: ["work"], isDefault: true }),
  async ({ toolset }) => (await called(toolset, "keyed")).disable(),
  async ({ toolset }) => (await called(toolset, "keyed")).enable(),
  async ({ toolset }) => (await called(toolset, "keyed")).revoke(),
  async ({ toolset }) =>
    (await called(toolset, "keyed")).reconnect({ connectionParams: { api_key: "key-3" } }),
  async ({ toolset }) => (await called(toolset, "granted")).revoke(),
  async ({ toolset }) => (await called(toolset, "granted")).delete(),
  async ({ toolset }) => {
    for (const integration of await toolset.getIntegrations()) {
      await integration.update({ name: "another" });
      await integration.disable();
      await integration.enable();
      await integration.delete();
    }
  },
];

/** Waits for a step, letting time pass while it sleeps. */
async function settled(step: Promise<unknown>, clock: FakeClock): Promise<unknown> {
  let isDone = false;
  const outcome = step
    .then(
      () => null,
      (error: unknown) => error,
    )
    .finally(() => {
      isDone = true;
    });
  while (!isDone) await clock.advance(50);
  return outcome;
}

async function live(nth: number, fault: Fault) {
  const { storage: listed, rows } = listedStorage(memoryStorage());
  const faulty = faultyStorage(listed, { nth, fault });
  const { toolset, clock } = setUp({ storage: faulty.storage, fetch: provider, apps: [acmeApp()] });
  const world: World = { toolset, clock, redirectUrl: null };
  const thrown: unknown[] = [];
  const halfWritten: unknown[] = [];
  for (const step of LIFE) {
    thrown.push(await settled(step(world), clock));
    const { connections, flows, integrations } = await rows();
    const known = new Set(connections.map(({ id }) => id));
    const configured = new Set(integrations.map(({ id }) => id));
    halfWritten.push(
      ...connections.filter(({ status, credentials }) => status === "ACTIVE" && credentials === null),
      ...connections.filter(({ status, credentials }) => status === "FAILED" && credentials !== null),
      ...connections.filter(({ integrationId }) => !configured.has(integrationId)),
      ...flows.filter(({ connectionId }) => !known.has(connectionId)),
    );
  }
  return {
    thrown: thrown.filter((error) => error !== null),
    halfWritten,
    writes: faulty.writes,
    faulty,
    toolset,
  };
}

// Packages that are loaded on use are loaded now: while they are, the clock of a step would run.
const { writes: WRITES } = await live(Number.POSITIVE_INFINITY, "not written");

describe("a life without faults", () => {
  it("writes often, and ends without errors", async () => {
    const { thrown, halfWritten, writes } = await live(Number.POSITIVE_INFINITY, "not written");
    expect(thrown).toEqual([]);
    expect(halfWritten).toEqual([]);
    expect(writes).toBe(WRITES);
    expect(writes).toBeGreaterThan(30);
  });
});

describe.each(["not written", "written, but nobody is told", "down from then on"] as const)(
  "a storage that fails: %s",
  (fault) => {
    const nths = Array.from({ length: WRITES }, (_, index) => index + 1);

    it.each(nths)("at write %i: typed errors only, and no row is half-written", async (nth) => {
      const { thrown, halfWritten, faulty, toolset } = await live(nth, fault);
      expect(thrown.filter((error) => !MooringError.is(error))).toEqual([]);
      expect(halfWritten).toEqual([]);

      faulty.repair();
      const request = await adas(toolset).initiateConnection({
        app: "acme",
        authScheme: "API_KEY",
        connectionParams: { api_key: "key-4" },
        forceNewIntegration: true,
      });
      const connection = await request.waitUntilActive();
      expect((await connection.getAuthParams()).headers).toMatchObject({ "x-api-key": "key-4" });
    });
  },
);
