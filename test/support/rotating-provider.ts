import type { AuthScheme, Connection, MooringToolSetOptions, StorageAdapter } from "mooring";
import { defineApp, MooringToolSet, memoryStorage, TokenError } from "mooring";
import type { FakeClock } from "mooring/testing";
import { fakeClock } from "mooring/testing";
import * as z from "zod";
import { createVault } from "../../src/core/vault.js";

/** How long tokens of the provider work. */
export const LIFETIME_MS = 1_000_000;
const TOKEN_URL = "https://acme.example/token";
type Tokens = { readonly access: string; readonly expiresAt: number };

/** A provider under the test's thumb: each refresh does what the test says. */
function provider(clock: { now(): number }) {
  const fresh = (access: string): Tokens => ({ access, expiresAt: clock.now() + LIFETIME_MS });
  const control = {
    /** Refreshes the scheme began. */
    begun: 0,
    /** Token requests that went out. */
    requests: 0,
    fresh,
    /** What the scheme does before it sends anything. */
    prepare: async (): Promise<void> => {},
    next: async (): Promise<Tokens | null> => fresh(`access-${control.requests}`),
  };
  const scheme: AuthScheme<unknown, Tokens> = {
    name: "ROTATING",
    parseSettings: (settings) => settings,
    parseCredentials: (value) => z.strictObject({ access: z.string(), expiresAt: z.number() }).parse(value),
    integrationParams: () => [],
    connectionParams: () => [],
    start: async () => ({ kind: "complete", grant: { credentials: fresh("access-0") } }),
    async refresh({ runtime }) {
      control.begun += 1;
      await control.prepare();
      await runtime.fetch(TOKEN_URL, { method: "POST" });
      const credentials = await control.next();
      return credentials === null ? null : { credentials };
    },
    expiresAt: ({ expiresAt }) => new Date(expiresAt),
    secrets: ({ access }) => [access],
    apply(request, { access }) {
      request.headers.set("authorization", `Bearer ${access}`);
      return request;
    },
  };
  return { scheme, control };
}

/** The grant is gone. */
export const refused = () =>
  new TokenError("REAUTHORIZATION_REQUIRED", "The grant is gone.", {
    providerError: "invalid_grant",
    status: 400,
  });
/** The provider cannot answer now. */
export const busy = (retryAfterMs: number | null = null) =>
  new TokenError("TOKEN_REFRESH_FAILED", "Busy.", { retryable: true, status: 503, retryAfterMs });

/** A connection to it, on time that stands still. `elsewhere` gives it as another process has it. */
export async function connected(
  wrap: (storage: StorageAdapter) => StorageAdapter = (storage) => storage,
  options: Pick<MooringToolSetOptions<never, never, never>, "refresh" | "logger"> = {},
) {
  const time = fakeClock();
  let skipped = 0;
  const clock = { ...time, now: () => time.now() + skipped };
  const { scheme, control } = provider(clock);
  const storage = wrap(memoryStorage({ now: () => clock.now() }));
  const encryption = { keys: [{ id: "k1", secret: "0123456789abcdef0123456789abcdef" }] };
  const app = defineApp({
    slug: "acme",
    name: "Acme",
    description: "Tickets",
    baseUrl: "https://acme.example",
    authSchemes: [{ scheme: "ROTATING" }],
  });
  // The API refuses all tokens.
  const fetch = async (input: Request | URL | string) => {
    if (input === TOKEN_URL) control.requests += 1;
    return new Response(null, { status: 401 });
  };
  const toolsetOf = () =>
    new MooringToolSet({
      storage,
      encryption,
      clock,
      apps: [app],
      schemes: [scheme],
      fetch,
      ...options,
    });
  const entity = toolsetOf().getEntity("ada");
  const { connectedAccountId } = await entity.initiateConnection({ app: "acme" });
  const connection = await entity.getConnection({ connectionId: connectedAccountId });
  const elsewhere = () => toolsetOf().getEntity("ada").getConnection({ connectionId: connectedAccountId });
  /** Time goes on, and nothing wakes up: the process is paused. */
  const pause = (milliseconds: number): void => {
    skipped += milliseconds;
  };
  /** The same credentials, sealed once more. */
  const reseal = async (): Promise<void> => {
    const row = await storage.connections.get({ id: connectedAccountId, entityId: "ada" });
    if (row === null) throw new Error("The row is gone.");
    const { version } = row.connection;
    const vault = createVault(encryption.keys);
    const binding = { table: "connections", id: connectedAccountId, entityId: "ada" } as const;
    const credentials = await vault.seal(
      await vault.open(row.connection.credentials ?? "", binding),
      binding,
    );
    await storage.connections.compareAndSwap(
      { ...row.connection, credentials, version: version + 1 },
      version,
    );
  };
  return { clock, control, storage, connection, elsewhere, pause, reseal };
}

/** What a request would go out with. */
export const tokenOf = async (connection: Connection) =>
  (await connection.getAuthParams()).headers["authorization"];

/** Lets everything run that waits for time, until the work is done. */
export async function settle<Value>(
  clock: Pick<FakeClock, "advance">,
  work: Promise<Value>,
  withinMs = 200_000,
): Promise<PromiseSettledResult<Value>> {
  let settled: PromiseSettledResult<Value> | null = null;
  const watched = Promise.allSettled([work]).then(([result]) => {
    settled = result;
  });
  for (let step = 0; settled === null && step < withinMs / 100; step += 1) await clock.advance(100);
  if (settled === null) throw new Error("The work did not end.");
  await watched;
  return settled;
}
