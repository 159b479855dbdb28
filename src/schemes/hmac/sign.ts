import { createHash, createHmac, sign } from "node:crypto";
import { ConfigurationError } from "../../errors.js";
import { encodeBase64Text } from "../../internal/base64.js";
import { isForm } from "../../internal/is-form.js";
import { rebuildRequest } from "../../internal/rebuild-request.js";
import { setQueryParameter } from "../../internal/set-query-parameter.js";
import { fillText, MissingValue, namesIn } from "../../internal/templates.js";
import { trySetHeader } from "../../internal/try-set-header.js";
import type { ParamValues } from "../../ports/auth-scheme.js";
import type { HmacSettings } from "../../ports/scheme-settings/hmac.js";
import { ed25519Key, secretBytes } from "./key.js";
import { makeNonce } from "./nonce.js";
import { requestValues } from "./request-values.js";
import { writeTimestamp } from "./timestamp.js";

/** What a request is signed with. */
export interface SigningInput {
  readonly settings: HmacSettings;
  /** The secret as it was given. */
  readonly secret: string;
  /** Fields and connection params, none of them secret unless a field is. */
  readonly values: ParamValues;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const NODE_NAMES = {
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
} as const;
const FORM = "application/x-www-form-urlencoded";
/** What settings come to for every request. */
interface Plan {
  readonly used: ReadonlySet<string>;
  /** Placements without the signature, which go in first. */
  readonly first: HmacSettings["placements"];
  readonly last: HmacSettings["placements"];
  /** Query parameters that are set here. */
  readonly query: readonly string[];
  readonly needsBody: boolean;
  readonly canonical: Pieces;
  /** What is hashed for `{inner_hash}`; empty when nothing is. */
  readonly inner: Pieces;
}

/** Text with placeholders, and between each two the name of what is bytes. */
type Pieces = readonly string[];
const piecesOf = (canonical: readonly string[], join: string): Pieces =>
  canonical.join(join).split(/\{(body|inner_hash)\}/);

const plans = new WeakMap<HmacSettings, Plan>();

function planOf(settings: HmacSettings): Plan {
  const known = plans.get(settings);
  if (known !== undefined) return known;
  const { canonical, join, placements, innerHash } = settings;
  const templates = [
    ...canonical,
    ...(innerHash?.canonical ?? []),
    ...placements.map(({ template }) => template),
  ];
  const used = new Set(templates.flatMap(namesIn));
  const isLast = ({ template }: { readonly template: string }) => namesIn(template).includes("signature");
  const query = placements.flatMap((placement) => (placement.in === "query" ? [placement.name] : []));
  const plan = {
    used,
    first: placements.filter((placement) => !isLast(placement)),
    last: placements.filter(isLast),
    query,
    needsBody:
      placements.some((placement) => placement.in === "query" || placement.in === "form") ||
      [...used].some((name) => name === "params" || name.startsWith("body")),
    canonical: piecesOf(canonical, join),
    inner: innerHash === null ? [] : piecesOf(innerHash.canonical, innerHash.join),
  };
  plans.set(settings, plan);
  return plan;
}

/** What is signed, part by part: the body and the inner hash as bytes, all else as UTF-8. */
const partsOf = (
  pieces: Pieces,
  values: ParamValues,
  raw: Readonly<Record<string, Uint8Array>>,
): readonly Uint8Array[] =>
  pieces.map((piece, index) =>
    index % 2 === 0 ? Buffer.from(fillText(piece, values)) : (raw[piece] ?? new Uint8Array()),
  );

function finish<Hashing extends { update(part: Uint8Array): unknown }>(
  hashing: Hashing,
  parts: readonly Uint8Array[],
): Hashing {
  for (const part of parts) hashing.update(part);
  return hashing;
}

function signature({ settings, secret, values }: SigningInput, body: Uint8Array): string {
  const { construction, hash, encoding, key, innerHash } = settings;
  const { canonical, inner } = planOf(settings);
  const inner_hash =
    innerHash === null
      ? new Uint8Array()
      : finish(createHash(NODE_NAMES[innerHash.hash]), partsOf(inner, values, { body })).digest();
  const filling = construction === "digest" ? { ...values, [key.name]: secret } : values;
  const parts = partsOf(canonical, filling, { body, inner_hash });
  if (construction === "digest") return finish(createHash(NODE_NAMES[hash]), parts).digest(encoding);
  const wrong = () => new TypeError("The secret is not written as the settings say.");
  if (construction === "ed25519") {
    const privateKey = ed25519Key(secret, key.encoding);
    if (privateKey === null) throw wrong();
    return sign(null, Buffer.concat(parts), privateKey).toString(encoding);
  }
  const bytes = secretBytes(secret, key.encoding);
  if (bytes === null) throw wrong();
  return finish(createHmac(NODE_NAMES[hash], bytes), parts).digest(encoding);
}

type Body = Uint8Array<ArrayBuffer> | null;

/** @throws ConfigurationError `CONFIG_INVALID` when the request cannot have a form */
function withField(request: Request, body: Body, [name, value]: readonly [string, string]): Body {
  const type = request.headers.get("content-type");
  const takesField = type === null ? body === null : isForm(type);
  if (!takesField || request.method === "GET" || request.method === "HEAD") {
    const what = takesField ? `a ${request.method} request` : "a body of another type";
    throw new ConfigurationError(
      "CONFIG_INVALID",
      `The app's HMAC settings want \`${name}\` in a form, and this is ${what}.`,
      { hint: "Send what the API is asked in `form`, with POST." },
    );
  }
  if (type === null) request.headers.set("content-type", FORM);
  const text = setQueryParameter(new TextDecoder().decode(body ?? new Uint8Array()), name, value);
  return new Uint8Array(new TextEncoder().encode(text));
}

interface Placed {
  readonly request: Request;
  readonly body: Body;
}

/** What the platform says of a value no header can carry quotes it, and it may be a secret. */
function setHeader(headers: Headers, name: string, value: string): void {
  if (trySetHeader(headers, name, value)) return;
  const message = "a value it is filled in with has characters a header cannot carry";
  throw new ConfigurationError("CONFIG_INVALID", `The header ${name} cannot be sent: ${message}.`, {
    issues: [{ path: `headers.${name}`, message }],
    hint: "Give the values anew, without line breaks.",
  });
}

/** Puts placements into a request whose body was read. */
function place(
  { request, body: before }: Placed,
  placements: HmacSettings["placements"],
  values: ParamValues,
): Placed {
  let { url } = request;
  let body = before;
  for (const placement of placements) {
    const text = fillText(placement.template, values);
    if (placement.in === "header") setHeader(request.headers, placement.name, text);
    if (placement.in === "query") url = withParameter(url, placement.name, text);
    if (placement.in === "form") body = withField(request, body, [placement.name, text]);
    if (placement.in === "basic") {
      request.headers.set("authorization", `Basic ${encodeBase64Text(text)}`);
    }
  }
  if (url === request.url && body === before) return { request, body };
  return { request: rebuildRequest(request, { url, body }), body };
}

function withParameter(url: string, name: string, value: string): string {
  const changed = new URL(url);
  changed.search = setQueryParameter(changed.search.slice(1), name, value);
  return changed.href;
}

/** A request that is signed again loses what the first signature put into its query: nothing of it is signed. */
function withoutQuery(
  request: Request,
  names: readonly string[],
  body: Uint8Array<ArrayBuffer> | null,
): Request {
  if (names.length === 0) return request;
  const url = new URL(request.url);
  const parts = url.search.slice(1).split("&");
  const kept = parts.filter((part) => !names.some((name) => new URLSearchParams(part).has(name)));
  if (kept.length === parts.length) return request;
  url.search = kept.join("&");
  return rebuildRequest(request, { url: url.href, body });
}

function unfilled(error: MissingValue): ConfigurationError {
  const message = `There is no value for \`{${error.placeholder}}\` in the app's HMAC settings.`;
  return new ConfigurationError("CONFIG_INVALID", message, {
    issues: [{ path: error.placeholder, message: "no field or connection param has this name" }],
    hint: "Name a field of `fields`, a connection param of the app, or what the request has.",
    cause: error,
  });
}

/**
 * A request with what proves that it comes from who has the secret.
 *
 * @throws ConfigurationError `CONFIG_INVALID` when a template names a value that nobody gave
 */
export async function signRequest(request: Request, input: SigningInput): Promise<Request> {
  const { settings, now } = input;
  const plan = planOf(settings);
  const { used } = plan;
  const body = request.body === null || !plan.needsBody ? null : new Uint8Array(await request.arrayBuffer());
  const fixed = {
    ...input.values,
    ...(used.has("timestamp") && { timestamp: writeTimestamp(now, settings.timestamp) }),
    ...(used.has("nonce") && { nonce: makeNonce(settings.nonce, now) }),
  };
  const valuesFor = (of: Placed): ParamValues => ({
    ...fixed,
    ...requestValues(of.request, of.body ?? new Uint8Array(), used),
  });
  try {
    const bare = { request: withoutQuery(request, plan.query, body), body };
    const before = valuesFor(bare);
    const prepared = place(bare, plan.first, before);
    const values = prepared.request === bare.request ? before : valuesFor(prepared);
    const made = signature({ ...input, values }, prepared.body ?? new Uint8Array());
    const placed = place(prepared, plan.last, { ...values, signature: made });
    return placed.request.bodyUsed ? rebuildRequest(placed.request, { body: placed.body }) : placed.request;
  } catch (error) {
    throw error instanceof MissingValue ? unfilled(error) : error;
  }
}
