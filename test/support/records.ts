import type { ConnectionRecord, FlowRecord, IntegrationRecord } from "../../src/ports/storage.js";

/** A record of each kind, each belonging to the one before. */
export const INTEGRATION: IntegrationRecord = {
  id: "019b76da-a800-7000-8000-000000000001",
  app: "github",
  authScheme: "OAUTH2",
  name: "GitHub",
  enabled: true,
  useManagedAuth: false,
  reuseKey: null,
  config: "sealed-config",
  version: 1,
  createdAt: 1_767_225_600_000,
  updatedAt: 1_767_225_600_000,
};

export const CONNECTION: ConnectionRecord = {
  id: "019b76da-a800-7000-8000-000000000002",
  entityId: "user_1",
  integrationId: INTEGRATION.id,
  app: "github",
  authScheme: "OAUTH2",
  status: "ACTIVE",
  statusReason: null,
  alias: "work",
  labels: ["a"],
  isDefault: true,
  account: { id: "42", email: null, label: "ada" },
  scopes: ["repo"],
  params: { subdomain: "acme" },
  credentials: "sealed-credentials",
  expiresAt: 1_767_229_200_000,
  attempt: { id: "attempt-1", status: "ACTIVE", reason: null, expiresAt: 1_767_226_200_000 },
  version: 1,
  createdAt: 1_767_225_600_000,
  updatedAt: 1_767_225_600_000,
};

export const FLOW: FlowRecord = {
  id: "hashed-state",
  entityId: CONNECTION.entityId,
  connectionId: CONNECTION.id,
  attemptId: "attempt-1",
  payload: "sealed-payload",
  bindingHash: null,
  createdAt: 1_767_225_600_000,
  expiresAt: 1_767_226_200_000,
};
