import { applyCredentials } from "../http/apply-credentials.js";
import { isObject } from "../internal/json.js";
import type { OpenedCredentials } from "../ports/request.js";

/** Credentials as they are added to a request. */
export interface AuthParams {
  /** The app's base URL, filled in for this connection. */
  readonly baseUrl: string;
  /** Headers the credentials add; a cookie is the header `cookie`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Query parameters the credentials add. */
  readonly queryParams: Readonly<Record<string, string>>;
  /** Fields the credentials add to a JSON or form body. */
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * What applying the credentials adds to a request to the base URL that could carry them in any place.
 *
 * @throws ConfigurationError `CONFIG_INVALID` or RequestError `REQUEST_FAILED` when they cannot be added
 */
export async function authParams(credentials: OpenedCredentials): Promise<AuthParams> {
  const { baseUrl } = credentials;
  const plain = new URL(baseUrl);
  const headers = { "content-type": "application/json" };
  const request = new Request(plain, { method: "POST", headers, body: "{}" });
  const applied = await applyCredentials(request, credentials, { method: "POST", url: baseUrl });
  const added = [...new URL(applied.url).searchParams].filter(([name]) => !plain.searchParams.has(name));
  const body: unknown = await applied.json();
  return {
    baseUrl,
    headers: Object.fromEntries([...applied.headers].filter(([name]) => !Object.hasOwn(headers, name))),
    queryParams: Object.fromEntries(added),
    body: isObject(body) ? body : {},
  };
}
