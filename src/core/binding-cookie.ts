import { sha256Base64Url } from "../internal/hash.js";
import type { FlowRecord } from "../ports/storage.js";

/** A cookie that ties a flow to a browser, and what to remember of it. */
export interface BindingCookie {
  /** `Set-Cookie` value. `SameSite=Lax` is sent along when the provider sends the browser back. */
  readonly setCookie: string;
  /** SHA-256 of name and value, base64url. */
  readonly hash: string;
}

/** Cookies are told apart by the flow they bind, so that several flows can be open in one browser. */
function cookieName(flowId: string): string {
  return `mooring-flow-${flowId.slice(0, 16)}`;
}

/**
 * The cookie of a flow. Over https its name has the prefix `__Host-` (RFC 6265bis §4.1.3.2): no other host of the same
 * site can set it, and so bind a victim's browser to a flow of its own.
 */
export async function bindingCookie(options: {
  readonly flowId: string;
  readonly secret: string;
  readonly maxAgeMs: number;
  readonly secure: boolean;
}): Promise<BindingCookie> {
  const { flowId, secret, maxAgeMs, secure } = options;
  const pair = `${secure ? "__Host-" : ""}${cookieName(flowId)}=${secret}`;
  const attributes = [
    `Max-Age=${Math.ceil(maxAgeMs / 1000)}`,
    "Path=/",
    "HttpOnly",
    "SameSite=Lax",
    ...(secure ? ["Secure"] : []),
  ];
  return { setCookie: [pair, ...attributes].join("; "), hash: await sha256Base64Url(pair) };
}

/** Whether a browser sent the very cookie of a flow: its name counts, since the name says who can have set it. */
export async function isBoundBy(
  cookieHeader: string | null,
  flow: Pick<FlowRecord, "id" | "bindingHash">,
): Promise<boolean> {
  const name = cookieName(flow.id);
  const pairs = (cookieHeader ?? "")
    .split(/;\s*/)
    .filter((pair) => pair.startsWith(`${name}=`) || pair.startsWith(`__Host-${name}=`));
  const hashes = await Promise.all(pairs.map(sha256Base64Url));
  return flow.bindingHash !== null && hashes.includes(flow.bindingHash);
}
