import { isObject } from "../../internal/json.js";
import { readSource } from "../../internal/read-source.js";
import { valueAt } from "../../internal/value-at.js";
import type { ParamValues } from "../../ports/auth-scheme.js";
import { isFailure } from "../../ports/failure-rule.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import type { Refusal } from "../internal/token-errors.js";
import type { FurtherCredentials } from "./credentials.js";
import { ACCESS_TOKEN } from "./credentials.js";
import { expiresInOfToken, expiresIn as lifetimeOf } from "./expiry.js";
import { furtherIn } from "./further-tokens.js";
import { splitScopes } from "./scopes.js";

/** A token response in the form of RFC 6749 §5.1. */
export interface StandardTokens {
  readonly access_token: string;
  readonly token_type: "bearer";
  /** Seconds, whole and positive. */
  readonly expires_in?: number;
  readonly refresh_token?: string;
  /** Space-delimited. */
  readonly scope?: string;
  readonly id_token?: string;
}

/** What an answer of the token endpoint says, whatever form it is in. */
export type TokenAnswer =
  | {
      readonly kind: "tokens";
      readonly tokens: StandardTokens;
      readonly metadata: ParamValues;
      /** Tokens beside them, by the app definition's names. */
      readonly further: Readonly<Record<string, FurtherCredentials>>;
    }
  | ({ readonly kind: "refusal" } & Refusal)
  | { readonly kind: "malformed"; readonly field: string; readonly expected: string };

type Body = Readonly<Record<string, unknown>>;
type Malformed = Extract<TokenAnswer, { readonly kind: "malformed" }>;

/** Token types whose requests must be signed (RFC 9449, draft-ietf-oauth-v2-http-mac): sent as bearer, they fail. */
const SIGNED_TOKEN_TYPES = new Set(["dpop", "mac", "pop"]);
const FORM = /^[\w.~-]+=[^\s<>{}]*$/;

const EXPECTED = {
  seconds: "a number of seconds",
  milliseconds: "a number of milliseconds",
  epoch: "seconds since the epoch",
  epoch_milliseconds: "milliseconds since the epoch",
  iso: "a date as ISO 8601 writes it",
  duration: "a duration such as `2h`",
} as const;

const malformed = (field: string, expected: string): Malformed => ({ kind: "malformed", field, expected });
const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isCode = (value: unknown): value is string | number => isText(value) || typeof value === "number";
const isAbsent = (value: unknown): value is undefined | null | "" =>
  value === undefined || value === null || value === "";

/** The body as an object: JSON, or a form (GitHub without `Accept`); null for anything else. */
export function parseBody(text: string): Body | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : null;
  } catch {
    return FORM.test(text) ? Object.fromEntries(new URLSearchParams(text)) : null;
  }
}

/** The refusal in a body: the app's own sign of failure, else RFC 6749 §5.2's `error`; null when there is none. */
export function refusalIn(
  body: Body,
  failure: OAuth2Settings["tokenResponse"]["failure"],
): Extract<TokenAnswer, { readonly kind: "refusal" }> | null {
  const declared = failure !== null && isFailure(body, failure);
  const error = declared ? valueAt(body, failure.error) : valueAt(body, "error");
  if (!declared && !isText(error) && !isObject(error)) return null;
  const code = isObject(error) ? [valueAt(error, "code"), valueAt(error, "type")].find(isCode) : error;
  const description = isObject(error) ? valueAt(error, "message") : valueAt(body, "error_description");
  return {
    kind: "refusal",
    error: isCode(code) ? String(code) : null,
    description: isText(description) ? description : null,
    empty: false,
  };
}

function readExpiresIn(
  value: unknown,
  field: string,
  { settings, now }: { readonly settings: OAuth2Settings["tokenResponse"]; readonly now: number },
): number | undefined | Malformed {
  if (isAbsent(value)) return undefined;
  const seconds = lifetimeOf(value, settings, now);
  return seconds === "unreadable" ? malformed(field, EXPECTED[settings.expiresInUnit]) : seconds;
}

function readScope(
  value: unknown,
  field: string,
  separator: OAuth2Settings["scopeSeparator"],
): string | undefined | Malformed {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return splitScopes(value, separator).join(" ");
  const isList = Array.isArray(value) && value.every((scope) => typeof scope === "string");
  return isList
    ? splitScopes(value.join(" "), separator).join(" ")
    : malformed(field, "a string or a list of strings");
}

