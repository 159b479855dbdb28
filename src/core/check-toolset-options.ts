import * as z from "zod";
import { ConfigurationError } from "../errors.js";
import { issuesOf } from "../internal/issues.js";
import { lazy } from "../internal/lazy.js";
import { LIFECYCLE_EVENT_TYPES } from "../ports/lifecycle-event-types.js";
import { isSafeEndpoint } from "../ports/url-template.js";

const callable = lazy(() =>
  z.custom<(...args: never) => unknown>((value) => typeof value === "function", "expected a function"),
);
const url = lazy(() =>
  z
    .string()
    .refine(
      (value) => isSafeEndpoint(value) && !value.includes("{"),
      "expected an https URL (http only on loopback)",
    ),
);
const storage = lazy(() =>
  z.custom(
    (value) =>
      typeof value === "object" &&
      value !== null &&
      "integrations" in value &&
      "connections" in value &&
      "flows" in value &&
      "leases" in value &&
      "outbox" in value,
    "expected a storage adapter: memoryStorage(), kyselyStorage(db), …",
  ),
);

const schema = lazy(() =>
  z.strictObject({
    storage: storage(),
    encryption: z
      .union(
        [
          z.literal(false),
          z.strictObject({
            vault: z.looseObject({
              seal: callable(),
              open: callable(),
              keyIdOf: callable(),
              currentKeyId: z.string().nullable(),
            }),
          }),
          z.strictObject({
            keys: z.array(
              z.strictObject({ id: z.string(), secret: z.union([z.string(), z.instanceof(Uint8Array)]) }),
            ),
          }),
        ],
        "expected { keys: [{ id, secret }] }, { vault }, or false to store credentials in the clear",
      )
      .optional(),
    callbackUrl: url().optional(),
    allowedRedirectUrls: z.array(url()).optional(),
    apps: z
      .array(
        z.looseObject(
          {
            slug: z.string(),
            baseUrl: z.string(),
            authSchemes: z.array(z.unknown()),
            connectionParams: z.array(z.unknown()),
            followUps: z.array(z.unknown()),
            actions: z.array(z.unknown()),
          },
          "expected what defineApp() returns",
        ),
      )
      .optional(),
    actions: z.array(z.unknown()).optional(),
    schemes: z
      .array(
        z.looseObject(
          { name: z.string(), parseSettings: callable(), start: callable(), apply: callable() },
          "expected an auth scheme object",
        ),
      )
      .optional(),
    managedAuth: z
      .record(
        z.string(),
        z.record(
          z.string(),
          z.union([z.string(), z.array(z.string())], "expected a text, or a list of texts"),
        ),
      )
      .optional(),
    framework: z
      .looseObject(
        { formatTools: callable(), parseCalls: callable(), formatResults: callable() },
        "expected a framework: openai(), …",
      )
      .optional(),
    flowBinding: z.enum(["entity", "state-only"]).optional(),
    sameAccount: z.enum(["update", "add"]).optional(),
    flowTtlMs: z.number().int().min(10_000).max(86_400_000).optional(),
    refresh: z
      .strictObject({
        leaseMs: z.number().int().min(1_000).max(600_000).optional(),
        timeoutMs: z.number().int().min(1_000).max(600_000).optional(),
      })
      .optional(),
    limits: z
      .strictObject({
        timeoutMs: z.number().positive().optional(),
        maxResponseBytes: z.number().int().positive().optional(),
      })
      .optional(),
    fetch: callable().optional(),
    clock: z.looseObject({ now: callable(), sleep: callable() }).optional(),
    hooks: z.partialRecord(z.enum(LIFECYCLE_EVENT_TYPES), callable().optional()).optional(),
    connectionCacheMs: z.number().int().min(0).max(60_000).optional(),
    logger: z.looseObject({ debug: callable(), warn: callable() }).optional(),
    telemetry: z
      .looseObject(
        { span: callable() },
        "expected telemetry: openTelemetry() of mooring/telemetry/opentelemetry",
      )
      .optional(),
  }),
);

/** @throws ConfigurationError `CONFIG_INVALID` when it is no storage adapter, or one that is in no transaction */
export function checkTransactionStorage(value: unknown): void {
  const issue = transactionIssue(value);
  if (issue === null) return;
  throw new ConfigurationError("CONFIG_INVALID", `toolset.withTransaction(): ${issue}.`, {
    issues: [{ path: "storage", message: issue }],
    hint: "Pass an adapter made with the transaction your database gave you: `kyselyStorage(transaction)`, `drizzleStorage(tx)`, `prismaStorage(tx)`.",
  });
}

function transactionIssue(value: unknown): string | null {
  if (!storage().safeParse(value).success) return "expected a storage adapter on a transaction";
  const isOutside = z.object({ isTransaction: z.literal(false) }).safeParse(value).success;
  return isOutside
    ? "expected a storage adapter on a transaction, and this one is on the database itself"
    : null;
}

/**
 * Checks what a toolset is made of before anything is built.
 *
 * @throws ConfigurationError `CONFIG_INVALID` naming each wrong field; values are never repeated
 */
export function checkToolSetOptions(options: unknown): void {
  const parsed = schema().safeParse(options ?? {});
  if (parsed.success) return;
  const issues = issuesOf(parsed.error);
  throw new ConfigurationError(
    "CONFIG_INVALID",
    `MooringToolSet: ${issues.map(({ path, message }) => `${path}: ${message}`).join("; ")}.`,
    { issues, hint: `It takes ${Object.keys(schema().shape).join(", ")}.` },
  );
}
