import { AuthorizationError, MooringError, RequestError } from "../errors.js";
import { readSource } from "../internal/read-source.js";
import type { AppDefinition } from "../ports/app.js";
import type { AnyAuthScheme, Grant, ParamValues, SchemeContext } from "../ports/auth-scheme.js";
import type { AccountRequest, FollowUpRequest } from "../ports/follow-up.js";
import type { RequestFunction } from "../ports/request.js";
import type { ConnectionAccount } from "../ports/storage.js";
import { placeholdersOf } from "../ports/url-template.js";
import type { ValueSource } from "../ports/value-source.js";
import { endpointsSoFar } from "./app-endpoints.js";
import { ask, requestWith } from "./request-with.js";
import { listTenants } from "./tenants.js";

/** @throws RequestError `RESPONSE_INVALID` naming the place */
function required(
  answer: unknown,
  source: ValueSource,
  { method, url }: Pick<FollowUpRequest, "url" | "method">,
): string {
  const value = readSource(answer, source);
  if (value !== null) return value;
  const path = typeof source === "string" ? source : source.path;
  throw new RequestError(
    "RESPONSE_INVALID",
    `\`${path}\` of the provider's answer is missing or of another form.`,
    {
      method,
      url,
      hint: "Check the app definition's `account`, `tenants` and `followUps`.",
    },
  );
}

/** The first of the tenants a grant reaches, unless the user has named one. */
async function withTenant(scheme: AnyAuthScheme, known: SchemeContext<unknown>, grant: Grant<unknown>) {
  const { app, params } = known;
  if (app.tenants === null || Object.hasOwn(params, app.tenants.param)) return params;
  const [first] = await listTenants(requestWith(scheme, known, grant.credentials), app.tenants);
  if (first !== undefined) return { ...params, [app.tenants.param]: first.id };
  throw new AuthorizationError(
    "AUTHORIZATION_FAILED",
    `The account has nothing at ${app.name} to connect to.`,
    {
      hint: "The user must be a member of a site, company or organisation there, and choose it when asked.",
    },
  );
}

async function withFollowUps(
  scheme: AnyAuthScheme,
  known: SchemeContext<unknown>,
  grant: Grant<unknown>,
): Promise<ParamValues> {
  let params = known.params;
  for (const followUp of known.app.followUps) {
    const answer = await ask(requestWith(scheme, { ...known, params }, grant.credentials), followUp);
    const told = Object.entries(followUp.params).map(
      ([name, source]) => [name, required(answer, source, followUp)] as const,
    );
    params = { ...params, ...Object.fromEntries(told) };
  }
  return params;
}

async function accountOf(request: RequestFunction, account: AccountRequest): Promise<ConnectionAccount> {
  // Nothing depends on it: no time of the user is spent on trying again.
  const answer = await ask(request, account, { retry: 0 });
  const optional = (source: ValueSource | null) => (source === null ? null : readSource(answer, source));
  const ids = Array.isArray(account.id) ? account.id : [account.id];
  return {
    id: ids.map((source) => required(answer, source, account)).join("/"),
    email: optional(account.email),
    label: optional(account.label),
  };
}

const isRefusal = (error: unknown): boolean => error instanceof RequestError && error.status === 401;

/**
 * @throws AuthorizationError `AUTHORIZATION_FAILED` when the provider did not say where the API is
 * @throws ConfigurationError `CONFIG_INVALID` when a param would change a URL's structure
 */
function assertReachable(app: AppDefinition, params: ParamValues): void {
  const { name, baseUrl } = app;
  const missing = placeholdersOf(baseUrl).find((param) => !Object.hasOwn(params, param));
  if (missing === undefined) {
    endpointsSoFar(app, params);
    return;
  }
  throw new AuthorizationError(
    "AUTHORIZATION_FAILED",
    `${name} did not say \`${missing}\`, without which its API cannot be reached.`,
    { hint: "Check where the app definition looks for it, and the pattern it must match." },
  );
}

/**
 * Gets to know the account behind a new grant, as the app definition says: its tenant, the params only the API tells,
 * and whose it is. An API that does not say whose account it is (it is down, or the grant does not reach so far) leaves
 * that open; one that refuses the credentials ends the attempt.
 *
 * @throws RequestError when what the API needs cannot be found out, or the credentials are refused
 * @throws AuthorizationError `AUTHORIZATION_FAILED` when the account has no tenant, or the provider did not say where the
 *   API is
 * @throws ConfigurationError `CONFIG_INVALID` when what it said would change a URL's structure
 */
export async function introduce(
  scheme: AnyAuthScheme,
  context: SchemeContext<unknown>,
  grant: Grant<unknown>,
): Promise<Grant<unknown>> {
  const { app, runtime } = context;
  const known = { ...context, params: { ...context.params, ...grant.params } };
  const params = await withFollowUps(
    scheme,
    { ...known, params: await withTenant(scheme, known, grant) },
    grant,
  );
  assertReachable(app, params);
  const introduced = { ...grant, params };
  if (app.account === null || grant.account !== undefined) return introduced;
  try {
    const request = requestWith(scheme, { ...known, params }, grant.credentials);
    return { ...introduced, account: await accountOf(request, app.account) };
  } catch (error) {
    if (isRefusal(error) || context.signal?.aborted === true) throw error;
    runtime.logger.warn("whose account it is could not be found out", {
      app: app.slug,
      error: MooringError.is(error) ? error.code : "INTERNAL_ERROR",
    });
    return introduced;
  }
}
