import { createAppRegistry } from "./core/app-registry.js";
import type { Domain } from "./core/domain.js";
import { createDomain } from "./core/domain.js";
import { createEventPublisher } from "./core/event-publisher.js";
import { readManagedAuth } from "./core/managed-auth.js";
import { noTelemetry } from "./core/no-telemetry.js";
import { observedStorage } from "./core/observed-storage.js";
import { createOpenedCache } from "./core/opened-cache.js";
import { quietLogger } from "./core/quiet-logger.js";
import { createResealer } from "./core/resealer.js";
import { resilientStorage } from "./core/resilient-storage.js";
import { createRowCache } from "./core/row-cache.js";
import { systemClock } from "./core/system-clock.js";
import type { MooringToolSetOptions } from "./core/toolset-options.js";
import { createVaultFor } from "./core/vault-for.js";
import { watchedStorage } from "./core/watched-storage.js";
import { wholeClock } from "./core/whole-clock.js";
import { createUuidV7 } from "./internal/uuid-v7.js";
import type { Runtime } from "./ports/runtime.js";
import { apiKey } from "./schemes/api-key.js";
import { awsSigv4 } from "./schemes/aws-sigv4.js";
import { basic } from "./schemes/basic.js";
import { basicWithJwt } from "./schemes/basic-with-jwt.js";
import { bearerToken } from "./schemes/bearer-token.js";
import { githubApp } from "./schemes/github-app.js";
import { googleServiceAccount } from "./schemes/google-service-account.js";
import { hmac } from "./schemes/hmac.js";
import { jwt } from "./schemes/jwt.js";
import { noAuth } from "./schemes/no-auth.js";
import { oauth1 } from "./schemes/oauth1.js";
import { oauth1a } from "./schemes/oauth1a.js";
import { oauth2 } from "./schemes/oauth2.js";
import { twoStep } from "./schemes/two-step.js";

/** Puts the domain of a toolset together from checked options, with the defaults of what they leave out. */
export function toolsetDomain<Tools, Response, Messages>(
  options: MooringToolSetOptions<Tools, Response, Messages>,
): Domain {
  const { callbackUrl = null, managedAuth = {}, hooks = {} } = options;
  const { telemetry = noTelemetry, connectionCacheMs = 0 } = options;
  const runtime: Runtime = {
    // Looked up on each call, so that a host may replace the global one.
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    clock: options.clock === undefined ? systemClock : wholeClock(options.clock),
    logger: quietLogger(options.logger ?? { debug: () => {}, warn: () => {} }),
  };
  const now = () => runtime.clock.now();
  const newId = createUuidV7(now);
  const rows = connectionCacheMs === 0 ? null : createRowCache({ maxAgeMs: connectionCacheMs, now });
  // Each try of a read is a span of its own, so that a database that fails is seen even where the caller is spared.
  const tried = resilientStorage(observedStorage(options.storage, telemetry), runtime.clock);
  const storage = watchedStorage(tried, rows);
  const builtIn = [
    oauth2(),
    oauth1(),
    oauth1a(),
    apiKey(),
    bearerToken(),
    basic(),
    basicWithJwt(),
    githubApp(),
    googleServiceAccount(),
    hmac(),
    awsSigv4(),
    jwt(),
    twoStep(),
    noAuth(),
  ];
  const apps = createAppRegistry(options.apps ?? [], [...builtIn, ...(options.schemes ?? [])]);
  const vault = createVaultFor(storage, options.encryption);
  const resealer = createResealer({ storage, vault, logger: runtime.logger, now });
  return createDomain({
    runtime,
    telemetry,
    storage,
    rows,
    events: createEventPublisher({ hooks, outbox: storage.outbox, runtime, newId }),
    vault,
    apps,
    resealer,
    opened: createOpenedCache({ vault, apps, resealer, now }),
    managedAuth: readManagedAuth(managedAuth, apps),
    callbackUrl,
    allowedRedirectUrls:
      options.allowedRedirectUrls ?? (callbackUrl === null ? [] : [new URL(callbackUrl).origin]),
    flowBinding: options.flowBinding ?? "entity",
    sameAccount: options.sameAccount ?? "update",
    flowTtlMs: options.flowTtlMs ?? 600_000,
    refresh: {
      leaseMs: options.refresh?.leaseMs ?? 20_000,
      timeoutMs: options.refresh?.timeoutMs ?? 60_000,
    },
    newId,
  });
}
