/** RFC 6749 §3.3, and no longer than any scope is. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/;
const MAX_SCOPES = 50;

/**
 * The scopes an answer says are needed (RFC 6750 §3.1, RFC 9449 §7.1), empty where it names none; null when it is not
 * about scopes.
 */
export function scopesWanted({ status, headers }: Response): readonly string[] | null {
  const challenge = headers.get("www-authenticate") ?? "";
  if ((status !== 403 && status !== 401) || !/\berror="?insufficient_scope\b/i.test(challenge)) return null;
  const [, scope = ""] = /\bscope="([^"]*)"/i.exec(challenge) ?? [];
  return scope
    .split(" ")
    .filter((name) => SCOPE.test(name))
    .slice(0, MAX_SCOPES);
}
