import { encodeBase64 } from "../../internal/base64.js";
import { encodeHex } from "../../internal/hex.js";
import { fillText } from "../../internal/templates.js";
import type { SchemeContext } from "../../ports/auth-scheme.js";
import type { TokenRequestSignature } from "../../ports/scheme-settings/oauth2/token-request.js";
import type { OAuth2Settings } from "../../ports/scheme-settings/oauth2.js";
import type { ProtocolRequest } from "../internal/transport.js";
import { USER_AGENT } from "../internal/transport.js";
import { fillValues, setHeaders } from "./fill-values.js";

type Context = SchemeContext<OAuth2Settings>;

/** A request at a token endpoint in the words of RFC 6749. */
export interface StandardTokenRequest {
  readonly url: string;
  readonly headers: Headers;
  readonly form: URLSearchParams;
}

const utf8 = (text: string) => new TextEncoder().encode(text);

const DIGESTS = {
  sha256: (_key: string, input: string) => crypto.subtle.digest("SHA-256", utf8(input)),
  async "hmac-sha256"(key: string, input: string) {
    const algorithm = { name: "HMAC", hash: "SHA-256" };
    const imported = await crypto.subtle.importKey("raw", utf8(key), algorithm, false, ["sign"]);
    return crypto.subtle.sign("HMAC", imported, utf8(input));
  },
  async md5(_key: string, input: string) {
    const { createHash } = await import("node:crypto");
    return createHash("md5").update(input).digest();
  },
} as const;

async function digest({ algorithm, encoding }: TokenRequestSignature, key: string, input: string) {
  const bytes = new Uint8Array(await DIGESTS[algorithm](key, input));
  return encoding === "hex" ? encodeHex(bytes) : encodeBase64(bytes);
}

/** How a request is signed; null when it is not. */
function signatureFor(
  { tokenRequestSignature: signature }: OAuth2Settings,
  form: URLSearchParams,
): TokenRequestSignature | null {
  if (signature === null || signature.requests === "all") return signature;
  return form.has("refresh_token") === (signature.requests === "refresh") ? signature : null;
}

/** What signs the request: a value by the name the app definition gives it. */
async function signatureOf(
  signature: TokenRequestSignature,
  { config, runtime }: Context,
  { form, body }: { readonly form: URLSearchParams; readonly body: string },
) {
  const timestamp = String(Math.floor(runtime.clock.now()));
  const { client_id = "", client_secret = "" } = config;
  const grant = form.get("code") ?? form.get("refresh_token") ?? "";
  const values = { client_id, client_secret, grant, timestamp, body };
  const key = fillText(signature.key, values);
  return { timestamp, value: await digest(signature, key, fillText(signature.input, values)) };
}

/** The parameters by the names the provider has for them. */
function renamed(form: URLSearchParams, names: OAuth2Settings["tokenParameterNames"]): URLSearchParams {
  return new URLSearchParams(
    [...form].flatMap(([name, value]) => {
      const own = Object.hasOwn(names, name) ? names[name] : name;
      return own === undefined || own === null ? [] : [[own, value]];
    }),
  );
}

/** A parameter that is there more than once, such as `resource` (RFC 8707 §2), as a list. */
const asObject = (form: URLSearchParams) =>
  Object.fromEntries(
    [...new Set(form.keys())].map((name) => {
      const [first, ...others] = form.getAll(name);
      return [name, others.length === 0 ? first : [first, ...others]];
    }),
  );

/** Parameters as a body, and its media type. */
export const encodedForm = (form: URLSearchParams, asJson: boolean) =>
  asJson
    ? { type: "application/json", text: JSON.stringify(asObject(form)) }
    : { type: "application/x-www-form-urlencoded;charset=UTF-8", text: form.toString() };

function encoded(form: URLSearchParams, { tokenRequestFormat, tokenRequestMethod }: OAuth2Settings) {
  if (tokenRequestFormat === "query" || tokenRequestMethod === "GET") return null;
  return encodedForm(form, tokenRequestFormat === "json");
}

/** A URL with parameters in its query. */
export function withQuery(url: string, form: URLSearchParams): string {
  const target = new URL(url);
  for (const name of form.keys()) target.searchParams.delete(name);
  for (const [name, value] of form) target.searchParams.append(name, value);
  return target.href;
}

/**
 * The request in the form the provider takes.
 *
 * @throws ConfigurationError `CONFIG_INVALID` when there is no value for a placeholder in a header
 */
export async function toTokenRequest(
  context: Context,
  { url, headers, form }: StandardTokenRequest,
): Promise<ProtocolRequest> {
  const { settings, params, config, app } = context;
  const signature = signatureFor(settings, form);
  const own = renamed(form, settings.tokenParameterNames);
  if (signature?.in === "parameter") {
    own.set(signature.name, (await signatureOf(signature, context, { form, body: "" })).value);
  }
  const body = encoded(own, settings);
  const merged = new Headers(headers);
  merged.delete("content-type");
  merged.set("user-agent", USER_AGENT);
  if (body !== null) merged.set("content-type", body.type);
  const { client_id = "", client_secret = "" } = config;
  const values = { ...params, client_id, client_secret };
  const extra = fillValues(app.name, settings.tokenRequestHeaders, { field: "tokenRequestHeaders", values });
  setHeaders(merged, extra, "tokenRequestHeaders");
  if (signature?.in === "header") {
    const signed = await signatureOf(signature, context, { form, body: body?.text ?? "" });
    merged.set(signature.name, signed.value);
    if (signature.timestampHeader !== null) merged.set(signature.timestampHeader, signed.timestamp);
  }
  merged.set("accept", "application/json");
  return {
    url: body === null ? withQuery(url, own) : url,
    method: settings.tokenRequestMethod,
    headers: Object.fromEntries(merged),
    body: body?.text,
  };
}
