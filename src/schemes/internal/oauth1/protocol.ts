import * as z from "zod";
import { AuthorizationError, TokenError } from "../../../errors.js";
import type { JsonObject } from "../../../internal/json.js";
import { readSource } from "../../../internal/read-source.js";
import type {
  AuthScheme,
  Grant,
  SchemeCallback,
  SchemeContext,
  StartContext,
} from "../../../ports/auth-scheme.js";
import type { OAuth1Settings } from "../../../ports/scheme-settings/oauth1.js";
import { endpointUrl } from "../endpoint-url.js";
import { providerCode } from "../provider-text.js";
import { consumerFor } from "./apply.js";
import { consumerOf } from "./consumer.js";
import type { OAuth1Credentials } from "./credentials.js";
import type { Consumer } from "./signer.js";
import type { TokenAnswer } from "./token-request.js";
import { requestToken, tokenIn } from "./token-request.js";

type Context = SchemeContext<OAuth1Settings>;
type Scheme = AuthScheme<OAuth1Settings, OAuth1Credentials>;
/** The part of the schemes that talks to providers. */
export type OAuth1Protocol = Pick<Scheme, "start"> & Required<Pick<Scheme, "complete" | "revoke">>;

/** How the revisions differ: OAUTH1A has a verifier, OAUTH1 may have none. */
export interface Revision {
  readonly name: "OAUTH1" | "OAUTH1A";
  readonly verifier: "required" | "optional";
}

const flowSchema = z.strictObject({
  token: z.string(),
  token_secret: z.string(),
  consumer: z.strictObject({ key: z.string(), secret: z.string() }).nullable(),
});

const RESTART_HINT = "Start the connection again.";
const DENIALS = new Set(["permission_denied", "user_refused"]);

/** Never null once the settings were checked, in a flow. */
const endpointFor = (
  context: Context,
  field: "requestTokenUrl" | "authorizationUrl" | "accessTokenUrl",
): string => endpointUrl(field, context.settings[field] ?? "", context.params);

function startingConsumer(context: StartContext<OAuth1Settings>): {
  readonly consumer: Consumer;
  readonly own: Consumer | null;
} {
  const { settings, config, values, app } = context;
  if (settings.consumer === "integration") {
    return { consumer: consumerOf(settings, config, { appName: app.name, path: "authConfig" }), own: null };
  }
  const own = consumerOf(settings, values, { appName: app.name, path: "connectionParams" });
  return { consumer: own, own };
}

function scopeParams(
  { settings, scopes }: StartContext<OAuth1Settings>,
  place: "requestToken" | "authorization",
): Readonly<Record<string, string>> {
  const { scopeParam } = settings;
  if (scopeParam?.in !== place || scopes.length === 0) return {};
  return { [scopeParam.name]: scopes.join(scopeParam.separator) };
}

function callbackUrl({ settings, callbackUrl: url, state }: StartContext<OAuth1Settings>): string {
  if (settings.callbackKey === "oauth_token") return url;
  const known = new URL(url);
  known.searchParams.set("state", state);
  return known.href;
}

