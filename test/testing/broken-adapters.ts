import { CONNECTION_FAULTS } from "./broken-adapters/connections.js";
import { DELETION_FAULTS } from "./broken-adapters/deletion.js";
import { ENTITY_FAULTS } from "./broken-adapters/entities.js";
import { EXPIRING_FAULTS } from "./broken-adapters/expiring.js";
import { FLOW_FAULTS } from "./broken-adapters/flows.js";
import { INTEGRATION_FAULTS } from "./broken-adapters/integrations.js";
import { LEASE_FAULTS } from "./broken-adapters/leases.js";
import { LISTING_FAULTS } from "./broken-adapters/listings.js";
import { OUTBOX_FAULTS } from "./broken-adapters/outbox.js";
import { SCAN_FAULTS } from "./broken-adapters/scans.js";
import { TEXT_FAULTS } from "./broken-adapters/text.js";
import { WRITER_FAULTS } from "./broken-adapters/writers.js";

/** What is wrong, how to make it, and a case that finds it. */
export const FAULTS = Object.entries({
  ...INTEGRATION_FAULTS,
  ...CONNECTION_FAULTS,
  ...ENTITY_FAULTS,
  ...LISTING_FAULTS,
  ...SCAN_FAULTS,
  ...EXPIRING_FAULTS,
  ...TEXT_FAULTS,
  ...WRITER_FAULTS,
  ...DELETION_FAULTS,
  ...FLOW_FAULTS,
  ...OUTBOX_FAULTS,
  ...LEASE_FAULTS,
});
