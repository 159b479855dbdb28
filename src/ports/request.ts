import type { RateLimit } from "./rate-limit.js";

/** Query parameters: an array value repeats the key; undefined leaves it out. */
export type SearchParams =
  | URLSearchParams
  | Readonly<Record<string, string | number | boolean | readonly (string | number | boolean)[] | undefined>>;

/** Options of an authenticated request. */
export interface RequestOptions {
  /** HTTP method. Default: `GET`. */
  readonly method?: string | undefined;
  readonly headers?: HeadersInit | undefined;
  /** Sent as JSON with `content-type: application/json`. Not together with `body`. */
  readonly json?: unknown;
  readonly body?: BodyInit | undefined;
  readonly searchParams?: SearchParams | undefined;
  /** Milliseconds for one attempt, token refresh included; false for none. Default: 30,000. */
  readonly timeout?: number | false | undefined;
  /** How often an idempotent request is tried again after 408, 429, 5xx or a broken connection. Default: 2. */
  readonly retry?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Whether an answer outside 200–299 throws a RequestError. Default: true. */
  readonly throwHttpErrors?: boolean | undefined;
}

/** A promise of the response, with ky's shortcuts to its body. */
export interface ResponsePromise extends Promise<Response> {
  /** The body as JSON; typed `unknown` unless the caller says what it is. Sends `accept: application/json`. */
  json<T = unknown>(): Promise<T>;
  text(): Promise<string>;
  arrayBuffer(): Promise<ArrayBuffer>;
  blob(): Promise<Blob>;
  formData(): Promise<FormData>;
}

/**
 * An authenticated request: relative paths go to the app's base URL, absolute URLs only to its declared origins.
 * @throws RequestError, TokenError, ConnectionStateError, NoItemsFoundError, CipherError, StorageError
 */
export type RequestFunction = (path: string | URL, options?: RequestOptions) => ResponsePromise;

/** Credentials of one connection, opened for one request. */
export interface OpenedCredentials {
  /** Where relative paths go; filled in from the connection's params. */
  readonly baseUrl: string;
  /** Origins the credentials may be sent to; the base URL's is the first. */
  readonly origins: readonly string[];
  /** Headers the app wants on each request unless the caller sets them. */
  readonly headers: Readonly<Record<string, string>>;
  /** How the API says that it was called too often; null where it does as the standard says. */
  readonly rateLimit: RateLimit | null;
  /** Hosts, as a regular expression, a redirect may take the credentials to; null for none but its own origin. */
  readonly redirectHosts: string | null;
  /** Adds the credentials to a request, which may be changed and returned. */
  apply(request: Request): Request | Promise<Request>;
  /** Called with every answer: whether it only asks for the same request once more, made by `apply` anew. */
  isChallenge(response: Response, request: Request): boolean;
  /** Called when an answer other than 401 has come back: these credentials work. */
  accepted(): void;
  /** Called with 401: newer credentials (refreshed by this call or by another), or null when there are none. */
  renew(signal: AbortSignal | undefined): Promise<OpenedCredentials | null>;
  /** Every secret string in the credentials, for redaction. */
  secrets(): readonly string[];
}

/** Where credentials come from: one storage read per call, refreshed first when due. */
export interface CredentialSource {
  open(signal: AbortSignal | undefined): Promise<OpenedCredentials>;
}
