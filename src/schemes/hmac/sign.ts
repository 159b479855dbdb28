import { createHash, createHmac } from "node:crypto";
import { ConfigurationError } from "../../errors.js";
import { decodeBase64, encodeBase64 } from "../../internal/base64.js";
import { randomToken } from "../../internal/hash.js";
import { rebuildRequest } from "../../internal/rebuild-request.js";
import { setQueryParameter } from "../../internal/set-query-parameter.js";
import { fillText, MissingValue, namesIn } from "../../internal/templates.js";
import type { ParamValues } from "../../ports/auth-scheme.js";
import type { HmacSettings } from "../../ports/scheme-settings/hmac.js";
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
const NONCES = {
  hex: () =>
    [...crypto.getRandomValues(new Uint8Array(16))]
      .map((byte) => byte.toString(16).padStart(2, "0"))
      .join(""),
  uuid: () => crypto.randomUUID(),
  base64url: () => randomToken(16),
} as const;

/** The bytes of a secret; null when it is not written as it should be. */
export function keyBytes(secret: string, encoding: HmacSettings["key"]["encoding"]): Uint8Array | null {
  if (encoding === "base64") return decodeBase64(secret);
  if (encoding === "utf8") return new TextEncoder().encode(secret);
  const isHex = /^(?:[0-9a-f]{2})+$/i.test(secret);
  return isHex ? Uint8Array.from(secret.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)) : null;
}

/** What settings come to for every request. */
interface Plan {
  readonly used: ReadonlySet<string>;
  /** Placements without the signature, which go in first. */
  readonly first: HmacSettings["placements"];
  readonly last: HmacSettings["placements"];
  /** Query parameters that are set here. */
  readonly query: readonly string[];
  readonly needsBody: boolean;
  readonly canonical: readonly string[];
}

const plans = new WeakMap<HmacSettings, Plan>();

function planOf(settings: HmacSettings): Plan {
  const known = plans.get(settings);
  if (known !== undefined) return known;
  const { canonical, join, placements } = settings;
  const used = new Set([...canonical, ...placements.map(({ template }) => template)].flatMap(namesIn));
  const isLast = ({ template }: { readonly template: string }) => namesIn(template).includes("signature");
  const query = placements.flatMap((placement) => (placement.in === "query" ? [placement.name] : []));
  const plan = {
    used,
    first: placements.filter((placement) => !isLast(placement)),
    last: placements.filter(isLast),
    query,
    needsBody: query.length > 0 || [...used].some((name) => name === "params" || name.startsWith("body")),
    canonical: canonical.join(join).split("{body}"),
  };
  plans.set(settings, plan);
  return plan;
}

/** What is signed: the body as bytes, all else as UTF-8. */
function canonicalBytes({ canonical }: Plan, values: ParamValues, body: Uint8Array): readonly Uint8Array[] {
  return canonical.flatMap((part, index) => {
    const text = Buffer.from(fillText(part, values));
    return index === 0 ? [text] : [body, text];
  });
}

function signature({ settings, secret, values }: SigningInput, body: Uint8Array): string {
  const { construction, hash, encoding, key } = settings;
  const plan = planOf(settings);
  if (construction === "digest") {
    const digest = createHash(NODE_NAMES[hash]);
    for (const part of canonicalBytes(plan, { ...values, [key.name]: secret }, body)) digest.update(part);
    return digest.digest(encoding);
  }
  const bytes = keyBytes(secret, key.encoding);
  if (bytes === null) throw new TypeError("The secret is not written as the settings say.");
  const mac = createHmac(NODE_NAMES[hash], bytes);
  for (const part of canonicalBytes(plan, values, body)) mac.update(part);
  return mac.digest(encoding);
}

/** Puts placements into a request whose body was read. */
function place(
  request: Request,
  placements: HmacSettings["placements"],
  { values, body }: { readonly values: ParamValues; readonly body: Uint8Array<ArrayBuffer> | null },
): Request {
  let { url } = request;
  for (const placement of placements) {
    const text = fillText(placement.template, values);
    if (placement.in === "header") request.headers.set(placement.name, text);
    if (placement.in === "query") url = withParameter(url, placement.name, text);
    if (placement.in === "basic") {
      request.headers.set("authorization", `Basic ${encodeBase64(new TextEncoder().encode(text))}`);
    }
  }
  return url === request.url ? request : rebuildRequest(request, { url, body });
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
  const bytes = body ?? new Uint8Array();
  const fixed = {
    ...input.values,
    ...(used.has("timestamp") && { timestamp: writeTimestamp(now, settings.timestamp) }),
    ...(used.has("nonce") && { nonce: NONCES[settings.nonce]() }),
  };
  const valuesFor = (of: Request): ParamValues => ({ ...fixed, ...requestValues(of, bytes, used) });
  try {
    const bare = withoutQuery(request, plan.query, body);
    const before = valuesFor(bare);
    const prepared = place(bare, plan.first, { values: before, body });
    const values = prepared === bare ? before : valuesFor(prepared);
    const signed = { ...values, signature: signature({ ...input, values }, bytes) };
    const placed = place(prepared, plan.last, { values: signed, body });
    return placed.bodyUsed ? rebuildRequest(placed, { body }) : placed;
  } catch (error) {
    throw error instanceof MissingValue ? unfilled(error) : error;
  }
}
