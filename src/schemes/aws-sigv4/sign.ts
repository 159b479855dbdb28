import { createHash, createHmac } from "node:crypto";
import { AwsV4Signer } from "aws4fetch";
import { rebuildRequest } from "../../internal/rebuild-request.js";
import type { AwsSigv4Settings } from "../../ports/scheme-settings/aws-sigv4.js";
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

/**
 * A request with its signature. The package makes the canonical request; what is hashed is hashed here, at once instead of
 * by a thread for each step.
 */
export async function signRequest(
  request: Request,
  { credentials, region, service, settings, now }: SigningInput,
): Promise<Request> {
  for (const name of OF_SIGNATURES) request.headers.delete(name);
  const isSigned = settings.payload === "signed";
  const body = isSigned && request.body !== null ? new Uint8Array(await request.arrayBuffer()) : null;
  const hash = isSigned ? sha256(body ?? "") : UNSIGNED;
  // Only S3 and unsigned bodies have it for a header (Signature Version 4, “Create a canonical request”).
  if (service === "s3" || !isSigned) request.headers.set(CONTENT_HASH, hash);
  const { access_key_id, secret_access_key, session_token } = credentials;
  const signer = new AwsV4Signer({
    method: request.method,
    url: request.url,
    headers: request.headers,
    accessKeyId: access_key_id,
    secretAccessKey: secret_access_key,
    ...(session_token !== undefined && { sessionToken: session_token }),
    region,
    service,
    datetime: datetimeOf(now),
    allHeaders: settings.signedHeaders === "all",
  });
  signer.hexBodyHash = async () => hash;
  signer.signature = async () => {
    const lines = [
      "AWS4-HMAC-SHA256",
      signer.datetime,
      signer.credentialString,
      sha256(await signer.canonicalString()),
    ];
    return hmac(signingKey(credentials, signer.credentialString), lines.join("\n")).toString("hex");
  };
  const signed = await signer.sign();
  for (const name of OF_SIGNATURES) {
    const value = signed.headers.get(name);
    if (value !== null) request.headers.set(name, value);
  }
  return body === null ? request : rebuildRequest(request, { body });
}
