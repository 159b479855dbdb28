import { ConfigurationError } from "../../../errors.js";
import { encodeBase64Text } from "../../../internal/base64.js";
import { escapeXml, isXmlText } from "../../../internal/escape-xml.js";
import { isObject } from "../../../internal/json.js";
import { fillJson, fillText, MissingValue, namesIn, templatesIn } from "../../../internal/templates.js";
import type { ParamValues } from "../../../ports/auth-scheme.js";
import type { SessionRequest } from "../../../ports/scheme-settings/two-step.js";
import { endpointUrl } from "../endpoint-url.js";
import type { ProtocolRequest } from "../transport.js";

/** `{step1.tenant}` as a name URLs know; the values likewise. */
const flat = (name: string): string => name.replaceAll(".", "_");
const flatTemplate = (url: string): string =>
  url.replace(/\{([a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+)\}/g, (_placeholder, name: string) => `{${flat(name)}}`);

/** Names of the placeholders in a request. */
export function namesInRequest({ url, headers, basic, body }: SessionRequest): ReadonlySet<string> {
  return new Set([url, ...templatesIn({ headers, basic, body })].flatMap(namesIn));
}

function escaped(values: ParamValues): ParamValues {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      if (!isXmlText(value)) throw new TypeError(`XML cannot hold a character of ${name}.`);
      return [name, escapeXml(value)];
    }),
  );
}

function encodeBody(request: SessionRequest, values: ParamValues) {
  if (request.body === null) return null;
  if (typeof request.body === "string")
    return { type: "application/xml", text: fillText(request.body, escaped(values)) };
  const filled = fillJson(request.body, values);
  if (request.format === "json") return { type: "application/json", text: JSON.stringify(filled) };
  const pairs = isObject(filled) ? Object.entries(filled) : [];
  const text = new URLSearchParams(
    pairs.map(([name, value]) => [name, typeof value === "object" ? JSON.stringify(value) : String(value)]),
  ).toString();
  return { type: "application/x-www-form-urlencoded;charset=UTF-8", text };
}

function build(
  request: SessionRequest,
  {
    values,
    urlValues,
    field,
  }: { readonly values: ParamValues; readonly urlValues: ParamValues; readonly field: string },
): ProtocolRequest {
  const headers = new Headers();
  for (const [name, template] of Object.entries(request.headers))
    headers.set(name, fillText(template, values));
  if (request.basic !== null) {
    const { username, password } = request.basic;
    const pair = `${fillText(username, values)}:${fillText(password, values)}`;
    headers.set("authorization", `Basic ${encodeBase64Text(pair)}`);
  }
  const known = Object.fromEntries(Object.entries(urlValues).map(([name, value]) => [flat(name), value]));
  const url = new URL(endpointUrl(field, flatTemplate(request.url), known));
  const body = encodeBody(request, values);
  if (request.format === "xml" && !headers.has("accept")) headers.set("accept", "application/xml");
  const isInUrl = request.format === "query" && body !== null;
  if (isInUrl) url.search = [url.search.slice(1), body.text].filter((part) => part !== "").join("&");
  if (body !== null && !isInUrl && !headers.has("content-type")) headers.set("content-type", body.type);
  return {
    method: request.method,
    url: url.href,
    headers: Object.fromEntries(headers),
    body: isInUrl ? undefined : body?.text,
  };
}

/** What a request cannot be made for; what the platform says of a header may quote it, and is not passed on. */
function problemOf(error: unknown): string | null {
  if (error instanceof MissingValue) return error.message;
  return error instanceof TypeError ? "a value has characters the request cannot carry" : null;
}

type Options = {
  readonly values: ParamValues;
  readonly urlValues: ParamValues;
  readonly field: string;
};

function attempt(request: SessionRequest, options: Options): ProtocolRequest | { readonly problem: string } {
  try {
    return build(request, options);
  } catch (error) {
    const problem = problemOf(error);
    if (problem === null) throw error;
    return { problem };
  }
}

/**
 * A request of the settings, filled in. Into the host and path of its URL goes only what is not secret, and nothing that
 * could change their structure.
 *
 * @throws ConfigurationError `CONFIG_INVALID` naming what nobody filled in, or what the request cannot carry
 */
export function sessionRequestOf(request: SessionRequest, options: Options): ProtocolRequest {
  const made = attempt(request, options);
  if (!("problem" in made)) return made;
  const { field } = options;
  const message = made.problem;
  throw new ConfigurationError("CONFIG_INVALID", `\`${field}\` cannot be filled in: ${message}`, {
    issues: [{ path: field, message }],
  });
}
