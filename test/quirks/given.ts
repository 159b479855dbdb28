import { MooringToolSet, memoryStorage } from "mooring";
import { appCalled, NOW } from "./journey.js";

/** A request as it went out. */
export interface SentCall {
  readonly line: string;
  readonly headers: Headers;
  readonly body: string;
}

/** What a test says about a connection that needs no browser. */
export interface Given {
  /** Default: the app's first scheme. */
  readonly authScheme?: string;
  readonly authConfig?: Readonly<Record<string, string>>;
  /** What the user gives. */
  readonly params: Readonly<Record<string, string>>;
  /** What the provider answers; an empty object when it answers nothing. */
  readonly answer?: (request: SentCall, count: number) => Response | Promise<Response> | undefined;
}

/** A connection to an app of the catalogue with what the user gave, and what goes out. */
export async function connectWith(slug: string, { authScheme, authConfig, params, answer }: Given) {
  const app = appCalled(slug);
  const time = { now: NOW };
  const sent: SentCall[] = [];
  const toolset = new MooringToolSet({
    storage: memoryStorage(),
    callbackUrl: "https://app.example.com/callback",
    apps: [app],
    clock: {
      now: () => time.now,
      sleep: (milliseconds) => new Promise((done) => void setTimeout(done, milliseconds)),
    },
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const { method, url, headers } = request;
      const call = { line: `${method} ${url}`, headers, body: await request.text() };
      sent.push(call);
      return (await answer?.(call, sent.length)) ?? Response.json({});
    },
  });
  const [first] = app.authSchemes;
  const scheme = authScheme ?? first?.scheme ?? "";
  if (authConfig !== undefined) await toolset.createIntegration({ app, authScheme: scheme, authConfig });
  const entity = toolset.getEntity("ada");
  const request = await entity.initiateConnection({ app, authScheme: scheme, connectionParams: params });
  const connection = await request.waitUntilActive();
  return { connection, sent, time };
}
