import type { AnyMooringError } from "../errors.js";
import type { JsonObject } from "../internal/json.js";
import type { AppDefinition } from "./app.js";
import type { Runtime } from "./runtime.js";
import type { ConnectionAccount } from "./storage.js";

/** Names of the schemes the field knows; a host's own scheme may have any other name in the same form. */
export type AuthSchemeName =
  | "OAUTH2"
  | "OAUTH1"
  | "OAUTH1A"
  | "API_KEY"
  | "BASIC"
  | "BEARER_TOKEN"
  | "BASIC_WITH_JWT"
  | "JWT"
  | "GOOGLE_SERVICE_ACCOUNT"
  | "GITHUB_APP"
  | "TWO_STEP"
  | "NO_AUTH"
  | (string & {});

/** A field the developer (integration) or the user (connection) fills in, as a form or a CLI would ask for it. */
export interface ParamSpec {
  /** Key in `authConfig` or `connectionParams`. */
  readonly name: string;
  readonly displayName: string;
  readonly description: string;
  readonly required: boolean;
  /** True for every key, token and password: such a value is only ever stored sealed. */
  readonly secret: boolean;
  /** Value used when none is given; null for none. */
  readonly default: string | null;
  /** Other names accepted for the same field. */
  readonly aliases: readonly string[];
  /** Regular expression source the whole value must match; null for any text. */
  readonly pattern: string | null;
}

/** Who is needed to make a connection. */
export type Interaction = "browser" | "device" | "none";

/** Values by field name, defaults applied. */
export type ParamValues = Readonly<Record<string, string>>;

/** What a scheme knows in every call. */
export interface SchemeContext<Settings> {
  readonly app: AppDefinition;
  /** The app's settings for this scheme. */
  readonly settings: Settings;
  /** The developer's values: client id and secret, scopes, … */
  readonly config: ParamValues;
  /** The connection's values that are not secret: subdomain, ids from a token response, … */
  readonly params: ParamValues;
  readonly runtime: Runtime;
  readonly signal?: AbortSignal | undefined;
  /** How long one request to the authorization server may take, in milliseconds; the scheme's own choice when left out. */
  readonly timeoutMs?: number | undefined;
}

/** What a scheme knows when a connection is started. */
export interface StartContext<Settings> extends SchemeContext<Settings> {
  /** Everything the user gave, secrets included. */
  readonly values: ParamValues;
  /** Where the provider sends the browser back to. */
  readonly callbackUrl: string;
  /** Single-use value to be returned by the provider in the callback's `state`. */
  readonly state: string;
  /** Scopes to ask for. */
  readonly scopes: readonly string[];
}

/** What a scheme knows when an integration is made. */
export interface RegistrationContext<Settings> extends SchemeContext<Settings> {
  /** Where the provider is to send browsers back to; null when the toolset has no such URL. */
  readonly callbackUrl: string | null;
}

/** What the browser came back with. */
export interface SchemeCallback {
  /** The whole callback URL with its query. */
  readonly url: URL;
  /** What `start` put aside. */
  readonly flow: JsonObject;
  readonly callbackUrl: string;
  readonly state: string;
}

/** What a provider granted. */
export interface Grant<Credentials> {
  /** JSON-serialisable; stored sealed. */
  readonly credentials: Credentials;
  /** Scopes really granted; left out when the provider does not say. */
  readonly scopes?: readonly string[] | undefined;
  /** Values that are not secret, merged into the connection's params. */
  readonly params?: ParamValues | undefined;
  /** Whose account it is; left out when unknown. */
  readonly account?: ConnectionAccount | undefined;
  /**
   * Why a renewal got no further, where part of what the credentials hold has taken the place of what there was: they
   * are kept, and the renewal counts as failed with this error.
   */
  readonly incomplete?: AnyMooringError | undefined;
}

/** A callback parameter that says which flow came back, where the provider does not return `state`. */
export interface CallbackKey {
  /** Its name: `oauth_token`. One of the scheme's {@link AuthScheme.callbackParameters}. */
  readonly parameter: string;
  /** Its value, which nobody else's flow has. */
  readonly value: string;
}

/** A connection is ready at once, or waits for the user's browser, or for the user at another device. */
export type StartResult<Credentials> =
  | { readonly kind: "complete"; readonly grant: Grant<Credentials> }
  | {
      readonly kind: "redirect";
      /** Where to send the user now. */
      readonly redirectUrl: string;
      /** What `complete` will need (PKCE verifier, request secret); stored sealed, used once. */
      readonly flow: JsonObject;
      /** What the callback is told by instead of `state`. */
      readonly callbackKey?: CallbackKey | undefined;
    }
  | {
      readonly kind: "device";
      /** Where the user enters the code, on any device (RFC 8628 §3.2 `verification_uri`). */
      readonly verificationUri: string;
      /** The same with the code in it; null when the provider has none. */
      readonly verificationUriComplete: string | null;
      /** What the user enters there. */
      readonly userCode: string;
      /** Milliseconds between polls, to begin with. */
      readonly intervalMs: number;
      /** When the codes stop working, in milliseconds since the epoch. */
      readonly expiresAt: number;
      /** What `poll` will need (the device code); stored sealed. */
      readonly flow: JsonObject;
    };

