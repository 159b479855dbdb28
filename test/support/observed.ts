import type { Attributes } from "@opentelemetry/api";
import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";

/** A span as tests look at it. */
export interface SeenSpan {
  readonly name: string;
  readonly kind: "internal" | "client" | "other";
  readonly attributes: Attributes;
  readonly failed: boolean;
  /** Name of the span it is part of; null at the top. */
  readonly parent: string | null;
}

/** One series of a histogram. */
export interface SeenSeries {
  readonly name: string;
  readonly unit: string;
  readonly labels: Attributes;
  readonly count: number;
  readonly boundaries: readonly number[];
}

const KINDS = { [SpanKind.INTERNAL]: "internal", [SpanKind.CLIENT]: "client" } as const;

/** The real SDK, with what it records kept in memory. */
export function startSdk() {
  const spanExporter = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spanExporter)] });
  const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({
    exporter: metricExporter,
    exportIntervalMillis: 3_600_000,
  });
  const meterProvider = new MeterProvider({ readers: [reader] });

  const metrics = async () => {
    await meterProvider.forceFlush();
    const exported = metricExporter.getMetrics().at(-1);
    return exported?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
  };
  return {
    tracerProvider,
    meterProvider,
    /** All spans that have ended, as the SDK has them. */
    finished: () => spanExporter.getFinishedSpans(),
    /** All measurements so far, as the SDK has them. */
    metrics,
    /** All spans that have ended, in the order of their ends. */
    spans(): readonly SeenSpan[] {
      const finished = spanExporter.getFinishedSpans();
      const names = new Map(finished.map((span) => [span.spanContext().spanId, span.name]));
      return finished.map((span) => ({
        name: span.name,
        kind: span.kind === SpanKind.INTERNAL || span.kind === SpanKind.CLIENT ? KINDS[span.kind] : "other",
        attributes: span.attributes,
        failed: span.status.code === SpanStatusCode.ERROR,
        parent: names.get(span.parentSpanContext?.spanId ?? "") ?? null,
      }));
    },
    /** Every series of every histogram. */
    async series(): Promise<readonly SeenSeries[]> {
      return (await metrics()).flatMap(({ descriptor, dataPoints }) =>
        dataPoints.map(({ attributes, value }) => ({
          name: descriptor.name,
          unit: descriptor.unit,
          labels: attributes,
          count: typeof value === "object" ? value.count : value,
          boundaries:
            typeof value === "object" && "buckets" in value && "boundaries" in value.buckets
              ? value.buckets.boundaries
              : [],
        })),
      );
    },
    /** Forgets the spans so far. */
    clear: () => spanExporter.reset(),
    async stop() {
      await Promise.all([tracerProvider.shutdown(), meterProvider.shutdown()]);
    },
  };
}
