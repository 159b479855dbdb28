import type { AppDefinition, Connection } from "mooring";
import { MooringToolSet, memoryStorage } from "mooring";
import { catalogue } from "mooring/apps";

const CALLBACK_URL = "https://app.example.com/callback";
/** A Tuesday. */
export const NOW = Date.UTC(2026, 10, 24, 12);

/** What a test says about a connection to an app of the catalogue. */
export interface Journey {
  /** What the developer gives of the client. Default: an id and a secret; nothing where the client is the user's. */
  readonly authConfig?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string>>;
  /** Parameters of the callback beside the state, by the provider's names. Default: a `code`. */
  readonly callback?: Readonly<Record<string, string>>;
  /** Whether the browser comes back with a form (`response_mode=form_post`). Default: with a query. */
  readonly isPosted?: boolean;
  /** What the token endpoint answers, until told otherwise. */
  readonly tokens?: unknown;
  /** What the API answers, by a part of the URL. */
  readonly api?: Readonly<Record<string, unknown>>;
}

/** A request as it went out: what differs with each run has a name instead. */
export interface Sent {
  readonly line: string;
  readonly headers: Headers;
  readonly body: string;
  /** JWTs in the body. */
  readonly jwts: readonly string[];
}

/** The app of the catalogue with this slug. */
export function appCalled(slug: string): AppDefinition {
  const app = catalogue.find((candidate) => candidate.slug === slug);
  if (app === undefined) throw new Error(`No app is called ${slug}.`);
  return app;
}

/** A clock that stands where it is set. */
const clockAt = (time: { now: number }) => ({
  now: () => time.now,
  sleep: (milliseconds: number) => new Promise<void>((done) => void setTimeout(done, milliseconds)),
});

const JWT = /\beyJ[\w-]+\.[\w-]+\.[\w-]+/g;
const DEVELOPERS = { client_id: "id", client_secret: "secret" };

/** How the app connects by OAuth 2.0. */
function oauth2Of({ authSchemes, slug }: AppDefinition) {
  for (const settings of authSchemes) if ("tokenRequestFormat" in settings) return settings;
  throw new Error(`${slug} does not connect by OAuth 2.0.`);
}

/** Connects to an app as its definition says, over a network that answers as told, and records what goes out. */
export async function connect(known: string | AppDefinition, journey: Journey = {}) {
  const app = typeof known === "string" ? appCalled(known) : known;
  const { parameterNames, clientOwner } = oauth2Of(app);
  const time = { now: NOW };
  const answers = { tokens: journey.tokens ?? { access_token: "at", token_type: "bearer" } };
  const sent: Sent[] = [];
  let state = "";
  const named = (text: string) =>
    text
      .replaceAll(state === "" ? "\0" : state, "STATE")
      .replace(/code_challenge=[\w-]{43}/, "code_challenge=CHALLENGE")
      .replace(/(code_verifier(?:=|":"))[\w-]{43}/, "$1VERIFIER")
      .replace(/nonce=[\w-]{43}/, "nonce=NONCE")
      .replace(JWT, "JWT");
  const toolset = new MooringToolSet({
    storage: memoryStorage(),
    callbackUrl: CALLBACK_URL,
    apps: [app],
    clock: clockAt(time),
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const { method, url, headers } = request;
      const body = await request.text();
      const jwts = body.match(JWT) ?? [];
      sent.push({ line: named(`${method} ${url}`), headers, body: named(body), jwts });
      const [, answer] = Object.entries(journey.api ?? {}).find(([part]) => url.includes(part)) ?? [];
      if (answer instanceof Response) return answer.clone();
      return Response.json(answer ?? answers.tokens);
    },
  });
  const entity = toolset.getEntity("ada");
  await toolset.createIntegration({
    app,
    authScheme: "OAUTH2",
    authConfig: journey.authConfig ?? (clientOwner === "integration" ? DEVELOPERS : {}),
  });
  const request = await entity.initiateConnection({
    app,
    authScheme: "OAUTH2",
    connectionParams: journey.params ?? {},
  });
  const { redirectUrl } = request;
  const authorize = redirectUrl === null ? null : new URL(redirectUrl);
  const query = new URLSearchParams(authorize?.hash.split("?")[1] ?? authorize?.search);
  state = query.get(parameterNames.state) ?? "";
  const back = new URLSearchParams({ ...(journey.callback ?? { code: "c" }), [parameterNames.state]: state });
  const callback = () =>
    journey.isPosted === true
      ? new Request(CALLBACK_URL, { method: "POST", body: back })
      : `${CALLBACK_URL}?${back}`;
  const finish = async (): Promise<Connection> => {
    if (authorize === null) return request.waitUntilActive();
    return (await toolset.handleCallback(callback(), { entityId: "ada" })).connection;
  };
  return {
    /** Where the browser is sent; empty where nobody is asked. */
    authorize: authorize === null ? "" : named(authorize.href),
    finish,
    sent,
    answers,
    time,
    toolset,
    entity,
  };
}
