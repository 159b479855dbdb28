/** The brand survives two copies of the package in one process, where `instanceof` does not. */
const BRAND = Symbol.for("mooring.error");

/** One wrong field: where it is, what was expected there, and what to do about it. Never the value itself. */
export interface Issue {
  /** Path of the field, in dot notation: `connectionParams.api_key`. */
  readonly path: string;
  /** What is wrong and what was expected, in one sentence. */
  readonly message: string;
}

/** What every error of Mooring is built from. */
export interface MooringErrorOptions {
  /** How to fix it, in one sentence. */
  readonly hint?: string | undefined;
  /** The error behind this one, already free of secrets. */
  readonly cause?: unknown;
}

/** Codes of {@link ConfigurationError}: the developer's set-up is wrong. */
export type ConfigurationErrorCode =
  | "CONFIG_INVALID"
  | "APP_UNKNOWN"
  | "SCHEME_UNSUPPORTED"
  | "ENCRYPTION_KEY_MISSING"
  | "INTEGRATION_CONFLICT"
  | "INTEGRATION_REQUIRED";
/** Codes of {@link ValidationError}: an argument of a call is wrong. */
export type ValidationErrorCode = "INPUT_INVALID";
/** Codes of {@link NoItemsFoundError}: there is no such thing, or not for this entity. */
export type NoItemsFoundErrorCode = "INTEGRATION_NOT_FOUND" | "CONNECTION_NOT_FOUND" | "ACTION_NOT_FOUND";
/** Codes of {@link AuthorizationError}: a flow through the browser did not end in a grant. */
export type AuthorizationErrorCode =
  | "AUTHORIZATION_DENIED"
  | "AUTHORIZATION_FAILED"
  | "STATE_INVALID"
  | "STATE_EXPIRED"
  | "ISSUER_MISMATCH"
  | "ENTITY_MISMATCH"
  | "ENTITY_REQUIRED";
/** Codes of {@link TokenError}: the token endpoint, or a login, refused, failed or answered nonsense. */
export type TokenErrorCode =
  | "CREDENTIALS_REFUSED"
  | "TOKEN_EXCHANGE_FAILED"
  | "TOKEN_REFRESH_FAILED"
  | "TOKEN_REVOKE_FAILED"
  | "TOKEN_RESPONSE_INVALID"
  | "REAUTHORIZATION_REQUIRED";
/** Codes of {@link ConnectionStateError}: the connection's status forbids the call. */
export type ConnectionStateErrorCode =
  | "CONNECTION_NOT_ACTIVE"
  | "CONNECTION_AMBIGUOUS"
  | "CONNECTION_CONFLICT"
  | "CONNECTION_WAIT_TIMEOUT"
  | "INTEGRATION_DISABLED"
  | "TRANSITION_INVALID";
/** Codes of {@link StorageError}: the host's database. */
export type StorageErrorCode =
  | "STORAGE_FAILED"
  | "STORAGE_CONFLICT"
  | "STORAGE_NOT_MIGRATED"
  | "STORAGE_SCHEMA_NEWER"
  | "STORAGE_ACCESS_DENIED";
/** Codes of {@link RequestError}: an authenticated request. */
export type RequestErrorCode =
  | "REQUEST_FAILED"
  | "REQUEST_TIMEOUT"
  | "RATE_LIMITED"
  | "INSUFFICIENT_SCOPE"
  | "URL_FORBIDDEN"
  | "RESPONSE_TOO_LARGE"
  | "RESPONSE_INVALID";
/** Codes of {@link CipherError}: a stored secret could not be opened. */
export type CipherErrorCode = "DECRYPT_FAILED" | "KEY_UNKNOWN" | "CIPHERTEXT_MOVED" | "KEY_MANAGEMENT_FAILED";
/** Codes of {@link JwtError}: a JSON Web Token does not hold. */
export type JwtErrorCode =
  | "JWT_MALFORMED"
  | "JWT_ALGORITHM_FORBIDDEN"
  | "JWT_KEY_UNKNOWN"
  | "JWT_SIGNATURE_INVALID"
  | "JWT_EXPIRED"
  | "JWT_NOT_YET_VALID"
  | "JWT_CLAIM_INVALID"
  | "JWKS_UNAVAILABLE";

/** Every code an error of Mooring can carry; `switch (error.code)` over it. */
export type MooringErrorCode =
  | ConfigurationErrorCode
  | ValidationErrorCode
  | NoItemsFoundErrorCode
  | AuthorizationErrorCode
  | TokenErrorCode
  | ConnectionStateErrorCode
  | StorageErrorCode
  | RequestErrorCode
  | CipherErrorCode
  | JwtErrorCode;

/** Every error Mooring throws, told apart by `code`. */
export type AnyMooringError =
  | ConfigurationError
  | ValidationError
  | NoItemsFoundError
  | AuthorizationError
  | TokenError
  | ConnectionStateError
  | StorageError
  | RequestError
  | CipherError
  | JwtError;

