import type { Observation } from "../http/observed-call.js";
import type { TelemetryAttributes } from "../ports/telemetry.js";
import type { CoreContext } from "./context.js";
import { noTelemetry } from "./no-telemetry.js";

/** What is said of a connection in spans. Not whose it is: an entity id is often an address or a name. */
export function connectionAttributes(connection: {
  readonly id: string | null;
  readonly app: string;
  readonly authScheme?: string | undefined;
}): TelemetryAttributes {
  const { id, app, authScheme } = connection;
  return {
    "mooring.app.slug": app,
    ...(authScheme === undefined ? {} : { "mooring.auth_scheme": authScheme }),
    ...(id === null ? {} : { "mooring.connection.id": id }),
  };
}

/** How the requests of a connection are watched; not at all when the host has no telemetry. */
export function requestObservation(
  { telemetry }: CoreContext,
  { id, app }: { readonly id: string | null; readonly app: string },
): Observation | undefined {
  if (telemetry === noTelemetry) return undefined;
  return { telemetry, attributes: connectionAttributes({ id, app }) };
}
