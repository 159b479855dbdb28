import * as z from "zod";
import type { Issue } from "../errors.js";
import { RequestError } from "../errors.js";
import { lazy } from "../internal/lazy.js";
import type { CompiledInput } from "./action-input.js";
import type { RequestOptions } from "./request.js";
import type { PreparedAction } from "./tool.js";

type Input = Readonly<Record<string, unknown>>;
type QueryValue = string | number | boolean;

const PLACEHOLDER = /\{([a-zA-Z0-9_.-]+)(\+?)\}/g;
const HAS_JSON_BODY = new Set(["POST", "PUT", "PATCH"]);
const JSON_TYPE = /^(?:application|text)\/(?:[^;\s]+\+)?json\s*(?:;|$)/i;

function areHeaders(value: Readonly<Record<string, string>>): boolean {
  try {
    return new Headers(value) !== null;
  } catch {
    return false;
  }
}

/** The shape of `defineAction`'s `request`. */
export const requestTemplate = lazy(() =>
  z.strictObject({
    method: z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]),
    path: z
      .string()
      .regex(
        /^\/(?!\/)[^?#\\\s]*$/,
        "a path below the app's base URL, such as `/repos/{owner}/{repo}`, without a query",
      )
      .refine((path) => !path.split("/").some(isDotSegment), "without `.` and `..` segments")
      .refine(
        (path) => !/[{}]/.test(path.replace(PLACEHOLDER, "")),
        "each `{` closed, around the name of an input",
      ),
    query: z.array(z.string()).default([]),
    rename: z.record(z.string(), z.string().min(1)).default({}),
    headers: z.record(z.string(), z.string()).refine(areHeaders, "names and values HTTP allows").default({}),
  }),
);

/** A declarative request, as an action's author writes it. */
export type RequestTemplate = z.output<ReturnType<typeof requestTemplate>>;

function isDotSegment(segment: string): boolean {
  return /^(?:\.|%2e){1,2}$/i.test(segment);
}

/** What is wrong with a declarative request, given the inputs there are. */
export function checkRequest(template: RequestTemplate, input: CompiledInput): readonly Issue[] {
  const inPath = new Set([...template.path.matchAll(PLACEHOLDER)].map(([, name = ""]) => name));
  const known = new Set(input.names);
  const issues: Issue[] = [];
  for (const name of inPath) {
    if (input.present.has(name)) continue;
    issues.push({ path: "request.path", message: `\`{${name}}\` is not a required property of \`input\`` });
  }
  for (const [field, names] of [
    ["query", template.query],
    ["rename", Object.keys(template.rename)],
  ] as const) {
    for (const name of names) {
      if (known.has(name) && !inPath.has(name)) continue;
      const message = inPath.has(name) ? "is part of `path` already" : "is not a property of `input`";
      issues.push({ path: `request.${field}`, message: `\`${name}\` ${message}` });
    }
  }
  for (const names of Object.values(split(template, input.names))) {
    const wire = names.map((name) => wireName(template, name));
    const twice = wire.find((name, index) => wire.indexOf(name) !== index);
    if (twice === undefined) continue;
    issues.push({ path: "request.rename", message: `two inputs would be sent as \`${twice}\`` });
  }
  return issues;
}

function wireName(template: RequestTemplate, name: string): string {
  return Object.hasOwn(template.rename, name) ? (template.rename[name] ?? name) : name;
}

/** Which inputs go to the query and which to the body; those of the path go to neither. */
function split(template: RequestTemplate, names: readonly string[]) {
  const inPath = new Set([...template.path.matchAll(PLACEHOLDER)].map(([, name = ""]) => name));
  const rest = names.filter((name) => !inPath.has(name));
  if (!HAS_JSON_BODY.has(template.method)) return { query: rest, body: [] };
  const inQuery = new Set(template.query);
  return {
    query: rest.filter((name) => inQuery.has(name)),
    body: rest.filter((name) => !inQuery.has(name)),
  };
}

const isQueryValue = (value: unknown): value is QueryValue =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean";

const NOT_A_SEGMENT = "Part of the URL's path: expected a value that is not empty and not `.` or `..`.";
const NOT_A_PATH = "Part of the URL's path: expected no empty, `.` or `..` segment between slashes.";

/** Null when it would change which endpoint is called, or is not text. */
function encodePath(value: string, slashes: boolean): string | null {
  const segments = slashes ? value.split("/") : [value];
  if (segments.some((segment) => segment === "" || isDotSegment(segment))) return null;
  try {
    return segments.map(encodeURIComponent).join("/");
  } catch {
    return null;
  }
}

/** Writes arguments into the request; or says which of them cannot be written there. */
function fill(template: RequestTemplate, input: Input, names: readonly string[]) {
  const issues: Issue[] = [];
  const path = template.path.replace(PLACEHOLDER, (_match, name: string, plus: string) => {
    const value = input[name];
    const encoded = isQueryValue(value) ? encodePath(String(value), plus === "+") : null;
    if (encoded === null) issues.push({ path: name, message: plus === "+" ? NOT_A_PATH : NOT_A_SEGMENT });
    return encoded ?? "";
  });
  const parts = split(template, names);
  const searchParams: Record<string, QueryValue | readonly QueryValue[]> = {};
  for (const name of parts.query) {
    const value = input[name];
    if (value === undefined || value === null) continue;
    if (isQueryValue(value) || (Array.isArray(value) && value.every(isQueryValue))) {
      searchParams[wireName(template, name)] = value;
    } else {
      issues.push({ path: name, message: "Part of the URL's query: a single value or a list was expected." });
    }
  }
  const body = parts.body.filter((name) => input[name] !== undefined);
  const options: RequestOptions = {
    method: template.method,
    headers: template.headers,
    searchParams,
    ...(parts.body.length === 0
      ? {}
      : { json: Object.fromEntries(body.map((name) => [wireName(template, name), input[name]])) }),
  };
  return { path, options, issues };
}

/** Arguments that fit the schema, as a request ready to send. */
export function prepareRequest(
  template: RequestTemplate,
  input: Input,
  names: readonly string[],
): PreparedAction {
  const { path, options, issues } = fill(template, input, names);
  if (issues.length > 0) return { ok: false, issues };
  return {
    ok: true,
    async run({ request, signal }) {
      return readBody(await request(path, { ...options, signal }), template.method);
    },
  };
}

/** JSON when the content type says so, null when there is nothing, text otherwise. */
async function readBody(response: Response, method: string): Promise<unknown> {
  const text = await response.text();
  if (text === "") return null;
  if (!JSON_TYPE.test(response.headers.get("content-type") ?? "")) return text;
  const parsed = parseJson(text);
  if (parsed !== null) return parsed.value;
  const [url = ""] = response.url.split(/[?#]/);
  throw new RequestError("RESPONSE_INVALID", "The provider's answer says it is JSON, but is not.", {
    method,
    url,
    status: response.status,
  });
}

/** Null when it is not JSON: the parser's own error quotes the text. */
function parseJson(text: string): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}
