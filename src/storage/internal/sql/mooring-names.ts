import { CONNECTION_COLUMNS } from "./connection-rows.js";
import { EVENT_COLUMNS } from "./event-rows.js";
import { FLOW_COLUMNS } from "./flow-rows.js";
import { INTEGRATION_COLUMNS } from "./integration-rows.js";

/** Names of tables and columns: a word of a driver's message that is one of these is no value of a row. */
export const MOORING_NAMES: ReadonlySet<string> = new Set([
  "mooring_integrations",
  "mooring_connections",
  "mooring_flows",
  "mooring_leases",
  "mooring_events",
  "mooring_migrations",
  ...INTEGRATION_COLUMNS,
  ...CONNECTION_COLUMNS,
  ...FLOW_COLUMNS,
  ...EVENT_COLUMNS,
  "owner",
]);
