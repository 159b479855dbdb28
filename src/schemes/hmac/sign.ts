import { createHash, createHmac } from "node:crypto";
import { ConfigurationError } from "../../errors.js";
import { decodeBase64, encodeBase64 } from "../../internal/base64.js";
import { randomToken } from "../../internal/hash.js";
import { rebuildRequest } from "../../internal/rebuild-request.js";
import { setQueryParameter } from "../../internal/set-query-parameter.js";
import type { ParamValues } from "../../ports/auth-scheme.js";
import type { HmacSettings } from "../../ports/scheme-settings/hmac.js";
import { fillText, MissingValue, namesIn } from "../internal/templates.js";
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

const templatesOf = ({ canonical, placements }: HmacSettings): readonly string[] => [
  ...canonical,
  ...placements.map(({ template }) => template),
];

/** What is signed: the body as bytes, all else as UTF-8. */
function canonicalBytes(
  { canonical, join }: HmacSettings,
  values: ParamValues,
  body: Uint8Array,
): Uint8Array {
  const parts = canonical.join(join).split("{body}");
  return Buffer.concat(
    parts.flatMap((part, index) => {
      const text = Buffer.from(fillText(part, values));
      return index === 0 ? [text] : [body, text];
    }),
  );
}

function signature({ settings, secret, values }: SigningInput, body: Uint8Array): string {
  const { construction, hash, encoding, key } = settings;
  if (construction === "digest") {
    const bytes = canonicalBytes(settings, { ...values, [key.name]: secret }, body);
    return createHash(NODE_NAMES[hash]).update(bytes).digest(encoding);
  }
  const bytes = keyBytes(secret, key.encoding);
  if (bytes === null) throw new TypeError("The secret is not written as the settings say.");
  return createHmac(NODE_NAMES[hash], bytes)
    .update(canonicalBytes(settings, values, body))
    .digest(encoding);
}

/** Puts placements into a request whose body was read. */
function place(
  request: Request,
  placements: HmacSettings["placements"],
  { values, body }: { readonly values: ParamValues; readonly body: Uint8Array<ArrayBuffer> | null },
): Request {
  const url = new URL(request.url);
  for (const placement of placements) {
    const text = fillText(placement.template, values);
    if (placement.in === "header") request.headers.set(placement.name, text);
    if (placement.in === "query") url.search = setQueryParameter(url.search.slice(1), placement.name, text);
    if (placement.in === "basic") {
      request.headers.set("authorization", `Basic ${encodeBase64(new TextEncoder().encode(text))}`);
    }
  }
  return url.href === request.url && !request.bodyUsed
    ? request
    : rebuildRequest(request, { url: url.href, body });
}

function withoutQuery(
  request: Request,
  placements: HmacSettings["placements"],
  body: Uint8Array<ArrayBuffer> | null,
) {
  const url = new URL(request.url);
  const names = placements.flatMap((placement) => (placement.in === "query" ? [placement.name] : []));
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
  const used = new Set(templatesOf(settings).flatMap(namesIn));
  const needsBody = [...used].some((name) => name === "params" || name.startsWith("body"));
  const needsRebuild = needsBody || settings.placements.some((placement) => placement.in === "query");
  const body = request.body === null || !needsRebuild ? null : new Uint8Array(await request.arrayBuffer());
  const fixed = {
    ...input.values,
    ...(used.has("timestamp") && { timestamp: writeTimestamp(now, settings.timestamp) }),
    ...(used.has("nonce") && { nonce: NONCES[settings.nonce]() }),
  };
  const isSignature = ({ template }: { readonly template: string }) =>
    namesIn(template).includes("signature");
  const bytes = body ?? new Uint8Array();
  try {
    const bare = withoutQuery(request, settings.placements, body);
    const first = settings.placements.filter((placement) => !isSignature(placement));
    const values = (of: Request) => ({ ...fixed, ...requestValues(of, bytes, used) });
    const prepared = place(bare, first, { values: values(bare), body });
    const known = values(prepared);
    const signed = { ...known, signature: signature({ ...input, values: known }, bytes) };
    return place(prepared, settings.placements.filter(isSignature), { values: signed, body });
  } catch (error) {
    throw error instanceof MissingValue ? unfilled(error) : error;
  }
}
