import { ConfigurationError } from "../../errors.js";
import { isObject } from "../../internal/json.js";
import { setQueryParameter } from "../../internal/set-query-parameter.js";

/** Fields to be added to a body, by name. */
export type BodyFields = readonly (readonly [name: string, value: string])[];

function unsupported(what: string): ConfigurationError {
  return new ConfigurationError(
    "CONFIG_INVALID",
    `The app wants its API key in the request's body, but ${what}.`,
    {
      hint: "The key can be added to a JSON object, to a form-urlencoded body, and to the empty body of any method but GET and HEAD.",
    },
  );
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // The parser's message quotes the body: told below without it.
  }
  throw unsupported("the body of this one is no JSON object, whatever its content type says");
}

function addToJson(text: string, fields: BodyFields): string {
  const body = parseObject(text);
  const added = Object.fromEntries(fields);
  if (fields.some(([name]) => Object.hasOwn(body, name)) || Object.keys(body).length === 0) {
    return JSON.stringify({ ...body, ...added });
  }
  // Inserted as text: written anew, a number beyond 2^53 would be another one.
  return `${text.trimEnd().slice(0, -1)},${JSON.stringify(added).slice(1)}`;
}

/**
 * A body with fields added; a field of the same name is replaced.
 *
 * @throws ConfigurationError `CONFIG_INVALID` when the request cannot carry them
 */
export function withFields(
  request: { readonly method: string; readonly contentType: string | null; readonly text: string },
  fields: BodyFields,
): { readonly contentType: string; readonly text: string } {
  const { method, contentType, text } = request;
  if (method === "GET" || method === "HEAD") throw unsupported(`a ${method} request has none`);
  const type = (contentType ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (contentType !== null && type === "application/x-www-form-urlencoded") {
    const form = fields.reduce((query, [name, value]) => setQueryParameter(query, name, value), text);
    return { contentType, text: form };
  }
  const isJson = type === "application/json" || type.endsWith("+json");
  if (text === "") {
    return {
      contentType: isJson && contentType !== null ? contentType : "application/json",
      text: JSON.stringify(Object.fromEntries(fields)),
    };
  }
  if (contentType !== null && isJson) return { contentType, text: addToJson(text, fields) };
  throw unsupported(`the body of this one is ${type === "" ? "of no declared type" : type}`);
}
