import { AuthorizationError } from "../../errors.js";
import { valueAt } from "../../internal/value-at.js";
import type { Grant, SchemeContext } from "../../ports/auth-scheme.js";
import type { GithubAppSettings } from "../../ports/scheme-settings/github-app.js";
import type { GithubAppCredentials } from "../github-app.js";
import { endpointUrl } from "../internal/endpoint-url.js";
import type { Exchanged } from "../internal/exchange.js";
import { exchange, requiredToken } from "../internal/exchange.js";
import { importKey, keyError } from "../internal/jwt/import-key.js";
import { keySecrets } from "../internal/jwt/key-secrets.js";
import { signJwt } from "../internal/jwt/sign.js";
import { sessionEnd } from "../internal/session/expiry.js";
import type { TokenCall, TokenOperation } from "../internal/token-errors.js";
import { malformedError, refusalError } from "../internal/token-errors.js";

type Context = SchemeContext<GithubAppSettings>;

/** GitHub refuses more than ten minutes, and an `iat` ahead of its clock. */
const LIFETIME_SECONDS = 540;
const BACKDATE_SECONDS = 60;
const PLACES = { failure: null, error: "error", message: "message" };
const PAGE_SIZE = 100;
const MAX_PAGES = 20;

/** What the developer gave that no error may show. */
function configSecrets({ config: { private_key = "", client_secret = "" } }: Context): readonly string[] {
  return [...keySecrets(private_key), client_secret].filter((secret) => secret !== "");
}

function callOf(context: Context, operation: TokenOperation, secrets: readonly string[]): TokenCall {
  return {
    operation,
    appName: context.app.name,
    secrets: [...secrets, ...configSecrets(context)],
    manner: {
      wish: operation === "revoke" ? "revoke the token" : "give the installation a token",
      refusedHint:
        "Check the integration's `app_id` and `private_key`, whether the installation is suspended, and this machine's clock.",
      malformedHint: "Check the scheme's `apiUrl`.",
      // The app was uninstalled.
      isGone: (status) => status === 404,
    },
  };
}

const KEY_FIELD = "authConfig.private_key";

const signingKey = (text: string) =>
  importKey({ text, algorithm: "RS256", encoding: "utf8", field: KEY_FIELD });

/** @throws ConfigurationError `CONFIG_INVALID` naming the field of a key that cannot sign */
export async function assertKey(text: string): Promise<void> {
  await signingKey(text);
}

/** A JWT that says who the app is: https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app */
async function appJwt({ config, runtime }: Context): Promise<string> {
  const { app_id: iss = "", private_key: text } = config;
  if (text === undefined) throw keyError(KEY_FIELD, "it is missing");
  const key = await signingKey(text);
  const now = Math.floor(runtime.clock.now() / 1000);
  const claims = { iss, iat: now - BACKDATE_SECONDS, exp: now + LIFETIME_SECONDS };
  return signJwt({ algorithm: "RS256", header: { typ: "JWT" }, claims, key });
}

async function ask(
  context: Context,
  request: { readonly method: string; readonly path: string; readonly token: string },
  call: TokenCall,
): Promise<Exchanged> {
  const { apiUrl, apiVersion } = context.settings;
  const headers = {
    accept: "application/vnd.github+json",
    authorization: `Bearer ${request.token}`,
    "x-github-api-version": apiVersion,
  };
  const url = endpointUrl("apiUrl", apiUrl, context.params).replace(/\/$/, "") + request.path;
  return exchange(context, { method: request.method, url, headers }, { call, places: PLACES });
}

/** `contents:read` for each permission of the answer. */
function permissionsOf(body: Exchanged["body"]): readonly string[] | undefined {
  const permissions = valueAt(body, "permissions");
  if (typeof permissions !== "object" || permissions === null) return undefined;
  return Object.entries(permissions).flatMap(([name, access]) =>
    typeof access === "string" ? [`${name}:${access}`] : [],
  );
}

