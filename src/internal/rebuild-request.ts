/** The same request to another URL, with another body, or both; a body left out means none. */
export function rebuildRequest(
  request: Request,
  { url = request.url, body = null }: { readonly url?: string; readonly body?: BodyInit | null },
): Request {
  const { method, signal, redirect, mode, credentials, cache, integrity, keepalive } = request;
  const { referrer, referrerPolicy } = request;
  const headers = new Headers(request.headers);
  // It described the former body, and is set again from this one.
  headers.delete("content-length");
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
