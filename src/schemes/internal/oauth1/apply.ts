import { rebuildRequest } from "../../../internal/rebuild-request.js";
import type { SchemeContext } from "../../../ports/auth-scheme.js";
import type { OAuth1Settings } from "../../../ports/scheme-settings/oauth1.js";
import { consumerOf } from "./consumer.js";
import type { OAuth1Credentials } from "./credentials.js";
import { realmOf } from "./realm.js";
import type { Parameter } from "./rfc5849.js";
import type { Consumer } from "./signer.js";
import { createSigner } from "./signer.js";

/** RFC 5849 §3.4.1.3.1: of a body only a form is signed. */
const FORM = /^\s*application\/x-www-form-urlencoded\s*(;|$)/i;

/** The client of one connection. */
export function consumerFor(
  { settings, config, app }: SchemeContext<OAuth1Settings>,
  credentials: OAuth1Credentials,
): Consumer {
  return credentials.consumer ?? consumerOf(settings, config, { appName: app.name, path: "authConfig" });
}

function withQuery(url: string, parameters: readonly Parameter[]): string {
  const signed = new URL(url);
  const query = parameters.map((pair) => pair.map(encodeURIComponent).join("="));
  // As it was, since it is signed: `searchParams` would write it anew.
  signed.search = [signed.search.slice(1), ...query].filter((part) => part !== "").join("&");
  return signed.href;
}

/**
 * Signs one request: its method, URL, query and, of a form, its body (RFC 5849 §3.4.1). A form is read and sent whole.
 *
 * @throws ConfigurationError `CONFIG_INVALID` when the integration has no consumer key
 */
export async function signRequest(
  request: Request,
  credentials: OAuth1Credentials,
  context: SchemeContext<OAuth1Settings>,
): Promise<Request> {
  const { settings, params, runtime } = context;
  const isForm = request.body !== null && FORM.test(request.headers.get("content-type") ?? "");
  const body = isForm ? await request.text() : null;
  const { parameters, authorization } = createSigner(
    settings.signatureMethod,
    consumerFor(context, credentials),
  )({
    method: request.method,
    url: request.url,
    form: body === null ? [] : [...new URLSearchParams(body)],
    token: { key: credentials.oauth_token, secret: credentials.oauth_token_secret },
    now: runtime.clock.now(),
    realm: realmOf(settings, params),
  });
  const inQuery = settings.placement === "query";
  if (!inQuery) request.headers.set("authorization", authorization);
  const url = inQuery ? withQuery(request.url, parameters) : request.url;
  if (body !== null) return rebuildRequest(request, { url, body });
  if (!inQuery) return request;
  return rebuildRequest(request, { url, body: request.body === null ? null : await request.arrayBuffer() });
}
