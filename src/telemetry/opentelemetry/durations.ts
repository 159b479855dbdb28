import type { Context, Histogram, Meter, MeterProvider } from "@opentelemetry/api";
import type { TelemetryAttributes, TelemetryOperation } from "../../ports/telemetry.js";

type Name = TelemetryOperation["name"];

/** How long operations take, and how they end. */
export interface Durations {
  record(name: Name, seconds: number, attributes: TelemetryAttributes, context: Context): void;
}

const SCOPE = "mooring";
const DESCRIPTIONS: Readonly<Record<Name, string>> = {
  "mooring.flow.start": "Duration of starting a connection.",
  "mooring.flow.complete": "Duration of finishing a flow after the browser came back.",
  "mooring.refresh": "Duration of renewing credentials, waiting for other processes included.",
  "mooring.storage": "Duration of one storage operation.",
  "mooring.request": "Duration of an authenticated request until its answer begins, all tries included.",
};
/** What may be counted by. Ids and addresses have as many values as there are users: they are for spans. */
const LABELS: ReadonlySet<string> = new Set([
  "error.type",
  "http.request.method",
  "http.response.status_code",
  "mooring.app.slug",
  "mooring.auth_scheme",
  "mooring.flow.outcome",
  "mooring.refresh.outcome",
  "mooring.refresh.reason",
  "mooring.storage.adapter",
  "mooring.storage.operation",
]);
/** Seconds: what the conventions advise for databases, and for HTTP with the time limits of requests added. */
const STORAGE_BOUNDARIES = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];
const BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60];

function createHistogram(meter: Meter, name: Name): Histogram {
  const explicitBucketBoundaries = name === "mooring.storage" ? STORAGE_BOUNDARIES : BOUNDARIES;
  return meter.createHistogram(`${name}.duration`, {
    description: DESCRIPTIONS[name],
    unit: "s",
    advice: { explicitBucketBoundaries },
  });
}

function labelsOf(attributes: TelemetryAttributes): TelemetryAttributes {
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => LABELS.has(name)));
}

/**
 * Makes the histograms, `<operation>.duration` in seconds, each at its first use.
 *
 * @param providerOf asked each time: unlike tracers, meters do not notice a provider that is registered later
 * @see https://opentelemetry.io/docs/specs/semconv/general/naming/
 */
export function createDurations(providerOf: () => MeterProvider): Durations {
  let provider: MeterProvider | null = null;
  const histograms = new Map<Name, Histogram>();
  return {
    record(name, seconds, attributes, context) {
      const current = providerOf();
      if (current !== provider) histograms.clear();
      provider = current;
      const histogram = histograms.get(name) ?? createHistogram(current.getMeter(SCOPE), name);
      histograms.set(name, histogram);
      histogram.record(seconds, { ...labelsOf(attributes) }, context);
    },
  };
}
