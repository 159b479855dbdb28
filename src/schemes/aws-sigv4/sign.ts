import { createHash, createHmac } from "node:crypto";
import { rebuildRequest } from "../../internal/rebuild-request.js";
import type { AwsSigv4Settings } from "../../ports/scheme-settings/aws-sigv4.js";
import { canonicalRequest } from "./canonical-request.js";
import type { AwsSigv4Credentials } from "./credentials.js";

/** What a request is signed with, and for. */
export interface SigningInput {
  readonly credentials: AwsSigv4Credentials;
  readonly region: string;
  readonly service: string;
  readonly settings: AwsSigv4Settings;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const UNSIGNED = "UNSIGNED-PAYLOAD";
const CONTENT_HASH = "x-amz-content-sha256";
/** What a signature consists of; of a request that was signed before, nothing of it may be signed again. */
const OF_SIGNATURES = ["authorization", "x-amz-date", "x-amz-security-token", CONTENT_HASH];

const sha256 = (data: string | Uint8Array): string => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/** The key of one day, region and service, which is used all day. */
const keys = new WeakMap<AwsSigv4Credentials, { readonly scope: string; readonly key: Buffer }>();

function signingKey(credentials: AwsSigv4Credentials, scope: string): Buffer {
  const known = keys.get(credentials);
  if (known?.scope === scope) return known.key;
  const steps = scope.split("/");
  const key = steps.reduce<string | Buffer>(hmac, `AWS4${credentials.secret_access_key}`);
  const made = typeof key === "string" ? Buffer.from(key) : key;
  keys.set(credentials, { scope, key: made });
  return made;
}

/** `20150830T123600Z` */
const datetimeOf = (now: number): string => new Date(now).toISOString().replaceAll(/[:-]|\.\d{3}/g, "");

/** A request with its signature. */
export async function signRequest(
  request: Request,
  { credentials, region, service, settings, now }: SigningInput,
): Promise<Request> {
  const { headers } = request;
  for (const name of OF_SIGNATURES) headers.delete(name);
  const isSigned = settings.payload === "signed";
  const body = isSigned && request.body !== null ? new Uint8Array(await request.arrayBuffer()) : null;
  const payloadHash = isSigned ? sha256(body ?? "") : UNSIGNED;
  const datetime = datetimeOf(now);
  headers.set("x-amz-date", datetime);
  // Only S3 and unsigned bodies have it for a header (Signature Version 4, “Create a canonical request”).
  if (service === "s3" || !isSigned) headers.set(CONTENT_HASH, payloadHash);
  const { access_key_id, session_token } = credentials;
  if (session_token !== undefined) headers.set("x-amz-security-token", session_token);
  const allHeaders = settings.signedHeaders === "all";
  const { text, signedHeaders } = canonicalRequest(request, { service, payloadHash, allHeaders });
  const scope = `${datetime.slice(0, 8)}/${region}/${service}/aws4_request`;
  const lines = ["AWS4-HMAC-SHA256", datetime, scope, sha256(text)];
  const signature = hmac(signingKey(credentials, scope), lines.join("\n")).toString("hex");
  headers.set(
    "authorization",
    `AWS4-HMAC-SHA256 Credential=${access_key_id}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
  );
  return body === null ? request : rebuildRequest(request, { body });
}
