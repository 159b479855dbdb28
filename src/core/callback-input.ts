import { AuthorizationError, ValidationError } from "../errors.js";
import { readText } from "../http/read-limited.js";
import { isForm } from "../internal/is-form.js";
import type { CallbackKey } from "../ports/auth-scheme.js";

/** What a browser came back with. */
export interface CallbackInput {
  /** The callback URL with every parameter of the answer in its query. */
  readonly url: URL;
  /** What may tell which flow it belongs to; `state` first, where there is one. */
  readonly keys: readonly CallbackKey[];
  readonly cookieHeader: string | null;
}

/** An answer in the body (`response_mode=form_post`) is no longer than a query would be. */
const MAX_BODY_BYTES = 65_536;

function parseUrl(value: string, base: string | null): URL {
  if (URL.canParse(value, base ?? undefined)) return new URL(value, base ?? undefined);
  throw new ValidationError("The callback is not a URL.", {
    issues: [
      { path: "callback", message: "expected the request, or the URL the provider sent the browser to" },
    ],
    hint: "Pass the incoming Request, or its full URL with the query.",
  });
}

const notACallback = (message: string): ValidationError =>
  new ValidationError("The callback cannot be read.", {
    issues: [{ path: "callback", message }],
    hint: "Pass a web-standard Request whose body has not been read, or the full URL with the query.",
  });

function isRequest(input: Request | URL | string): input is Request {
  if (typeof input !== "object" || input === null || !("headers" in input)) return false;
  // Not by class: a Request may come from another copy of the platform's.
  if (typeof input.headers.get === "function") return true;
  throw notACallback("expected a Request, not a server framework's own object: pass its URL");
}

async function parseRequest(request: Request): Promise<URL> {
  const url = new URL(request.url);
  if (request.method !== "POST" || !isForm(request.headers.get("content-type"))) return url;
  if (request.bodyUsed) throw notACallback("its body has been read already");
  // Anyone can post here: no more is read than an answer can be long.
  const { text, truncated } = await readText(new Response(request.body), MAX_BODY_BYTES);
  if (truncated) {
    throw new ValidationError("The callback's body is too long.", {
      issues: [{ path: "callback", message: `expected at most ${MAX_BODY_BYTES} bytes` }],
    });
  }
  for (const [name, value] of new URLSearchParams(text)) url.searchParams.append(name, value);
  return url;
}

/**
 * Reads a callback: a Request (query, or form_post body), a URL, or a string (absolute, or a path as servers give it).
 *
 * @throws ValidationError when it is no URL, or a request that cannot be read
 * @throws AuthorizationError `STATE_INVALID` when it carries no single state, nor another parameter that may tell its flow
 */
export async function readCallback(
  input: Request | URL | string,
  {
    callbackUrl,
    parameters,
  }: { readonly callbackUrl: string | null; readonly parameters: readonly string[] },
): Promise<CallbackInput> {
  const request = isRequest(input) ? input : null;
  if (request === null && typeof input !== "string" && !(input instanceof URL)) {
    throw notACallback("expected a Request, a URL or a string");
  }
  const url =
    request !== null
      ? await parseRequest(request)
      : parseUrl(String(input), callbackUrl ?? "http://localhost");
  const keys = parameters.flatMap((parameter) => {
    const [value = "", ...more] = url.searchParams.getAll(parameter);
    return more.length > 0 || value === "" || value.length > 512 ? [] : [{ parameter, value }];
  });
  if (keys.length === 0) {
    throw new AuthorizationError("STATE_INVALID", "The callback carries no usable `state`.", {
      hint: "Pass the URL exactly as the provider sent the browser to it.",
    });
  }
  return { url, keys, cookieHeader: request?.headers.get("cookie") ?? null };
}
