import type { Grant, SchemeContext } from "../../ports/auth-scheme.js";
import type { GoogleServiceAccountSettings } from "../../ports/scheme-settings/google-service-account.js";
import type { GoogleServiceAccountCredentials } from "../google-service-account.js";
import { endpointUrl } from "../internal/endpoint-url.js";
import { exchange, requiredToken } from "../internal/exchange.js";
import { pathOf } from "../internal/field-specs.js";
import { importKey, keyError } from "../internal/jwt/import-key.js";
import { keySecrets } from "../internal/jwt/key-secrets.js";
import { signJwt } from "../internal/jwt/sign.js";
import { sessionEnd } from "../internal/session/expiry.js";
import type { TokenCall } from "../internal/token-errors.js";
import type { KeyFile } from "./key-file.js";
import { readKeyFile } from "./key-file.js";

type Context = SchemeContext<GoogleServiceAccountSettings>;

const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const PLACES = { failure: null, error: "error", message: "error_description" };

async function sign(file: KeyFile, claims: Record<string, string | number>, field: string): Promise<string> {
  const key = await importKey({ text: file.privateKey, algorithm: "RS256", encoding: "utf8", field });
  const kid = file.privateKeyId === null ? {} : { kid: file.privateKeyId };
  return signJwt({ algorithm: "RS256", header: { typ: "JWT", ...kid }, claims, key });
}

/** The key, or whom it acts for: https://developers.google.com/identity/protocols/oauth2/service-account#error-codes */
const REFUSED = new Set(["invalid_grant", "invalid_client", "disabled_client"]);
/** What such a refusal says of the assertion where neither is wrong. */
const ABOUT_ASSERTION = /\b(?:iat|exp|nbf|aud|audience|clock|timeframe)\b/i;

function callOf(context: Context, operation: "exchange" | "refresh", secrets: readonly string[]): TokenCall {
  const isUsers = context.settings.key.from === "connection";
  return {
    operation,
    appName: context.app.name,
    secrets,
    manner: {
      wish: "give the service account a token",
      refusedHint:
        "Check the key, its scopes, whether the account may act for the subject (domain-wide delegation), and this machine's clock.",
      malformedHint: "Check the scheme's `tokenUrl`.",
      // The key was deleted, or the account disabled: only another key helps.
      isGone: (_status, error) => isUsers && error === "invalid_grant",
    },
    refusedOf: (_status, { error, description }) =>
      isUsers && REFUSED.has(error ?? "") && !ABOUT_ASSERTION.test(description ?? "")
        ? [context.settings.key.name, ...(context.params["subject"] === undefined ? [] : ["subject"])]
        : [],
  };
}

/** RFC 7523 §2.1, as https://developers.google.com/identity/protocols/oauth2/service-account says. */
async function requestToken(
  context: Context,
  options: {
    readonly file: KeyFile;
    readonly scopes: readonly string[];
    readonly field: string;
    readonly operation: "exchange" | "refresh";
    /** What no error may show beside the key. */
    readonly secrets: readonly string[];
  },
): Promise<{ readonly access_token: string; readonly expires_at: number }> {
  const { settings, params, runtime } = context;
  const { file, scopes, field, operation, secrets } = options;
  const now = runtime.clock.now();
  const iat = Math.floor(now / 1000);
  const subject = params["subject"];
  const claims = {
    iss: file.clientEmail,
    aud: settings.audience,
    iat,
    exp: iat + settings.lifetimeSeconds,
    ...(scopes.length === 0 ? {} : { scope: scopes.join(" ") }),
    ...(subject === undefined ? {} : { sub: subject }),
  };
  const assertion = await sign(file, claims, field);
  const call = callOf(context, operation, [...secrets, file.privateKey, assertion]);
  const request = {
    method: "POST",
    url: endpointUrl("tokenUrl", settings.tokenUrl, params),
    headers: { "content-type": "application/x-www-form-urlencoded;charset=UTF-8" },
    body: new URLSearchParams({ grant_type: GRANT_TYPE, assertion }).toString(),
  };
  const answer = await exchange(context, request, { call, places: PLACES });
  const access_token = requiredToken(answer, "access_token", call);
  const expiry = { kind: "field", path: "expires_in", unit: "seconds" } as const;
  const end = sessionEnd(expiry, { body: answer.body, values: {}, now });
  // A server that does not say gives tokens for as long as it was asked to (RFC 6749 §5.1: as documented).
  return { access_token, expires_at: typeof end === "number" ? end : now + settings.lifetimeSeconds * 1000 };
}

/** https://google.aip.dev/auth/4111 */
async function signToken(
  { settings, runtime }: Context,
  {
    file,
    scopes,
    field,
  }: { readonly file: KeyFile; readonly scopes: readonly string[]; readonly field: string },
): Promise<{ readonly access_token: string; readonly expires_at: number }> {
  const iat = Math.floor(runtime.clock.now() / 1000);
  const exp = iat + settings.lifetimeSeconds;
  const audience = settings.selfSigned?.audience ?? null;
  const purpose = audience === null ? { scope: scopes.join(" ") } : { aud: audience };
  const claims = { iss: file.clientEmail, sub: file.clientEmail, iat, exp, ...purpose };
  return { access_token: await sign(file, claims, field), expires_at: exp * 1000 };
}

/** @throws ValidationError or ConfigurationError naming the field of a key file that cannot sign */
export async function assertKey(settings: GoogleServiceAccountSettings, text: string): Promise<void> {
  const field = pathOf(settings.key);
  const { privateKey } = readKeyFile(text, field, settings.universeDomain);
  await importKey({ text: privateKey, algorithm: "RS256", encoding: "utf8", field });
}

/**
 * A token for the account of a key file.
 *
 * @param given the file, where the user gave it, and the token there was before
 * @throws ValidationError or ConfigurationError naming the key's field; TokenError
 */
export async function mint(
  context: Context,
  given: Pick<Partial<GoogleServiceAccountCredentials>, "key" | "access_token"> & {
    readonly scopes: readonly string[];
  },
  operation: "exchange" | "refresh",
): Promise<Grant<GoogleServiceAccountCredentials>> {
  const { settings, config, params } = context;
  const { key, scopes, access_token: before } = given;
  const field = pathOf(settings.key);
  const text = settings.key.from === "connection" ? key : config[settings.key.name];
  if (text === undefined) throw keyError(field, "it is missing");
  const file = readKeyFile(text, field, settings.universeDomain);
  const secrets = [...keySecrets(text), ...(before === undefined ? [] : [before])];
  const made =
    settings.selfSigned === null
      ? await requestToken(context, { file, scopes, field, operation, secrets })
      : await signToken(context, { file, scopes, field });
  const email = params["subject"] ?? file.clientEmail;
  const kept = settings.key.from === "connection" ? { key: text } : {};
  return {
    credentials: { ...kept, scopes: [...scopes], ...made },
    scopes,
    account: { id: email, email, label: email },
  };
}