/**
 * Base of every error Mooring throws. `message` ends with the hint, so that a log line says it all. Messages, `toJSON()`, `util.inspect` and the cause chain hold no secret.
 *
 * @example
 * ```ts
 * try {
 *   await connection.request("/user");
 * } catch (error) {
 *   if (MooringError.is(error) && error.retryable) scheduleAgain();
 *   else throw error;
 * }
 * ```
 */
export abstract class MooringError<Code extends MooringErrorCode = MooringErrorCode> extends Error {
  /** What happened, stable across releases. */
  readonly code: Code;
  /** How to fix it; null where there is nothing to do. */
  readonly hint: string | null;
  /** Whether the same call may succeed later without anything being changed. */
  readonly retryable: boolean;

  constructor(
    code: Code,
    message: string,
    options: MooringErrorOptions & { readonly retryable?: boolean } = {},
  ) {
    super(
      options.hint === undefined ? message : `${message} ${options.hint}`,
      options.cause === undefined ? {} : { cause: options.cause },
    );
    this.name = new.target.name;
    this.code = code;
    this.hint = options.hint ?? null;
    this.retryable = options.retryable ?? false;
    Object.defineProperty(this, BRAND, { value: true });
  }

  /**
   * Whether a value is an error of Mooring, of this copy of the package or another. It narrows to a union that `code`
   * tells apart: after `error.code === "INPUT_INVALID"`, `error.issues` is there.
   */
  static is(value: unknown): value is AnyMooringError {
    return value instanceof Error && BRAND in value;
  }

  /** The error as plain data for logs: class, code, message, hint, retryable and the fields of its class. */
  toJSON(): Record<string, unknown> {
    const { name, code, message, hint, retryable, cause: _cause, stack: _stack, ...fields } = this;
    return { name, code, message, hint, retryable, ...fields };
  }
}

/**
 * The set-up is wrong: an option, an app definition, an integration's parameters.
 *
 * @example
 * ```ts
 * new MooringToolSet({ storage: kyselyStorage(db), apps: [github] });
 * // ConfigurationError ENCRYPTION_KEY_MISSING: …
 * ```
 */
export class ConfigurationError extends MooringError<ConfigurationErrorCode> {
  /** The wrong fields; empty where the error is not about one. */
  readonly issues: readonly Issue[];

  constructor(
    code: ConfigurationErrorCode,
    message: string,
    options: MooringErrorOptions & { readonly issues?: readonly Issue[] } = {},
  ) {
    super(code, message, options);
    this.issues = options.issues ?? [];
  }
}

/** An argument of a call is missing, unknown or of the wrong form. Nothing was stored or sent. */
export class ValidationError extends MooringError<ValidationErrorCode> {
  /** The wrong fields, at least one. */
  readonly issues: readonly Issue[];

  constructor(message: string, options: MooringErrorOptions & { readonly issues: readonly Issue[] }) {
    super("INPUT_INVALID", message, options);
    this.issues = options.issues;
  }
}

/** There is no such integration, connection or action; one that belongs to another entity does not exist. */
export class NoItemsFoundError extends MooringError<NoItemsFoundErrorCode> {
  /** What was looked for. */
  readonly kind: "integration" | "connection" | "action";

  constructor(
    kind: "integration" | "connection" | "action",
    message: string,
    options: MooringErrorOptions = {},
  ) {
    super(`${kind.toUpperCase() as Uppercase<typeof kind>}_NOT_FOUND`, message, options);
    this.kind = kind;
  }
}

/** A flow through the browser did not end in a grant: denied, replayed, forged, expired, or the wrong user. */
export class AuthorizationError extends MooringError<AuthorizationErrorCode> {
  /** The provider's own `error` code (RFC 6749 §4.1.2.1); null where the provider gave none. */
  readonly providerError: string | null;
  /** The connection the flow was for; null when that is not known, or not the caller's to know. */
  readonly connectionId: string | null;
  /** Where the host wanted the user to land after the flow; null when it did not say, or as above. */
  readonly redirectUrl: string | null;

  constructor(
    code: AuthorizationErrorCode,
    message: string,
    options: MooringErrorOptions & {
      readonly providerError?: string | null;
      readonly connectionId?: string | null;
      readonly redirectUrl?: string | null;
    } = {},
  ) {
    super(code, message, options);
    this.providerError = options.providerError ?? null;
    this.connectionId = options.connectionId ?? null;
    this.redirectUrl = options.redirectUrl ?? null;
  }
}