/** RFC 5849 §2.1, §2.2. */
async function start(context: StartContext<OAuth1Settings>, revision: Revision) {
  const { settings } = context;
  const { consumer, own } = startingConsumer(context);
  const back = callbackUrl(context);
  const early = settings.callback === "requestToken";
  const answer = await requestToken(
    context,
    {
      method: settings.requestTokenMethod,
      url: endpointFor(context, "requestTokenUrl"),
      params: { ...settings.requestTokenParams, ...scopeParams(context, "requestToken") },
      extra: early ? { oauth_callback: back } : {},
      consumer,
      token: null,
    },
    { operation: "exchange", wish: "give temporary credentials" },
  );
  if (revision.verifier === "required" && early && answer["oauth_callback_confirmed"] === "false") {
    throw new TokenError("TOKEN_RESPONSE_INVALID", `${context.app.name} did not accept the callback URL.`, {
      hint: "Register it with the provider exactly as it is, or set the app's `callback` and `callbackKey`.",
    });
  }
  const token = tokenIn(answer);
  const url = new URL(endpointFor(context, "authorizationUrl"));
  const query = {
    ...settings.authorizationParams,
    ...scopeParams(context, "authorization"),
    ...(early ? {} : { oauth_callback: back }),
    oauth_token: token.key,
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return {
    kind: "redirect",
    redirectUrl: url.href,
    flow: { token: token.key, token_secret: token.secret, consumer: own === null ? null : { ...own } },
    ...(settings.callbackKey === "state"
      ? {}
      : { callbackKey: { parameter: "oauth_token", value: token.key } }),
  } as const;
}

/** A parameter of the callback, which may come once. */
function parameter({ url }: SchemeCallback, name: string): string | null {
  const [value = null, ...more] = url.searchParams.getAll(name);
  if (more.length === 0) return value;
  throw new AuthorizationError("AUTHORIZATION_FAILED", `The callback has \`${name}\` more than once.`, {
    hint: RESTART_HINT,
  });
}

/** @throws AuthorizationError when the user said no, or the callback is another flow's */
function verifierIn(
  callback: SchemeCallback,
  {
    token,
    revision,
    appName,
  }: { readonly token: string; readonly revision: Revision; readonly appName: string },
): string | null {
  const problem = parameter(callback, "oauth_problem");
  if (parameter(callback, "denied") !== null || problem !== null) {
    const isDenied = problem === null || DENIALS.has(problem);
    throw new AuthorizationError(
      isDenied ? "AUTHORIZATION_DENIED" : "AUTHORIZATION_FAILED",
      `${appName} did not authorize the connection.`,
      {
        providerError: providerCode(problem, [callback.state, token]),
        ...(isDenied ? { hint: "The user said no, or may not say yes." } : {}),
      },
    );
  }
  const returned = parameter(callback, "oauth_token");
  if (returned !== null && returned !== token) {
    throw new AuthorizationError("STATE_INVALID", "`oauth_token` of the callback is not that of this flow.", {
      hint: RESTART_HINT,
    });
  }
  const verifier = parameter(callback, "oauth_verifier");
  if (verifier === null && revision.verifier === "required") {
    throw new AuthorizationError("AUTHORIZATION_FAILED", "The callback has no `oauth_verifier`.", {
      hint: `${RESTART_HINT} A provider without a verifier is one for the scheme OAUTH1.`,
    });
  }
  return verifier;
}

function grantOf(
  settings: OAuth1Settings,
  answer: TokenAnswer,
  own: Consumer | null,
): Grant<OAuth1Credentials> {
  const { key, secret } = tokenIn(answer);
  const told = Object.entries(settings.metadata).flatMap(([name, source]) => {
    const value = readSource(answer, source);
    return value === null ? [] : [[name, value] as const];
  });
  const { account } = settings;
  const id = account === null ? null : readSource(answer, account.id);
  const label = account?.label == null ? null : readSource(answer, account.label);
  return {
    credentials: {
      oauth_token: key,
      oauth_token_secret: secret,
      ...(own === null ? {} : { consumer: { ...own } }),
    },
    params: Object.fromEntries(told),
    ...(id === null ? {} : { account: { id, email: null, label } }),
  };
}

/** RFC 5849 §2.3: signed with the secret of the temporary credentials. */
async function complete(
  context: Context,
  callback: SchemeCallback,
  revision: Revision,
): Promise<Grant<OAuth1Credentials>> {
  const { settings, config, app } = context;
  const flow = flowOf(callback.flow, revision);
  const verifier = verifierIn(callback, { token: flow.token, revision, appName: app.name });
  const own = flow.consumer;
  const answer = await requestToken(
    context,
    {
      method: settings.accessTokenMethod,
      url: endpointFor(context, "accessTokenUrl"),
      params: {},
      extra: verifier === null ? {} : { oauth_verifier: verifier },
      consumer: own ?? consumerOf(settings, config, { appName: app.name, path: "authConfig" }),
      token: { key: flow.token, secret: flow.token_secret },
    },
    { operation: "exchange", wish: "exchange the temporary credentials" },
  );
  return grantOf(settings, answer, own);
}

function flowOf(flow: JsonObject, { name }: Revision) {
  const parsed = flowSchema.safeParse(flow);
  if (parsed.success) return parsed.data;
  throw new AuthorizationError(
    "AUTHORIZATION_FAILED",
    `What was stored for this flow is not what ${name} stores.`,
    {
      hint: RESTART_HINT,
    },
  );
}

async function revoke(context: Context, credentials: OAuth1Credentials): Promise<void> {
  const { settings, params } = context;
  if (settings.revocationUrl === null) return;
  await requestToken(
    context,
    {
      method: "POST",
      url: endpointUrl("revocationUrl", settings.revocationUrl, params),
      params: {},
      extra: {},
      consumer: consumerFor(context, credentials),
      token: { key: credentials.oauth_token, secret: credentials.oauth_token_secret },
    },
    { operation: "revoke", wish: "revoke the token" },
  );
}

/** Makes the part for one revision. */
export function createOAuth1Protocol(revision: Revision): OAuth1Protocol {
  return {
    start: (context) => start(context, revision),
    complete: (context, callback) => complete(context, callback, revision),
    revoke,
  };
}
