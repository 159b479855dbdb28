import type { AppInput } from "../../../src/ports/app.js";
import { defineApp } from "../../../src/ports/app.js";
import type { ParamValues, SchemeCallback, SchemeContext } from "../../../src/ports/auth-scheme.js";
import type { Fetch } from "../../../src/ports/runtime.js";
import type { OAuth2Settings } from "../../../src/ports/scheme-settings/oauth2.js";
import { oauth2Settings } from "../../../src/ports/scheme-settings/oauth2.js";

/** What a test changes of the usual context. */
export interface ContextOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly config?: ParamValues;
  readonly params?: ParamValues;
  readonly connectionParams?: NonNullable<AppInput["connectionParams"]>;
  readonly fetch?: Fetch;
  readonly signal?: AbortSignal;
  readonly now?: () => number;
}

export const NOW = Date.UTC(2026, 10, 5, 12);
export const CALLBACK_URL = "https://app.example.com/connect/callback";
export const STATE = "state-1";
export const CLIENT_SECRET = "s3cret/with:odd chars";
export const TOKEN_URL = "https://id.acme.example/token";

export const ACME = {
  scheme: "OAUTH2",
  authorizationUrl: "https://id.acme.example/authorize",
  tokenUrl: TOKEN_URL,
} as const;

/** What a scheme is told about a connection to Acme. */
export function contextOf(options: ContextOptions = {}): SchemeContext<OAuth2Settings> {
  const settings = oauth2Settings().parse({ ...ACME, ...options.settings });
  return {
    app: defineApp({
      slug: "acme",
      name: "Acme",
      description: "Acme's ticket system",
      baseUrl: "https://api.acme.example",
      connectionParams: options.connectionParams ?? [],
      authSchemes: [settings],
    }),
    settings,
    config: options.config ?? { client_id: "client-1", client_secret: CLIENT_SECRET },
    params: options.params ?? {},
    runtime: {
      fetch: options.fetch ?? ((input, init) => fetch(input, init)),
      clock: { now: options.now ?? (() => NOW), sleep: () => Promise.resolve() },
      logger: { debug: () => undefined, warn: () => undefined },
    },
    signal: options.signal,
  };
}

/** What a scheme is told when a connection to Acme is started. */
export const startContextOf = (options: ContextOptions & { readonly scopes?: readonly string[] } = {}) => ({
  ...contextOf(options),
  values: options.params ?? {},
  callbackUrl: CALLBACK_URL,
  state: STATE,
  scopes: options.scopes ?? [],
});

/** The browser's return, as the core hands it on. */
export function callbackOf(
  query: Readonly<Record<string, string>> = { code: "code-1", state: STATE },
  flow: SchemeCallback["flow"] = { code_verifier: "verifier-1", nonce: null, scopes: ["read"] },
): SchemeCallback {
  const url = new URL(`${CALLBACK_URL}?${new URLSearchParams(query)}`);
  return { url, flow, callbackUrl: CALLBACK_URL, state: STATE };
}

/** The error a call ends with. */
export async function errorOf(call: Promise<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error("The call succeeded, but was expected to fail.");
}

/** One request as it went out. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request of msw's as plain data. */
export const sentRequest = async (request: Request): Promise<SentRequest> => ({
  method: request.method,
  url: request.url,
  headers: Object.fromEntries(request.headers),
  body: await request.clone().text(),
});