/** A token of an installation, which lives an hour. @throws TokenError */
export async function installationToken(
  context: Context,
  installationId: string,
  /** The token there was before; null for the first. */
  before: string | null,
): Promise<Grant<GithubAppCredentials>> {
  const jwt = await appJwt(context);
  const call =
    before === null ? callOf(context, "exchange", [jwt]) : callOf(context, "refresh", [jwt, before]);
  const path = `/app/installations/${installationId}/access_tokens`;
  const answer = await ask(context, { method: "POST", path, token: jwt }, call);
  const access_token = requiredToken(answer, "token", call);
  const expiry = { kind: "field", path: "expires_at", unit: "iso" } as const;
  const end = sessionEnd(expiry, { body: answer.body, values: {}, now: context.runtime.clock.now() });
  if (typeof end !== "number")
    throw malformedError({ field: "expires_at", expected: "a date" }, call, answer.status);
  return {
    credentials: { installation_id: installationId, access_token, expires_at: end },
    scopes: permissionsOf(answer.body),
  };
}

/** The same for a new connection, with whose installation it is. @throws TokenError */
export async function connectInstallation(
  context: Context,
  installationId: string,
): Promise<Grant<GithubAppCredentials>> {
  const jwt = await appJwt(context);
  const call = callOf(context, "exchange", [jwt]);
  const path = `/app/installations/${installationId}`;
  const { body } = await ask(context, { method: "GET", path, token: jwt }, call);
  const [id, label] = [valueAt(body, "account.id"), valueAt(body, "account.login")];
  const grant = await installationToken(context, installationId, null);
  const params = { installation_id: installationId };
  if (typeof id !== "number" && typeof id !== "string") return { ...grant, params };
  const account = { id: String(id), email: null, label: typeof label === "string" ? label : null };
  return { ...grant, params, account };
}

async function userToken(context: Context, code: string): Promise<string> {
  const { client_id = "", client_secret = "" } = context.config;
  // Not in the manner of the app: the same errors as those of any OAuth 2.0 code.
  const { manner: _ofTheApp, ...call } = callOf(context, "exchange", [code]);
  const url = endpointUrl("userTokenUrl", context.settings.userTokenUrl, context.params);
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ client_id, client_secret, code });
  const places = { failure: null, error: "error", message: "error_description" };
  const answer = await exchange(context, { method: "POST", url, headers, body }, { call, places });
  // GitHub refuses a code with status 200: https://docs.github.com/en/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors
  const [error, description = null] = ["error", "error_description"].map((name) =>
    valueAt(answer.body, name),
  );
  if (typeof error === "string") {
    const refusal = {
      error,
      description: typeof description === "string" ? description : null,
      empty: false,
    };
    throw refusalError(refusal, call, { status: answer.status, retryAfterMs: null });
  }
  return requiredToken(answer, "access_token", call);
}

/**
 * Makes sure that the user of a code may see an installation: https://docs.github.com/en/apps/maintaining-github-apps/about-the-setup-url
 *
 * @throws AuthorizationError `AUTHORIZATION_FAILED` when not
 * @throws TokenError when GitHub cannot be asked
 */
export async function verifyUser(
  context: Context,
  { code, installationId }: { readonly code: string | null; readonly installationId: string },
): Promise<void> {
  const hint =
    "Turn on “Request user authorization (OAuth) during installation” in the app's settings at GitHub.";
  if (code === null || code === "") {
    throw new AuthorizationError("AUTHORIZATION_FAILED", "The callback does not say who installed the app.", {
      hint,
    });
  }
  const token = await userToken(context, code);
  const call = callOf(context, "exchange", [token]);
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const path = `/user/installations?per_page=${PAGE_SIZE}&page=${page}`;
    const { body, status } = await ask(context, { method: "GET", path, token }, call);
    const found = valueAt(body, "installations");
    if (!Array.isArray(found))
      throw malformedError({ field: "installations", expected: "a list" }, call, status);
    const list: readonly unknown[] = found;
    if (list.some((one) => String(valueAt(one, "id")) === installationId)) return;
    if (list.length < PAGE_SIZE) break;
  }
  throw new AuthorizationError(
    "AUTHORIZATION_FAILED",
    "The user who came back may not see the installation the callback names: nothing was activated.",
    { hint: "Start again, and install the app for an account of one's own." },
  );
}

/** Ends a token; the installation stays. @throws TokenError `TOKEN_REVOKE_FAILED` */
export async function revokeToken(context: Context, token: string): Promise<void> {
  const call = callOf(context, "revoke", [token]);
  const request = { method: "DELETE", path: "/installation/token", token };
  await ask(context, request, call).catch((error: unknown) => {
    // It has expired, or ended with the installation.
    if (error instanceof Error && "status" in error && (error.status === 401 || error.status === 404)) return;
    throw error;
  });
}
