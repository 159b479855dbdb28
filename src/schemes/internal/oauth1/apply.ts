import { isForm } from "../../../internal/is-form.js";
import { rebuildRequest } from "../../../internal/rebuild-request.js";
import type { SchemeContext } from "../../../ports/auth-scheme.js";
import type { OAuth1Settings } from "../../../ports/scheme-settings/oauth1.js";
import { consumerOf } from "./consumer.js";
import type { OAuth1Credentials } from "./credentials.js";
import { tokenOf } from "./credentials.js";
import { appended, withQuery } from "./parameters.js";
import { realmOf } from "./realm.js";
import type { Consumer } from "./signer.js";
import type { Signers } from "./signers.js";

/** RFC 5849 §3.4.1.3.1: of a body only a form is signed. */
/** Of an earlier signature: a redirect may lead to a URL made of the one that was signed. */
const PROTOCOL = /^oauth_(?:consumer_key|nonce|signature|signature_method|timestamp|token|version)=/;

/** Whose request it is. */
interface Known {
  readonly credentials: OAuth1Credentials;
  readonly context: SchemeContext<OAuth1Settings>;
}

/** The client of one connection. */
export function consumerFor(
  { settings, config, app }: SchemeContext<OAuth1Settings>,
  credentials: OAuth1Credentials,
): Consumer {
  return credentials.consumer ?? consumerOf(settings, config, { appName: app.name, path: "authConfig" });
}

function sign(
  signers: Signers,
  { credentials, context }: Known,
  what: { readonly method: string; readonly url: string; readonly form: string | null },
) {
  const { settings, params, runtime } = context;
  return signers(
    settings.signatureMethod,
    consumerFor(context, credentials),
  )({
    method: what.method,
    url: what.url,
    form: what.form === null ? [] : [...new URLSearchParams(what.form)],
    token: tokenOf(credentials),
    now: runtime.clock.now(),
    realm: realmOf(settings, params),
  });
}

function unsigned(url: string): string {
  const query = new URL(url).search.slice(1);
  const rest = query.split("&").filter((part) => !PROTOCOL.test(part));
  const clean = new URL(url);
  clean.search = rest.join("&");
  return rest.length === query.split("&").length ? url : clean.href;
}

/** A stream would have to be sent in chunks, which not every server takes: the body is read and sent whole. */
async function signWhole(signers: Signers, request: Request, known: Known): Promise<Request> {
  const { placement } = known.context.settings;
  const { method } = request;
  const url = placement === "query" ? unsigned(request.url) : request.url;
  const body = request.body === null ? null : await request.arrayBuffer();
  const form = isForm(request.headers.get("content-type"))
    ? new TextDecoder().decode(body ?? new ArrayBuffer())
    : null;
  const { parameters, authorization } = sign(signers, known, { method, url, form });
  if (placement === "query") return rebuildRequest(request, { url: withQuery(url, parameters), body });
  if (placement === "body" && form !== null) {
    return rebuildRequest(request, { body: appended(form, parameters) });
  }
  request.headers.set("authorization", authorization);
  return rebuildRequest(request, { body });
}

/**
 * Signs one request: its method, URL, query and, of a form, its body (RFC 5849 §3.4.1). At once where nothing has to be
 * read first.
 *
 * @throws ConfigurationError `CONFIG_INVALID` when the integration has no consumer key, or the realm cannot be filled in
 */
export function signRequest(signers: Signers, request: Request, known: Known): Request | Promise<Request> {
  const isSimple =
    known.context.settings.placement !== "query" &&
    (request.body === null || !isForm(request.headers.get("content-type")));
  if (!isSimple) return signWhole(signers, request, known);
  const { method, url } = request;
  request.headers.set("authorization", sign(signers, known, { method, url, form: null }).authorization);
  return request;
}
