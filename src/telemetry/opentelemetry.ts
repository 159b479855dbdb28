import type { Context, MeterProvider, Span, Tracer, TracerProvider } from "@opentelemetry/api";
import { context, metrics, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type {
  Telemetry,
  TelemetryAttributes,
  TelemetryOperation,
  TelemetrySpan,
} from "../ports/telemetry.js";
import { createDurations } from "./opentelemetry/durations.js";
import { errorType } from "./opentelemetry/error-type.js";
import { harmless } from "./opentelemetry/harmless.js";

/** Where spans and measurements go, when that is not what is registered globally. */
export interface OpenTelemetryOptions {
  /** Default: the global one, also when it is registered later. */
  readonly tracerProvider?: TracerProvider | undefined;
  /** Default: the global one, also when it is registered later. */
  readonly meterProvider?: MeterProvider | undefined;
}

interface Started {
  readonly span: Span;
  /** The context in which the span is the active one. */
  readonly active: Context;
}

const SCOPE = "mooring";
const KINDS = { internal: SpanKind.INTERNAL, client: SpanKind.CLIENT } as const;

/** Adds attributes to a span; one that says what went wrong marks it as failed. */
function label(span: Span, attributes: TelemetryAttributes): void {
  span.setAttributes({ ...attributes });
  // Without a description and without an exception event: messages are for logs, and the code is an attribute already.
  if ("error.type" in attributes) span.setStatus({ code: SpanStatusCode.ERROR });
}

/** Starts the work where the span is the active one: exactly once, whatever the context manager does. */
function startWithin<Value>(active: Context, work: () => Promise<Value>): Promise<Value> {
  return new Promise((resolve) => {
    let begun = false;
    const start = (): void => {
      if (begun) return;
      begun = true;
      resolve((async () => work())());
    };
    harmless(() => context.with(active, start));
    start();
  });
}

/**
 * Traces and metrics by `@opentelemetry/api` (1.3 or newer), which is yours to install. Without an SDK that is registered
 * or passed nothing is recorded.
 *
 * Spans: `mooring.flow.start`, `mooring.flow.complete`, `mooring.refresh`, `mooring.storage`, `mooring.request`, nested
 * as they happen. Metrics: of each a histogram `<name>.duration` in seconds. What failed has the status ERROR and an
 * `error.type`: the code of the error. Attributes are ids, names, codes and statuses; there are no tokens, URLs, error
 * messages or entity ids among them. What goes wrong in the SDK stays there.
 *
 * @example
 * ```ts
 * const toolset = new MooringToolSet({ storage, encryption, apps: [github], telemetry: openTelemetry() });
 * ```
 * @see https://opentelemetry.io/docs/specs/semconv/general/recording-errors/
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): Telemetry {
  const durations = createDurations(() => options.meterProvider ?? metrics.getMeterProvider());
  let tracer: Tracer | null = null;

  const begin = ({ name, kind, attributes }: TelemetryOperation): Started => {
    tracer ??= (options.tracerProvider ?? trace).getTracer(SCOPE);
    const span = tracer.startSpan(name, { kind: KINDS[kind], attributes: { ...attributes } });
    return { span, active: trace.setSpan(context.active(), span) };
  };

  return {
    async span(operation, run) {
      const startedAt = performance.now();
      const started = harmless(() => begin(operation));
      if (started === null) return run({ set() {} });
      const { span, active } = started;
      let known = operation.attributes;
      const set: TelemetrySpan["set"] = (attributes) => {
        known = { ...known, ...attributes };
        harmless(() => label(span, attributes));
      };
      try {
        return await startWithin(active, () => run({ set }));
      } catch (error) {
        set({ "error.type": errorType(error) });
        throw error;
      } finally {
        const seconds = (performance.now() - startedAt) / 1000;
        harmless(() => durations.record(operation.name, seconds, known, active));
        harmless(() => span.end());
      }
    },
  };
}