function readMetadata(body: Body, sources: OAuth2Settings["tokenResponse"]["metadata"]): ParamValues {
  const values = Object.entries(sources).map(([name, source]) => [name, readSource(body, source)] as const);
  return Object.fromEntries(values.flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

/** Paths in this answer. Slack nests the user's tokens in the answer to a code, but not in that to a refresh. */
function pathsFor(body: Body, settings: OAuth2Settings["tokenResponse"], operation: "exchange" | "refresh") {
  const { accessToken, refreshToken, expiresIn, scope, tokenType } = settings;
  const flat =
    operation === "refresh" && isAbsent(valueAt(body, accessToken)) && isText(valueAt(body, "access_token"));
  return flat
    ? ({
        accessToken: "access_token",
        refreshToken: "refresh_token",
        expiresIn: "expires_in",
        scope: "scope",
        tokenType: "token_type",
      } as const)
    : { accessToken, refreshToken, expiresIn, scope, tokenType };
}

/** The type a token should have been of; null when it is. */
function missingType(tokenType: unknown, isBound: boolean, operation: "exchange" | "refresh"): string | null {
  const type = typeof tokenType === "string" ? tokenType.toLowerCase() : null;
  if (!isBound) return type !== null && SIGNED_TOKEN_TYPES.has(type) ? "a bearer token" : null;
  // RFC 9449 §5: a token that is not bound to the key is not what was asked for.
  return type === "dpop" || (type === null && operation === "refresh") ? null : "DPoP";
}

function readTokens(
  body: Body,
  settings: OAuth2Settings,
  options: {
    readonly operation: "exchange" | "refresh";
    readonly keepIdToken: boolean;
    readonly now: number;
  },
): TokenAnswer {
  const paths = pathsFor(body, settings.tokenResponse, options.operation);
  // The answer to a refresh is worth keeping for its tokens alone: those before may be spent.
  const unlessRefreshed = <Value>(value: Value | Malformed): Value | Malformed | undefined =>
    options.operation === "refresh" && isObject(value) ? undefined : value;
  const accessToken = valueAt(body, paths.accessToken);
  if (typeof accessToken !== "string" || !ACCESS_TOKEN.test(accessToken)) {
    return malformed(paths.accessToken, "a token of visible ASCII characters");
  }
  const tokenType = valueAt(body, paths.tokenType);
  const wantedType = missingType(tokenType, settings.dpop !== null, options.operation);
  if (wantedType !== null) return malformed(paths.tokenType, wantedType);
  const refreshToken = valueAt(body, paths.refreshToken);
  if (!isAbsent(refreshToken) && typeof refreshToken !== "string")
    return malformed(paths.refreshToken, "a string");
  const expiresIn = unlessRefreshed(
    readExpiresIn(valueAt(body, paths.expiresIn), paths.expiresIn, {
      settings: settings.tokenResponse,
      now: options.now,
    }),
  );
  if (isObject(expiresIn)) return expiresIn;
  const scope = unlessRefreshed(readScope(valueAt(body, paths.scope), paths.scope, settings.scopeSeparator));
  if (isObject(scope)) return scope;
  // No grant is of no scope (RFC 6749 §3.3): an empty one in the answer to a refresh says nothing of what is granted.
  const saysScope = scope !== undefined && (scope !== "" || options.operation === "exchange");
  const idToken = options.keepIdToken ? valueAt(body, "id_token") : undefined;
  if (!isAbsent(idToken) && typeof idToken !== "string") return malformed("id_token", "a string");
  const { expiresInToken, defaultExpiresIn } = settings.tokenResponse;
  const ofToken = expiresInToken ? expiresInOfToken(accessToken, options.now) : undefined;
  const lifetime = expiresIn ?? ofToken ?? defaultExpiresIn;
  return {
    kind: "tokens",
    tokens: {
      access_token: accessToken,
      token_type: "bearer",
      ...(lifetime === null ? {} : { expires_in: lifetime }),
      ...(isAbsent(refreshToken) ? {} : { refresh_token: refreshToken }),
      ...(saysScope ? { scope } : {}),
      ...(isAbsent(idToken) ? {} : { id_token: idToken }),
    },
    metadata: readMetadata(body, settings.tokenResponse.metadata),
    further: furtherIn(body, settings, options.now),
  };
}

/**
 * Rewrites an answer of a token endpoint to RFC 6749 §5.1 or §5.2: form bodies, nested and renamed members, errors
 * with status 200, lists of scopes, numbers as strings, missing or fancy token types.
 */
export function readTokenResponse(options: {
  readonly status: number;
  readonly text: string;
  readonly settings: OAuth2Settings;
  readonly operation: "exchange" | "refresh";
  /** Whether there is an issuer to validate an ID token against; without one it is dropped. */
  readonly keepIdToken: boolean;
  /** When the answer came, in milliseconds since the epoch. */
  readonly now: number;
}): TokenAnswer {
  const { status, text, settings } = options;
  const failed = status < 200 || status > 299;
  if (failed && text.trim() === "") return { kind: "refusal", error: null, description: null, empty: true };
  const body = parseBody(text);
  if (body === null) return malformed("body", "a JSON object");
  const refusal = refusalIn(body, settings.tokenResponse.failure);
  if (refusal !== null) return refusal;
  if (failed) return { kind: "refusal", error: null, description: null, empty: false };
  return readTokens(body, settings, options);
}
