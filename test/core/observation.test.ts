import { context } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import type { Connection } from "mooring";
import type { FakeClock } from "mooring/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openTelemetry } from "../../src/telemetry/opentelemetry.js";
import { consented, PROVIDER, setUp, setUpOAuth } from "../support/acme.js";
import type { SeenSpan } from "../support/observed.js";
import { startSdk } from "../support/observed.js";

let sdk: ReturnType<typeof startSdk>;
/** Answers of the API, one after the other; 200 when there are none left. */
let statuses: number[];
let tokenStatus: number;
let refreshToken: string | undefined;
beforeEach(() => {
  sdk = startSdk();
  statuses = [];
  tokenStatus = 200;
  refreshToken = "a-refresh-token";
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
afterEach(async () => {
  await sdk.stop();
  context.disable();
});

const fetch = async (input: Request | URL | string): Promise<Response> => {
  const { pathname } = new URL(input instanceof Request ? input.url : input);
  if (pathname !== "/token") return Response.json({}, { status: statuses.shift() ?? 200 });
  if (tokenStatus !== 200) return Response.json({ error: "invalid_grant" }, { status: tokenStatus });
  return Response.json({
    access_token: "an-access-token",
    refresh_token: refreshToken,
    token_type: "Bearer",
    expires_in: 3600,
  });
};

async function connected() {
  const encryption = { keys: [{ id: "2026-11", secret: "an-encryption-key-of-the-host-32" }] };
  const made = await setUpOAuth({ fetch, encryption, telemetry: openTelemetry(sdk) });
  const { toolset } = made;
  const request = await toolset.getEntity("ada").initiateConnection({ app: "acme", authScheme: "OAUTH2" });
  const callback = consented(request.redirectUrl);
  const { connection } = await toolset.handleCallback(callback, { entityId: "ada" });
  /** The same connection in another process. */
  const elsewhere = () =>
    setUp({ fetch, encryption, telemetry: openTelemetry(sdk), storage: made.storage, clock: made.clock })
      .toolset.getEntity("ada")
      .getConnection({ connectionId: connection.id });
  sdk.clear();
  return { ...made, connection, elsewhere };
}

/** Lets time pass until the work is done. */
async function settled(clock: FakeClock, work: Promise<unknown>): Promise<void> {
  let isDone = false;
  const watched = work.finally(() => {
    isDone = true;
  });
  while (!isDone) await clock.advance(100);
  await watched;
}

/** The spans as a tree: each with the storage operations and the spans below it. */
const outline = (spans: readonly SeenSpan[]) =>
  spans.map(({ name, parent, attributes }) => {
    const label = attributes["mooring.storage.operation"] ?? "";
    return `${parent ?? "-"} > ${name} ${label}`.trim();
  });
const named = (name: string) => sdk.spans().filter((span) => span.name === name);
const of = ({ id }: Connection) => ({ "mooring.app.slug": "acme", "mooring.connection.id": id });

describe("a flow through the browser, as a trace shows it", () => {
  it("is a span for its start and one for its end, with what is stored below them", async () => {
    const { toolset } = await setUpOAuth({ fetch, telemetry: openTelemetry(sdk) });
    const ada = toolset.getEntity("ada");
    sdk.clear();
    const request = await ada.initiateConnection({ app: "acme", authScheme: "OAUTH2" });
    const attributes = {
      "mooring.app.slug": "acme",
      "mooring.auth_scheme": "OAUTH2",
      "mooring.connection.id": request.connectedAccountId,
    };
    expect(named("mooring.flow.start")).toEqual([
      {
        name: "mooring.flow.start",
        kind: "internal",
        attributes: { ...attributes, "mooring.flow.outcome": "redirect" },
        failed: false,
        parent: null,
      },
    ]);
    expect(outline(sdk.spans())).toEqual(
      expect.arrayContaining([
        "mooring.flow.start > mooring.storage connections.insert",
        "mooring.flow.start > mooring.storage flows.insert",
      ]),
    );

    sdk.clear();
    await toolset.handleCallback(consented(request.redirectUrl), { entityId: "ada" });
    expect(named("mooring.flow.complete")).toEqual([
      { name: "mooring.flow.complete", kind: "internal", attributes, failed: false, parent: null },
    ]);
    expect(outline(sdk.spans())).toEqual([
      "mooring.flow.complete > mooring.storage flows.consume",
      "mooring.flow.complete > mooring.storage connections.get",
      "mooring.flow.complete > mooring.storage connections.get",
      "mooring.flow.complete > mooring.storage connections.compareAndSwap",
      "- > mooring.flow.complete",
    ]);
  });

  it("is complete at its start for values the user types", async () => {
    const { toolset } = setUp({ fetch, telemetry: openTelemetry(sdk) });
    await toolset.getEntity("ada").initiateConnection({
      app: "acme",
      authScheme: "API_KEY",
      connectionParams: { api_key: "a-key-of-ada" },
    });
    expect(named("mooring.flow.start")).toMatchObject([
      { attributes: { "mooring.auth_scheme": "API_KEY", "mooring.flow.outcome": "complete" } },
    ]);
  });

  it("says which app refused", async () => {
    const { toolset } = await setUpOAuth({ fetch, telemetry: openTelemetry(sdk) });
    const request = await toolset.getEntity("ada").initiateConnection({ app: "acme", authScheme: "OAUTH2" });
    const callback = consented(request.redirectUrl, { error: "access_denied" });
    await expect(toolset.handleCallback(callback, { entityId: "ada" })).rejects.toThrow();
    expect(named("mooring.flow.complete")).toMatchObject([
      { failed: true, attributes: { "mooring.app.slug": "acme", "error.type": "AUTHORIZATION_DENIED" } },
    ]);
    const series = await sdk.series();
    expect(series.filter(({ name }) => name === "mooring.flow.complete.duration")).toMatchObject([
      { labels: { "mooring.app.slug": "acme", "error.type": "AUTHORIZATION_DENIED" }, count: 1 },
    ]);
  });
});

describe("a request, as a trace shows it", () => {
  it("is one span, with the read of its connection below it", async () => {
    const { connection } = await connected();
    await connection.request("/tickets?state=open").json();
    expect(sdk.spans()).toEqual([
      {
        name: "mooring.storage",
        kind: "internal",
        attributes: { "mooring.storage.adapter": "memory", "mooring.storage.operation": "connections.get" },
        failed: false,
        parent: "mooring.request",
      },
      {
        name: "mooring.request",
        kind: "client",
        attributes: {
          ...of(connection),
          "http.request.method": "GET",
          "http.response.status_code": 200,
          "server.address": new URL(PROVIDER).hostname,
        },
        failed: false,
        parent: null,
      },
    ]);
  });

  it("has failed when it throws, and when fetch() returns an answer of 400 or more", async () => {
    const { connection } = await connected();
    statuses = [404, 404];
    await expect(connection.request("/tickets")).rejects.toThrow();
    expect((await connection.fetch("/tickets", { method: "post" })).status).toBe(404);
    expect(named("mooring.request")).toMatchObject([
      {
        failed: true,
        attributes: {
          "http.request.method": "GET",
          "http.response.status_code": 404,
          "error.type": "REQUEST_FAILED",
        },
      },
      {
        failed: true,
        attributes: {
          "http.request.method": "POST",
          "http.response.status_code": 404,
          "error.type": "404",
        },
      },
    ]);
  });

  it("is one span whatever was tried again", async () => {
    const { connection } = await connected();
    statuses = [503, 200];
    await connection.request("/tickets");
    expect(outline(sdk.spans())).toEqual([
      "mooring.request > mooring.storage connections.get",
      "mooring.request > mooring.storage connections.get",
      "- > mooring.request",
    ]);
    expect(named("mooring.request")).toMatchObject([{ failed: false }]);
  });

  it("has failed for what is wrong before anything is sent", async () => {
    const { connection } = await connected();
    await connection.disable();
    sdk.clear();
    await expect(connection.request("/tickets")).rejects.toThrow();
    expect(named("mooring.request")).toMatchObject([
      { failed: true, attributes: { "error.type": "CONNECTION_NOT_ACTIVE" } },
    ]);
  });

  it("is told of for actions, also of apps without a connection", async () => {
    const { toolset, connection } = await connected();
    await toolset.executeAction({ action: "ACME_LIST_TICKETS", params: {}, entityId: "ada" });
    await toolset.executeAction({ action: "OPENDATA_GET_NUMBER", params: { id: "7" }, entityId: "ada" });
    expect(named("mooring.request")).toMatchObject([
      { attributes: { ...of(connection), "http.response.status_code": 200 } },
      { attributes: { "mooring.app.slug": "opendata", "http.response.status_code": 200 } },
    ]);
  });

  it("counts methods nobody knows as one", async () => {
    const { connection } = await connected();
    await connection.request("/tickets", { method: "x-made-up-1" });
    expect(named("mooring.request")).toMatchObject([{ attributes: { "http.request.method": "_OTHER" } }]);
  });
});

describe("a refresh, as a trace shows it", () => {
  const refreshes = async () =>
    (await sdk.series())
      .filter(({ name }) => name === "mooring.refresh.duration")
      .map(({ labels, count }) => [labels, count]);

  it("is one span below the request that waited for it, however many wait", async () => {
    const { connection, clock } = await connected();
    await clock.advance(3_600_000);
    await Promise.all(Array.from({ length: 20 }, () => connection.request("/tickets")));
    expect(named("mooring.refresh")).toEqual([
      {
        name: "mooring.refresh",
        kind: "internal",
        attributes: {
          ...of(connection),
          "mooring.auth_scheme": "OAUTH2",
          "mooring.refresh.reason": "due",
          "mooring.refresh.outcome": "renewed",
        },
        failed: false,
        parent: "mooring.request",
      },
    ]);
    expect(named("mooring.request")).toHaveLength(20);
    expect(outline(sdk.spans())).toEqual(
      expect.arrayContaining([
        "mooring.refresh > mooring.storage leases.acquire",
        "mooring.refresh > mooring.storage connections.compareAndSwap",
        "mooring.refresh > mooring.storage leases.release",
      ]),
    );
  });

  it("is counted by reason and outcome", async () => {
    const { connection, elsewhere, clock } = await connected();
    statuses = [401];
    await connection.request("/tickets");
    await clock.advance(3_500_000);
    tokenStatus = 503;
    await settled(clock, connection.request("/tickets"));
    tokenStatus = 200;
    await clock.advance(100_000);
    const other = await elsewhere();
    await settled(clock, Promise.all([connection.request("/tickets"), other.request("/tickets")]));
    tokenStatus = 400;
    await clock.advance(3_600_000);
    await settled(clock, expect(connection.request("/tickets")).rejects.toThrow());

    const labels = { "mooring.app.slug": "acme", "mooring.auth_scheme": "OAUTH2" };
    const due = { ...labels, "mooring.refresh.reason": "due" };
    expect(await refreshes()).toEqual([
      [{ ...labels, "mooring.refresh.reason": "rejected", "mooring.refresh.outcome": "renewed" }, 1],
      [{ ...due, "mooring.refresh.outcome": "kept" }, 1],
      [{ ...due, "mooring.refresh.outcome": "renewed" }, 1],
      [{ ...due, "mooring.refresh.outcome": "renewed_elsewhere" }, 1],
      [{ ...due, "error.type": "REAUTHORIZATION_REQUIRED" }, 1],
    ]);
  });

  it("says so when there is nothing to refresh with", async () => {
    refreshToken = undefined;
    const { connection, clock } = await connected();
    await clock.advance(3_600_000);
    await expect(connection.request("/tickets")).rejects.toThrow();
    expect(named("mooring.refresh")).toMatchObject([
      { failed: false, attributes: { "mooring.refresh.outcome": "not_renewable" } },
    ]);
    expect(named("mooring.request")).toMatchObject([
      { failed: true, attributes: { "error.type": "REAUTHORIZATION_REQUIRED" } },
    ]);
  });
});