/** What the authorization server says of a device flow. */
export type PollResult<Credentials> =
  | { readonly kind: "granted"; readonly grant: Grant<Credentials> }
  /** Not yet. */
  | { readonly kind: "pending" }
  /** Not yet, and asked too often: from now on so many milliseconds more between polls (RFC 8628 §3.5). */
  | { readonly kind: "slow_down"; readonly byMs: number };

/**
 * One way to authenticate, as a strategy object. The core knows no scheme by name: a new one is a new object.
 * Credentials and settings reach every method in the type the two `parse…` methods return.
 */
export interface AuthScheme<Settings, Credentials> {
  readonly name: AuthSchemeName;
  /** Checks the app's settings for this scheme. @throws ConfigurationError naming the field. */
  parseSettings(settings: unknown): Settings;
  /** Checks stored credentials after they were opened. @throws Error when they are not this scheme's. */
  parseCredentials(credentials: unknown): Credentials;
  /**
   * Reads credentials that another system kept, in a wider form than `parseCredentials` takes. Default: that one.
   * @throws Error naming the wrong field, never its value
   */
  importCredentials?(credentials: unknown): Credentials;
  /** What the developer gives. */
  integrationParams(
    app: AppDefinition,
    settings: Settings,
    defaults: { readonly callbackUrl: string | null },
  ): readonly ParamSpec[];
  /**
   * Checks what no pattern can of the developer's values, such as whether a key is one, before they are stored. Asks nobody.
   * @throws ConfigurationError or ValidationError naming the field under `authConfig`
   */
  checkIntegration?(
    context: Pick<SchemeContext<Settings>, "app" | "settings" | "config">,
  ): void | Promise<void>;
  /**
   * Gets from the provider what the developer did not give for a new integration, such as a client id (RFC 7591): values
   * that are added to theirs, and stored. Default: nothing.
   * @throws TokenError when the provider refuses, or does not answer
   */
  register?(context: RegistrationContext<Settings>): Promise<ParamValues>;
  /** What the user gives, beside the app's own connection params. */
  connectionParams(app: AppDefinition, settings: Settings): readonly ParamSpec[];
  /**
   * Who is needed for a connection with these settings: the user's `browser`, the user at another `device`, or `none`
   * beside what was given. Default: `browser` with a `complete` method, else `none`.
   */
  interaction?(settings: Settings): Interaction;
  /** Whether scopes can be asked for. Default: when someone is needed. */
  hasScopes?(settings: Settings): boolean;
  /** Callback parameters that may tell which flow came back. Default: `state`. */
  callbackParameters?(settings: Settings): readonly string[];
  /**
   * Starts a connection.
   * @throws ValidationError naming a wrong value of the user's
   * @throws TokenError when a provider is asked and refuses or fails: `CREDENTIALS_REFUSED`, with `issues` that name what
   * the user gave, when that is what is wrong
   */
  start(context: StartContext<Settings>): Promise<StartResult<Credentials>>;
  /**
   * Finishes what `start` began, when the browser is back.
   * @throws AuthorizationError when the provider says no or the answer is not meant for this flow
   * @throws TokenError when the token endpoint fails
   */
  complete?(context: SchemeContext<Settings>, callback: SchemeCallback): Promise<Grant<Credentials>>;
  /**
   * Asks whether the user is done at the other device; `flow` is what `start` put aside (RFC 8628 §3.4).
   * @throws AuthorizationError when the user said no, or the codes have expired
   * @throws TokenError when the token endpoint fails; retryable when asking again may help
   */
  poll?(context: SchemeContext<Settings>, flow: JsonObject): Promise<PollResult<Credentials>>;
  /**
   * Renews credentials; returns them whole (a refresh token the provider left out is carried over).
   * Null when these credentials cannot be renewed.
   * @throws TokenError `REAUTHORIZATION_REQUIRED` when the grant is gone, retryable otherwise
   */
  refresh?(context: SchemeContext<Settings>, credentials: Credentials): Promise<Grant<Credentials> | null>;
  /** Ends the grant at the provider. @throws TokenError `TOKEN_REVOKE_FAILED` */
  revoke?(context: SchemeContext<Settings>, credentials: Credentials): Promise<void>;
  /** When the credentials stop working; null when they do not, or nobody knows. */
  expiresAt?(credentials: Credentials): Date | null;
  /** Milliseconds before expiry at which credentials are refreshed, where the app overrides the adaptive margin. */
  refreshMarginMs?(settings: Settings): number | null;
  /** Credentials that need nobody's input: then the app can be used without a connection. */
  anonymous?(): Credentials;
  /** Every secret string in the credentials, in each form it goes out in: for redaction. */
  secrets(credentials: Credentials): readonly string[];
  /** Adds the credentials to a request. The request is the caller's own copy: it may be changed and returned. */
  apply(
    request: Request,
    credentials: Credentials,
    context: SchemeContext<Settings>,
  ): Request | Promise<Request>;
  /**
   * Reads what an API answered to a request with these credentials: true when it only asks for something the next
   * `apply` adds (a nonce of its own), so that the same request is made once more. Called with every answer. Default: no.
   */
  isChallenge?(response: Response, request: Request, credentials: Credentials): boolean;
}

/** Who is needed to make a connection with these settings. */
export function interactionOf(scheme: AnyAuthScheme, settings: unknown): Interaction {
  return scheme.interaction?.(settings) ?? (scheme.complete === undefined ? "none" : "browser");
}

/** A scheme of any kind, as registries hold it: every value it is given was made by its own `parse…` methods. */
export type AnyAuthScheme = AuthScheme<unknown, unknown>;
