import { defineApp } from "../../ports/app.js";
import type {
  AnyAuthScheme,
  ParamSpec,
  ParamValues,
  SchemeContext,
  StartContext,
  StartResult,
} from "../../ports/auth-scheme.js";
import type { Fetch } from "../../ports/runtime.js";
import type { SchemeUnderTest, SchemeUser } from "../scheme-conformance.js";
import { SAMPLE_REQUESTS } from "./requests.js";

/** What one case is held against. */
export type SchemeCheck = (trial: Trial) => void | Promise<void>;
/** The checks of one topic, by what they hold the scheme to. */
export type SchemeChecks = Readonly<Record<string, SchemeCheck>>;

const CALLBACK_URL = "https://host.example/callback";
const STATE = "state-of-the-trial";
const NOW = Date.UTC(2026, 0, 1);

const nobody: Fetch = () => Promise.reject(new TypeError("fetch failed"));

/** Someone's connection, as the core would hold it. */
export interface Connected {
  /** After a round through storage, and read only. */
  readonly credentials: unknown;
  readonly context: SchemeContext<unknown>;
}

/** A scheme with one app's settings, driven the way the core drives it. */
export interface Trial {
  readonly subject: SchemeUnderTest;
  readonly scheme: AnyAuthScheme;
  readonly settings: unknown;
  readonly callbackUrl: string;
  readonly state: string;
  readonly connectionParams: readonly ParamSpec[];
  readonly integrationParams: readonly ParamSpec[];
  /** With a provider other than the subject's, where one is given. */
  context(params?: ParamValues, fetch?: Fetch): SchemeContext<unknown>;
  start(user: SchemeUser, fetch?: Fetch): Promise<StartResult<unknown>>;
  connect(user: SchemeUser): Promise<Connected>;
  /** The requests the scheme has a place for its credentials in. */
  readonly requests: typeof SAMPLE_REQUESTS;
  apply(request: Request, connected: Connected): Promise<Request>;
  /** The secret values a user and the developer gave, by name. */
  given(user: SchemeUser): Readonly<Record<string, string>>;
}

/** Makes the scheme anew, and parses the settings with it. */
export function createTrial(subject: SchemeUnderTest): Trial {
  const scheme = subject.create();
  const app =
    subject.app ??
    defineApp({
      slug: "conformance",
      name: "Conformance",
      description: "The app a scheme is tried with",
      baseUrl: "https://api.example",
      authSchemes: [{ scheme: "NO_AUTH" }],
    });
  const config = subject.config ?? {};
  const refused: readonly string[] = subject.refusedRequests ?? [];
  const settings = scheme.parseSettings(structuredClone(subject.settings));
  const connectionParams = scheme.connectionParams(app, settings);
  const integrationParams = scheme.integrationParams(app, settings, { callbackUrl: CALLBACK_URL });

  const context = (params: ParamValues = {}, fetch = subject.fetch ?? nobody): SchemeContext<unknown> => ({
    app,
    settings,
    config,
    params,
    runtime: {
      fetch,
      clock: { now: () => NOW, sleep: () => Promise.resolve() },
      logger: { debug: () => undefined, warn: () => undefined },
    },
  });
  const startContext = (user: SchemeUser, fetch?: Fetch): StartContext<unknown> => ({
    ...context(user.params, fetch),
    values: user.values ?? {},
    callbackUrl: CALLBACK_URL,
    state: STATE,
    scopes: [],
  });
  const start = (user: SchemeUser, fetch?: Fetch) => scheme.start(startContext(user, fetch));

  return {
    subject,
    scheme,
    settings,
    callbackUrl: CALLBACK_URL,
    state: STATE,
    connectionParams,
    integrationParams,
    context,
    start,
    requests: SAMPLE_REQUESTS.filter(({ what }) => !refused.includes(what)),
    apply: async (request, known) => scheme.apply(request, known.credentials, known.context),
    async connect(user) {
      const started = user.credentials === undefined ? await start(user) : null;
      if (started !== null && started.kind !== "complete") {
        throw new Error("`start` ends in no connection: give each of the two `users` its `credentials`.");
      }
      const stored = started === null ? user.credentials : started.grant.credentials;
      const open = Object.entries(user.values ?? {}).filter(
        ([name]) => specOf(connectionParams, name)?.secret === false,
      );
      const params = user.params ?? { ...Object.fromEntries(open), ...started?.grant.params };
      return {
        credentials: deepFreeze(scheme.parseCredentials(throughStorage(stored))),
        context: context(params),
      };
    },
    given(user) {
      const pick = (specs: readonly ParamSpec[], values: ParamValues) =>
        Object.entries(values).filter(([name]) => specOf(specs, name)?.secret === true);
      return Object.fromEntries([
        ...pick(connectionParams, user.values ?? {}),
        ...pick(integrationParams, config),
      ]);
    },
  };
}

/** The param a value is given for, by its name or one of its aliases. */
export function specOf(specs: readonly ParamSpec[], name: string): ParamSpec | undefined {
  return specs.find((spec) => spec.name === name || spec.aliases.includes(name));
}

/** What is read back of what was stored. */
export function throughStorage(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** The same value, which nobody can change any more. */
function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return ArrayBuffer.isView(value) ? value : Object.freeze(value);
}
