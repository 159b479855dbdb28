/** What a span or a measurement is labelled with: ids, codes and names, never a secret, never a URL's query. */
export type TelemetryAttributes = Readonly<Record<string, string | number | boolean>>;

/** What Mooring does, as a trace shows it. */
export interface TelemetryOperation {
  readonly name:
    | "mooring.flow.start"
    | "mooring.flow.complete"
    | "mooring.refresh"
    | "mooring.storage"
    | "mooring.request";
  /** `client` for what crosses the network. */
  readonly kind: "internal" | "client";
  readonly attributes: TelemetryAttributes;
}

/** A span that is open. */
export interface TelemetrySpan {
  /** Adds what is known only by now. An `error.type` says that the operation failed, though nothing was thrown. */
  set(attributes: TelemetryAttributes): void;
}

/** Where Mooring's spans and measurements go. It must not throw, and must let what `run` throws pass. */
export interface Telemetry {
  /** Runs work within a span, which ends with it, and measures how long it took and whether it failed. */
  span<Value>(operation: TelemetryOperation, run: (span: TelemetrySpan) => Promise<Value>): Promise<Value>;
}
