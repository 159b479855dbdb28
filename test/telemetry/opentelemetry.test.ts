import { context, metrics, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RequestError } from "../../src/errors.js";
import type { TelemetryOperation } from "../../src/ports/telemetry.js";
import { openTelemetry } from "../../src/telemetry/opentelemetry.js";
import { startSdk } from "../support/observed.js";

const SECRET = "sk-said-in-a-message";
const storage = (operation: string): TelemetryOperation => ({
  name: "mooring.storage",
  kind: "client",
  attributes: { "mooring.storage.adapter": "kysely", "mooring.storage.operation": operation },
});
const request: TelemetryOperation = {
  name: "mooring.request",
  kind: "client",
  attributes: { "mooring.app.slug": "acme", "mooring.connection.id": "c-1" },
};
const failing = (error: unknown) => async (): Promise<never> => {
  throw error;
};

let sdk: ReturnType<typeof startSdk>;
beforeEach(() => {
  sdk = startSdk();
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
afterEach(async () => {
  await sdk.stop();
  for (const api of [context, trace, metrics]) api.disable();
});

describe("openTelemetry()", () => {
  it("makes a span of each operation, with what is known before and after", async () => {
    const telemetry = openTelemetry(sdk);
    const value = await telemetry.span(request, async (span) => {
      span.set({ "http.response.status_code": 200 });
      return "the answer";
    });
    expect(value).toBe("the answer");
    expect(sdk.spans()).toEqual([
      {
        name: "mooring.request",
        kind: "client",
        attributes: {
          "mooring.app.slug": "acme",
          "mooring.connection.id": "c-1",
          "http.response.status_code": 200,
        },
        failed: false,
        parent: null,
      },
    ]);
  });

  it("nests spans as the work is nested, also where it runs side by side", async () => {
    const telemetry = openTelemetry(sdk);
    await telemetry.span(request, async () => {
      await Promise.resolve();
      const read = telemetry.span(storage("connections.get"), async () => {});
      const refresh = telemetry.span({ name: "mooring.refresh", kind: "internal", attributes: {} }, () =>
        telemetry.span(storage("leases.acquire"), async () => {}),
      );
      await Promise.all([read, refresh]);
    });
    expect(sdk.spans().map(({ name, parent }) => [name, parent])).toEqual([
      ["mooring.storage", "mooring.request"],
      ["mooring.storage", "mooring.refresh"],
      ["mooring.refresh", "mooring.request"],
      ["mooring.request", null],
    ]);
  });

  it("is part of the span the host has open", async () => {
    trace.setGlobalTracerProvider(sdk.tracerProvider);
    const telemetry = openTelemetry();
    await trace.getTracer("host").startActiveSpan("GET /dashboard", async (span) => {
      await telemetry.span(request, async () => {});
      span.end();
    });
    expect(sdk.spans().map(({ name, parent }) => [name, parent])).toEqual([
      ["mooring.request", "GET /dashboard"],
      ["GET /dashboard", null],
    ]);
  });

  it("lets what was thrown pass, and says of it nothing but what kind it is", async () => {
    const telemetry = openTelemetry(sdk);
    const cause = new Error(SECRET);
    const known = new RequestError("RATE_LIMITED", SECRET, {
      method: "GET",
      url: "https://a.example/",
      cause,
    });
    const errors = [
      known,
      new TypeError(SECRET),
      SECRET,
      Object.assign(new Error("x"), { name: SECRET.replace("-", " ") }),
    ];
    for (const error of errors) {
      await expect(telemetry.span(request, failing(error))).rejects.toBe(error);
    }
    expect(sdk.spans().map(({ attributes, failed }) => [attributes["error.type"], failed])).toEqual([
      ["RATE_LIMITED", true],
      ["TypeError", true],
      ["_OTHER", true],
      ["_OTHER", true],
    ]);
    for (const span of sdk.finished()) {
      expect(span.events).toEqual([]);
      expect(span.status.message).toBeUndefined();
    }
    expect(JSON.stringify([sdk.spans(), await sdk.series()])).not.toContain("said in");
    expect(JSON.stringify([sdk.spans(), await sdk.series()])).not.toContain(SECRET);
  });

  it("counts as failed what says so without throwing", async () => {
    await openTelemetry(sdk).span(request, async (span) => span.set({ "error.type": "404" }));
    expect(sdk.spans()).toMatchObject([{ failed: true, attributes: { "error.type": "404" } }]);
  });

  it("measures how long each operation takes, in seconds, by what few values there are", async () => {
    const telemetry = openTelemetry(sdk);
    for (const id of ["c-1", "c-2"]) {
      const attributes = {
        ...request.attributes,
        "mooring.connection.id": id,
        "server.address": `${id}.example`,
      };
      await telemetry.span({ ...request, attributes }, async (span) =>
        span.set({ "http.response.status_code": 200 }),
      );
    }
    await telemetry.span(storage("connections.get"), failing(new Error("away"))).catch(() => {});
    expect(await sdk.series()).toMatchObject([
      {
        name: "mooring.request.duration",
        unit: "s",
        labels: { "mooring.app.slug": "acme", "http.response.status_code": 200 },
        count: 2,
      },
      {
        name: "mooring.storage.duration",
        unit: "s",
        labels: {
          "mooring.storage.adapter": "kysely",
          "mooring.storage.operation": "connections.get",
          "error.type": "Error",
        },
        count: 1,
        boundaries: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
      },
    ]);
    expect(Object.keys((await sdk.series())[0]?.labels ?? {})).toHaveLength(2);
  });

  it("finds an SDK that is registered after it was made", async () => {
    const telemetry = openTelemetry();
    await telemetry.span(request, async () => {});
    trace.setGlobalTracerProvider(sdk.tracerProvider);
    metrics.setGlobalMeterProvider(sdk.meterProvider);
    await telemetry.span(request, async () => {});
    expect(sdk.spans()).toHaveLength(1);
    expect(await sdk.series()).toMatchObject([{ name: "mooring.request.duration", count: 1 }]);
  });

  it("runs the work when nothing is registered at all", async () => {
    context.disable();
    await expect(openTelemetry().span(request, async () => "done")).resolves.toBe("done");
    await expect(openTelemetry().span(request, failing(new TypeError("no")))).rejects.toThrow(TypeError);
  });

  it.each(["getTracer", "startSpan", "setAttributes", "setStatus", "end"])(
    "runs the work once, and lets its outcome pass, when %s throws",
    async (broken) => {
      const breaks = <Target extends object>(target: Target, wrap?: (result: object) => object): Target =>
        new Proxy(target, {
          get(of, name) {
            const member: unknown = Reflect.get(of, name);
            if (typeof member !== "function") return member;
            return (...args: readonly unknown[]) => {
              if (name === broken) throw new Error("broken telemetry");
              const result: unknown = Reflect.apply(member, of, args);
              return wrap !== undefined && typeof result === "object" && result !== null
                ? wrap(result)
                : result;
            };
          },
        });
      const tracerProvider = breaks(sdk.tracerProvider, (tracer) => breaks(tracer, (span) => breaks(span)));
      const telemetry = openTelemetry({ ...sdk, tracerProvider });
      let runs = 0;
      const value = await telemetry.span(request, async (span) => {
        runs += 1;
        span.set({ "error.type": "404" });
        return "done";
      });
      expect([value, runs]).toEqual(["done", 1]);
      await expect(telemetry.span(request, failing(new TypeError("no")))).rejects.toThrow(TypeError);
    },
  );

  it("runs the work once when the context manager or the meter throws", async () => {
    context.disable();
    context.setGlobalContextManager({
      active: () => ROOT_CONTEXT,
      with(_context, run, self, ...args) {
        run.call(self ?? undefined, ...args);
        throw new Error("broken context manager");
      },
      bind: (_context, target) => target,
      enable() {
        return this;
      },
      disable() {
        return this;
      },
    });
    const meterProvider = {
      getMeter() {
        throw new Error("broken meter");
      },
    };
    let runs = 0;
    const telemetry = openTelemetry({ ...sdk, meterProvider });
    await telemetry.span(request, async () => {
      runs += 1;
    });
    expect(runs).toBe(1);
    expect(sdk.spans()).toHaveLength(1);
  });
});
