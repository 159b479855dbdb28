export type { AuthParams } from "./core/auth-params.js";
export { Connection, type ReconnectOptions, type UpdateConnectionOptions } from "./core/connection.js";
export {
  ConnectionRequest,
  type ConnectionRequestJson,
  type DeviceCode,
  type WaitOptions,
} from "./core/connection-request.js";
export { ConnectionToolSet } from "./core/connection-toolset.js";
export type { ConnectionJson } from "./core/connection-view.js";
export type { EncryptionKey } from "./core/encryption-keys.js";
export {
  Entity,
  type GetConnectionOptions,
  type GetConnectionRequestOptions,
  type GetConnectionsOptions,
  type InitiateConnectionOptions,
} from "./core/entity.js";
export { type EnvelopeVaultOptions, envelopeVault } from "./core/envelope-vault.js";
export type { DeliveryReport } from "./core/event-publisher.js";
export type { ExpectedParamsForUser } from "./core/expected-params.js";
export type { ExportConnectionsOptions, ExportedConnection } from "./core/export-connections.js";
export type {
  ImportConnectionsOptions,
  ImportedConnection,
  ImportProgress,
  ImportReport,
} from "./core/import-connections.js";
export { Integration, type IntegrationJson, type UpdateIntegrationOptions } from "./core/integration.js";
export type { RefreshExpiringOptions, RefreshProgress, RefreshReport } from "./core/refresh-expiring.js";
export type {
  KeyRotationProgress,
  KeyRotationReport,
  RotateEncryptionKeysOptions,
} from "./core/rotate-encryption-keys.js";
export type { SweepReport } from "./core/sweep.js";
export type { Tenant } from "./core/tenants.js";
export type {
  CreateIntegrationOptions,
  ExecuteActionOptions,
  ExecuteRequestOptions,
  ExpectedIntegrationParamsOptions,
  ExpectedParamsForUserOptions,
  FinishedConnection,
  GetIntegrationsOptions,
  GetToolsOptions,
  HandleToolCallsOptions,
  MooringToolSetOptions,
} from "./core/toolset-options.js";
export {
  type AnyMooringError,
  AuthorizationError,
  type AuthorizationErrorCode,
  CipherError,
  type CipherErrorCode,
  ConfigurationError,
  type ConfigurationErrorCode,
  ConnectionStateError,
  type ConnectionStateErrorCode,
  type Issue,
  JwtError,
  type JwtErrorCode,
  MooringError,
  type MooringErrorCode,
  NoItemsFoundError,
  type NoItemsFoundErrorCode,
  RequestError,
  type RequestErrorCode,
  StorageError,
  type StorageErrorCode,
  TokenError,
  type TokenErrorCode,
  ValidationError,
  type ValidationErrorCode,
} from "./errors.js";
export type { Json, JsonObject } from "./internal/json.js";
export { type AppDefinition, type AppInput, defineApp } from "./ports/app.js";
export type { AppAuthScheme } from "./ports/app-auth-scheme.js";
export type {
  AnyAuthScheme,
  AuthScheme,
  AuthSchemeName,
  Grant,
  ParamSpec,
  ParamValues,
  PollResult,
  RegistrationContext,
  SchemeCallback,
  SchemeContext,
  StartContext,
  StartResult,
} from "./ports/auth-scheme.js";
export { defineAction } from "./ports/define-action.js";
export type { Framework, ToolCall, ToolCallResult } from "./ports/framework.js";
export type { LifecycleEvent, LifecycleHooks } from "./ports/lifecycle.js";
export type { RequestFunction, RequestOptions, ResponsePromise, SearchParams } from "./ports/request.js";
export type { Clock, Fetch, Logger, Runtime } from "./ports/runtime.js";
export type {
  AttemptRecord,
  ConnectionAccount,
  ConnectionKey,
  ConnectionQuery,
  ConnectionRecord,
  ConnectionScan,
  ConnectionStatus,
  ConnectionStore,
  DeviceFlowRecord,
  EventRecord,
  ExpiringScan,
  FlowRecord,
  FlowStore,
  IntegrationQuery,
  IntegrationRecord,
  IntegrationStore,
  LeaseOutcome,
  LeaseRequest,
  LeaseStore,
  LifecycleEventType,
  OutboxStore,
  Page,
  PageRequest,
  StorageAdapter,
} from "./ports/storage.js";
export type {
  Telemetry,
  TelemetryAttributes,
  TelemetryOperation,
  TelemetrySpan,
} from "./ports/telemetry.js";
export type {
  Action,
  ActionAnnotations,
  ActionConnection,
  ActionContext,
  ActionError,
  ActionResult,
  ConnectionRequired,
  ExpectedParam,
  ToolDefinition,
} from "./ports/tool.js";
export type { KeyManagement, Vault, VaultBinding } from "./ports/vault.js";
export { memoryStorage } from "./storage/memory.js";
export { MooringToolSet } from "./toolset.js";
