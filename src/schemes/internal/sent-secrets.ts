import type { TokenCall } from "./token-errors.js";
import type { ProtocolRequest } from "./transport.js";

/** A signed JWT, whose header begins with `{"`: base64url needs no escapes in a form, in JSON or in a URL. */
const JWT = /\beyJ[\w-]+\.[\w-]+\.([\w-]+)/g;
/** Of OAuth 1.0, in the header or where else parameters go. */
const SIGNATURE = /\boauth_signature="?([\w.~%+-]+)/g;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * What a request shows that was made of a secret for it alone: credentials as they are encoded in a header, assertions,
 * proofs and signatures. Who could replay one must not find it in what a server says of the request.
 */
export function sentSecrets({ url, headers, body = "" }: ProtocolRequest): readonly string[] {
  const [, credentials = ""] = (headers["authorization"] ?? "").split(" ");
  const text = [url, ...Object.values(headers), body].join("\n");
  const tokens = [...text.matchAll(JWT)].flatMap(([jwt, signature = ""]) => [jwt, signature]);
  const signatures = [...text.matchAll(SIGNATURE)].map(([, signature = ""]) => decoded(signature));
  return [credentials, ...tokens, ...signatures].filter((secret) => secret !== "");
}

/** A call whose errors show nothing of those either. */
export const guardedCall = <Call extends TokenCall>(call: Call, request: ProtocolRequest): Call => ({
  ...call,
  secrets: [...call.secrets, ...sentSecrets(request)],
});