/**
 * The token endpoint, or a login, refused (`REAUTHORIZATION_REQUIRED` is final), failed (`retryable`) or answered
 * nonsense. `CREDENTIALS_REFUSED`: what the user gave is wrong, and nothing was stored; `issues` names the fields.
 *
 * @example
 * ```ts
 * try {
 *   await entity.initiateConnection({ app: "sapbusinessone", connectionParams: form });
 * } catch (error) {
 *   if (!MooringError.is(error) || error.code !== "CREDENTIALS_REFUSED") throw error;
 *   return error.issues.map(({ path }) => path); // ["connectionParams.username", "connectionParams.password"]
 * }
 * ```
 */
export class TokenError extends MooringError<TokenErrorCode> {
  /** The connection params the provider refused, together; empty where it is not known to be about what the user gave. */
  readonly issues: readonly Issue[];
  /** HTTP status of the token endpoint's answer; null where there was none. */
  readonly status: number | null;
  /** The `error` of the answer (RFC 6749 §5.2); null where there was none. */
  readonly providerError: string | null;
  /** Milliseconds the provider asked to wait; null where it did not. */
  readonly retryAfterMs: number | null;

  constructor(
    code: TokenErrorCode,
    message: string,
    options: MooringErrorOptions & {
      readonly retryable?: boolean;
      readonly issues?: readonly Issue[];
      readonly status?: number | null;
      readonly providerError?: string | null;
      readonly retryAfterMs?: number | null;
    } = {},
  ) {
    super(code, message, options);
    this.issues = options.issues ?? [];
    this.status = options.status ?? null;
    this.providerError = options.providerError ?? null;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

/** The connection's status forbids the call; only ACTIVE connections execute. */
export class ConnectionStateError extends MooringError<ConnectionStateErrorCode> {
  /** The status the connection is in; null where the error is not about one connection. */
  readonly status: string | null;

  constructor(
    code: ConnectionStateErrorCode,
    message: string,
    options: MooringErrorOptions & { readonly status?: string | null; readonly retryable?: boolean } = {},
  ) {
    super(code, message, options);
    this.status = options.status ?? null;
  }
}

/** The storage adapter could not read or write. */
export class StorageError extends MooringError<StorageErrorCode> {
  /** Name of the adapter: `memory`, `kysely`, … */
  readonly adapter: string;
  /** The operation of the port: `connections.get`, … */
  readonly operation: string;

  constructor(
    code: StorageErrorCode,
    message: string,
    options: MooringErrorOptions & {
      readonly adapter: string;
      readonly operation: string;
      readonly retryable?: boolean;
    },
  ) {
    super(code, message, options);
    this.adapter = options.adapter;
    this.operation = options.operation;
  }
}

/** An authenticated request was refused before it was sent, failed on the way, or was answered with an error. */
export class RequestError extends MooringError<RequestErrorCode> {
  /** HTTP method. */
  readonly method: string;
  /** The URL without its query and fragment. */
  readonly url: string;
  /** HTTP status of the answer; null where there was none. */
  readonly status: number | null;
  /** Milliseconds the provider asked to wait; null where it did not. */
  readonly retryAfterMs: number | null;
  /** The start of the answer's body as text, redacted; null where there was none. */
  readonly body: string | null;
  /** Scopes the answer says are needed, with `INSUFFICIENT_SCOPE`: for `connection.reconnect({ scopes })`. Else empty. */
  readonly scopes: readonly string[];

  constructor(
    code: RequestErrorCode,
    message: string,
    options: MooringErrorOptions & {
      readonly method: string;
      readonly url: string;
      readonly retryable?: boolean;
      readonly status?: number | null;
      readonly retryAfterMs?: number | null;
      readonly body?: string | null;
      readonly scopes?: readonly string[];
    },
  ) {
    super(code, message, options);
    this.method = options.method;
    this.url = options.url;
    this.status = options.status ?? null;
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.body = options.body ?? null;
    this.scopes = options.scopes ?? [];
  }
}

/**
 * A stored secret could not be opened: unknown key, wrong key, a ciphertext moved from another row, or a key management
 * service that failed (retryable).
 */
export class CipherError extends MooringError<CipherErrorCode> {
  /** Id of the key the ciphertext names; null where it names none. */
  readonly keyId: string | null;

  constructor(
    code: CipherErrorCode,
    message: string,
    options: MooringErrorOptions & { readonly keyId: string | null; readonly retryable?: boolean },
  ) {
    super(code, message, options);
    this.keyId = options.keyId;
  }
}

/** A JSON Web Token does not hold (RFC 7519 §7.2), or the keys to tell could not be had (`JWKS_UNAVAILABLE`, retryable). */
export class JwtError extends MooringError<JwtErrorCode> {
  /** The claim that is wrong; null where it is not about one. */
  readonly claim: string | null;

  constructor(
    code: JwtErrorCode,
    message: string,
    options: MooringErrorOptions & { readonly claim?: string; readonly retryable?: boolean } = {},
  ) {
    super(code, message, options);
    this.claim = options.claim ?? null;
  }
}
