import type { OpenedCredentials } from "../ports/request.js";

/** Credentials as they are added to a request. */
export interface AuthParams {
  /** The app's base URL, filled in for this connection. */
  readonly baseUrl: string;
  /** Headers the credentials add; a cookie is the header `cookie`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Query parameters the credentials add. */
  readonly queryParams: Readonly<Record<string, string>>;
}

/** What applying the credentials adds to a plain request to the base URL. */
export async function authParams(credentials: OpenedCredentials): Promise<AuthParams> {
  const { baseUrl } = credentials;
  const plain = new URL(baseUrl);
  const applied = await credentials.apply(new Request(plain));
  const added = [...new URL(applied.url).searchParams].filter(([name]) => !plain.searchParams.has(name));
  return { baseUrl, headers: Object.fromEntries(applied.headers), queryParams: Object.fromEntries(added) };
}
