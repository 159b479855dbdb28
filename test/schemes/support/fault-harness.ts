import type { AppInput, Connection } from "mooring";
import { defineApp, MooringToolSet, memoryStorage } from "mooring";
import { expect } from "vitest";
import { collectOutput } from "../../support/leaks.js";
import type { LoopbackAnswer, ReceivedRequest } from "../../support/loopback-server.js";
import { loopbackServer } from "../../support/loopback-server.js";
import { listedStorage } from "../../support/stored-rows.js";
import type { FaultProvider } from "./fault-providers.js";

const CALLBACK_URL = "https://app.example.com/connect/callback";
type Answer = (
  request: ReceivedRequest,
  good: Readonly<Record<string, unknown>>,
) => LoopbackAnswer | Promise<LoopbackAnswer>;

/**
 * A toolset, and a server of the provider's whose one answer is what `fault` says; null for a good one.
 *
 * @param options what the user is asked for, and the path all URLs are below
 */
export async function setUp(
  provider: FaultProvider,
  fault: Answer | null,
  { connectionParams, below = "" }: { connectionParams?: AppInput["connectionParams"]; below?: string } = {},
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
        authSchemes: [provider.scheme(server.origin + below)],
        ...(connectionParams === undefined ? {} : { connectionParams }),
      }),
    ],
    logger: { debug: output.see, warn: (...said) => output.see(said) },
  });
  await toolset.createIntegration({ app: "acme", authConfig: provider.authConfig });
  return { toolset, server, listed, output };
}

/** What {@link setUp} makes. */
export type Made = Awaited<ReturnType<typeof setUp>>;

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
export async function connect({ toolset, server }: Made, provider: FaultProvider): Promise<Connection> {
  const { connectionParams, callback } = provider;
  const request = await toolset.getEntity("ada").initiateConnection({ app: "acme", connectionParams });
  if (callback === null) return request.waitUntilActive();
  const back = backFrom(request.redirectUrl ?? "", server.received);
  for (const [name, value] of Object.entries(callback)) back.searchParams.set(name, value);
  return (await toolset.handleCallback(back, { entityId: "ada" })).connection;
}

/** What a promise is rejected with; "connected" when it is not. */
export const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "connected",
    (error: unknown) => error,
  );

/** How assertions, proofs and their signatures in a request begin: as much as an error has room for. */
const signedIn = ({ headers, body }: ReceivedRequest): readonly string[] =>
  [...`${headers["dpop"]}\n${body}`.matchAll(/eyJ[\w-]+\.[\w-]+\.([\w-]+)/g)].flatMap(
    ([jwt, signature = ""]) => [jwt.slice(0, 60), signature.slice(0, 60)],
  );

/** What must hold after a connect that failed, whatever the reason: no credentials, no secret in what came out. */
export async function expectNothing(made: Made, provider: FaultProvider, failure: unknown): Promise<void> {
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
  const all = [...provider.secrets, ...made.server.received.flatMap(signedIn)];
  const secrets = Object.fromEntries(all.map((secret, index) => [String(index), secret]));
  expect(output.leaksOf(secrets)).toEqual([]);
}
