import { RequestError } from "../errors.js";
import type { Telemetry, TelemetryAttributes } from "../ports/telemetry.js";
import type { Trail } from "./trail.js";
import { whereOf } from "./trail.js";

/** Who watches the calls of a connection, and what they are labelled with. */
export interface Observation {
  readonly telemetry: Telemetry;
  readonly attributes: TelemetryAttributes;
}

/** Callers can name any method: what the conventions do not know is one value, so that it can be counted by. */
const METHODS: ReadonlySet<string> = new Set(["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]);

const methodOf = (method: string): string => (METHODS.has(method) ? method : "_OTHER");

/** A URL the call was sent to, without secrets; null when there is none. */
function shownUrl(trail: Trail): URL | null {
  const credentials = trail.used.at(-1);
  if (credentials === undefined) return null;
  // An app's own origins are made of nothing secret. Where a redirect led to is for the provider to choose.
  if (trail.url instanceof URL && credentials.origins.includes(trail.url.origin)) return trail.url;
  const { url } = whereOf(trail);
  return URL.canParse(url) ? new URL(url) : null;
}

/** Where the call was sent to, last; nothing before it was. */
function serverOf(trail: Trail): TelemetryAttributes {
  const { hostname = "", port = "" } = shownUrl(trail) ?? {};
  if (hostname === "") return {};
  return { "server.address": hostname, ...(port === "" ? {} : { "server.port": Number(port) }) };
}

/** What an answer is labelled with; one outside 100–399 is a failure, also where it is not thrown. */
function answerOf(status: number): TelemetryAttributes {
  const attributes = { "http.response.status_code": status };
  return status < 400 ? attributes : { ...attributes, "error.type": String(status) };
}

/**
 * Sends a call within a span of its own, when somebody watches.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
export function observedCall(
  observation: Observation | undefined,
  trail: Trail,
  send: () => Promise<Response>,
): Promise<Response> {
  if (observation === undefined) return send();
  const attributes = { ...observation.attributes, "http.request.method": methodOf(trail.method) };
  return observation.telemetry.span({ name: "mooring.request", kind: "client", attributes }, async (span) => {
    try {
      const response = await send();
      span.set({ ...serverOf(trail), ...answerOf(response.status) });
      return response;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const { code, status } = error;
      // A host that was refused is whatever the caller, or a model, made up.
      if (code !== "URL_FORBIDDEN") span.set(serverOf(trail));
      if (status !== null) span.set({ "http.response.status_code": status });
      throw error;
    }
  });
}
