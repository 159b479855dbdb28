/** It describes the former body, and is set again from the new one when it is sent. */
const LENGTH = "content-length";

/** The same request to another URL, with another body, or both; a body left out means none. */
export function rebuildRequest(
  request: Request,
  { url = request.url, body = null }: { readonly url?: string; readonly body?: BodyInit | null },
): Request {
  if (body !== null && url === request.url) {
    const rebuilt = new Request(request, { body });
    rebuilt.headers.delete(LENGTH);
    return rebuilt;
  }
  const { method, signal, redirect, mode, credentials, cache, integrity, keepalive } = request;
  const { referrer, referrerPolicy } = request;
  const headers = new Headers(request.headers);
  headers.delete(LENGTH);
  return new Request(url, {
    method,
    headers,
    body,
    signal,
    redirect,
    mode,
    credentials,
    cache,
    integrity,
    keepalive,
    referrer,
    referrerPolicy,
  });
}
