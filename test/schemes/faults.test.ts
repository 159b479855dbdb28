import type { Connection, MooringToolSetOptions } from "mooring";
import { defineApp, MooringError, MooringToolSet, memoryStorage } from "mooring";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { deferred } from "../support/deferred.js";
import { collectOutput } from "../support/leaks.js";
import type { LoopbackAnswer, ReceivedRequest } from "../support/loopback-server.js";
import { loopbackServer } from "../support/loopback-server.js";
import { listedStorage } from "../support/stored-rows.js";
import type { FaultProvider } from "./support/fault-providers.js";
import { FAULT_PROVIDERS } from "./support/fault-providers.js";
import { FAULTS } from "./support/faults.js";

const CALLBACK_URL = "https://app.example.com/connect/callback";
type Answer = (
  request: ReceivedRequest,
  good: Readonly<Record<string, unknown>>,
) => LoopbackAnswer | Promise<LoopbackAnswer>;

/** A toolset, and a server of the provider's whose one answer is what `fault` says; null for a good one. */
async function setUp(
  provider: FaultProvider,
  fault: Answer | null,
  options: Partial<Pick<MooringToolSetOptions<never, never, never>, "clock">> = {},
) {
  const output = collectOutput();
  const server = await loopbackServer((request) => {
    const path = request.url.split("?")[0] ?? "";
    const good = provider.answers[path] ?? {};
    if (path === provider.target && fault !== null) return fault(request, good);
    return { headers: { "content-type": "application/json" }, body: JSON.stringify(good) };
  });
  const listed = listedStorage(memoryStorage());
  const toolset = new MooringToolSet({
    storage: listed.storage,
    encryption: { keys: [{ id: "k", secret: "an-encryption-key-of-the-host-32" }] },
    callbackUrl: CALLBACK_URL,
    apps: [
      defineApp({
        slug: "acme",
        name: "Acme",
        description: "Tickets",
        baseUrl: server.origin,
        authSchemes: [provider.scheme(server.origin)],
      }),
    ],
    logger: { debug: output.see, warn: (...said) => output.see(said) },
    ...options,
  });
  await toolset.createIntegration({ app: "acme", authConfig: provider.authConfig });
  return { toolset, server, listed, output };
}

type Made = Awaited<ReturnType<typeof setUp>>;

/** Where the provider was told to send the browser back to, state included. */
function backFrom(redirectUrl: string, received: readonly ReceivedRequest[]): URL {
  const told = [new URL(redirectUrl).search, ...received.map(({ body }) => body)].map(
    (text) => new URLSearchParams(text),
  );
  const state = told.map((parameters) => parameters.get("state")).find((value) => value !== null);
  if (state !== undefined && state !== null) return new URL(`${CALLBACK_URL}?state=${state}`);
  const [, callback = ""] = /oauth_callback="([^"]+)"/.exec(received[0]?.headers.authorization ?? "") ?? [];
  return new URL(decodeURIComponent(callback));
}

/** Connects as a user would, who agrees to everything. */
async function connect({ toolset, server }: Made, provider: FaultProvider): Promise<Connection> {
  const { connectionParams, callback } = provider;
  const request = await toolset.getEntity("ada").initiateConnection({ app: "acme", connectionParams });
  if (callback === null) return request.waitUntilActive();
  const back = backFrom(request.redirectUrl ?? "", server.received);
  for (const [name, value] of Object.entries(callback)) back.searchParams.set(name, value);
  return (await toolset.handleCallback(back, { entityId: "ada" })).connection;
}

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "connected",
    (error: unknown) => error,
  );

/** What must hold after a connect that failed, whatever the reason: no credentials, no secret in what came out. */
async function expectNothing(made: Made, provider: FaultProvider, failure: unknown): Promise<void> {
  const { listed, output } = made;
  const rows = await listed.rows();
  // A code that ran out unanswered leaves its attempt waiting, as one nobody came back for does.
  const ended = provider.polls === true ? /^(?:FAILED|EXPIRED|INITIATED)$/ : /^(?:FAILED|EXPIRED)$/;
  expect(rows.connections.map(({ credentials, status }) => [credentials, status])).toEqual(
    rows.connections.map(() => [null, expect.stringMatching(ended)]),
  );
  if (provider.polls !== true) expect(rows.flows).toEqual([]);
  if (provider.callback === null && provider.polls !== true) expect(rows.connections).toEqual([]);
  output.see(failure);
  output.see(rows);
  const secrets = Object.fromEntries(provider.secrets.map((secret, index) => [String(index), secret]));
  expect(output.leaksOf(secrets)).toEqual([]);
}

describe.each(FAULT_PROVIDERS.map((provider) => [provider.name, provider] as const))(
  "%s",
  (_name, provider) => {
    /** What a poll that may succeed later ends with. */
    const expected = (code: string) =>
      provider.polls === true ? expect.stringMatching(`${code}|CONNECTION_NOT_ACTIVE`) : code;

    it("connects when all is well", async () => {
      const made = await setUp(provider, null);
      await expect(connect(made, provider)).resolves.toMatchObject({ status: "ACTIVE" });
    });

    it.each(FAULTS.map((fault) => [fault.name, fault] as const))(
      "is answered with %s",
      async (_what, fault) => {
        const made = await setUp(provider, fault.answer);
        const failure = await failureOf(connect(made, provider));
        expect(failure).toBeInstanceOf(MooringError);
        expect(failure).toMatchObject({ code: expected(fault.code) });
        await expectNothing(made, provider, failure);
      },
    );

    it.each([301, 302, 303, 307, 308])("is answered with a redirect (%i)", async (status) => {
      const trap = await loopbackServer(() => ({ body: JSON.stringify(provider.answers[provider.target]) }));
      const made = await setUp(provider, () => ({ status, headers: { location: `${trap.origin}/token` } }));
      const failure = await failureOf(connect(made, provider));
      expect(failure).toMatchObject({ code: "TOKEN_RESPONSE_INVALID", status });
      expect(trap.received).toEqual([]);
      await expectNothing(made, provider, failure);
    });

    // A poll that is not answered is made again, for as long as the code lives.
    it.each(provider.polls === true ? [] : [15_000])(
      "is not answered to the end for %i ms",
      async (limit) => {
        vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
        onTestFinished(() => {
          vi.useRealTimers();
        });
        const arrived = deferred<void>();
        const made = await setUp(provider, () => {
          arrived.resolve();
          return { body: '{"', stall: true };
        });
        const failing = failureOf(connect(made, provider));
        await arrived.promise;
        await vi.advanceTimersByTimeAsync(limit);
        const failure = await failing;
        expect(failure).toMatchObject({ code: expected("TOKEN_EXCHANGE_FAILED") });
        await expectNothing(made, provider, failure);
      },
    );

    it.each(provider.token === null ? [] : ["a\nb", "a\r\nx-evil: 1", "a\u0000b", "tök€n", " a", ""])(
      "is given the token %j, which no header can carry",
      async (token) => {
        const name = provider.token ?? "";
        const made = await setUp(provider, (_request, good) => ({
          body: JSON.stringify({ ...good, [name]: token }),
        }));
        const failure = await failureOf(connect(made, provider));
        expect(failure).toMatchObject({
          code: "TOKEN_RESPONSE_INVALID",
          message: expect.stringContaining(`\`${name}\``),
        });
        await expectNothing(made, provider, failure);
      },
    );
  },
);
