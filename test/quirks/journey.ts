import type { AppDefinition, Connection } from "mooring";
import { MooringToolSet, memoryStorage } from "mooring";
import { catalogue } from "mooring/apps";

const CALLBACK_URL = "https://app.example.com/callback";
/** A Tuesday. */
const NOW = Date.UTC(2026, 10, 24, 12);

/** What a test says about a connection to an app of the catalogue. */
export interface Journey {
  readonly params?: Readonly<Record<string, string>>;
  /** Parameters of the callback beside the state, by the provider's names. Default: a `code`. */
  readonly callback?: Readonly<Record<string, string>>;
  /** What the token endpoint answers. */
  readonly tokens?: unknown;
  /** What the API answers, by a part of the URL. */
  readonly api?: Readonly<Record<string, unknown>>;
}

/** A request as it went out: what differs with each run has a name instead. */
export interface Sent {
  readonly line: string;
  readonly headers: Headers;
  readonly body: string;
}

/** The app of the catalogue with this slug. */
function appCalled(slug: string): AppDefinition {
  const app = catalogue.find((candidate) => candidate.slug === slug);
  if (app === undefined) throw new Error(`No app is called ${slug}.`);
  return app;
}

/** A clock that stands where it is set. */
const clockAt = (time: { now: number }) => ({
  now: () => time.now,
  sleep: (milliseconds: number) => new Promise<void>((done) => void setTimeout(done, milliseconds)),
});

/** Connects to an app as its definition says, over a network that answers as told, and records what goes out. */
export async function connect(slug: string, journey: Journey = {}) {
  const app = appCalled(slug);
  const time = { now: NOW };
  const sent: Sent[] = [];
  let state = "";
  const named = (text: string) =>
    text
      .replaceAll(state === "" ? "\0" : state, "STATE")
      .replace(/code_challenge=[\w-]{43}/, "code_challenge=CHALLENGE")
      .replace(/(code_verifier(?:=|":"))[\w-]{43}/, "$1VERIFIER")
      .replace(/nonce=[\w-]{43}/, "nonce=NONCE");
  const toolset = new MooringToolSet({
    storage: memoryStorage(),
    callbackUrl: CALLBACK_URL,
    apps: [app],
    clock: clockAt(time),
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const { method, url, headers } = request;
      sent.push({ line: named(`${method} ${url}`), headers, body: named(await request.text()) });
      const [, answer] = Object.entries(journey.api ?? {}).find(([part]) => url.includes(part)) ?? [];
      if (answer instanceof Response) return answer;
      return Response.json(answer ?? journey.tokens ?? { access_token: "at", token_type: "bearer" });
    },
  });
  const entity = toolset.getEntity("ada");
  await toolset.createIntegration({
    app,
    authScheme: "OAUTH2",
    authConfig: { client_id: "id", client_secret: "secret" },
  });
  const request = await entity.initiateConnection({
    app,
    authScheme: "OAUTH2",
    connectionParams: journey.params ?? {},
  });
  const authorize = new URL(request.redirectUrl ?? "");
  const query = new URLSearchParams(authorize.hash.split("?")[1] ?? authorize.search);
  const [settings] = app.authSchemes;
  const stateName =
    settings !== undefined && "parameterNames" in settings ? settings.parameterNames.state : "state";
  state = query.get(stateName) ?? "";
  const back = new URLSearchParams({ ...(journey.callback ?? { code: "c" }), [stateName]: state });
  const finish = (): Promise<Connection> =>
    toolset
      .handleCallback(`${CALLBACK_URL}?${back}`, { entityId: "ada" })
      .then(({ connection }) => connection);
  return { authorize: named(authorize.href), finish, sent, time, toolset, entity };
}
