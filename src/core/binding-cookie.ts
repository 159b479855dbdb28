/** Cookies are told apart by the flow they bind, so that several flows can be open in one browser. */
function cookieName(flowId: string): string {
  return `mooring-flow-${flowId.slice(0, 16)}`;
}

/**
 * A `Set-Cookie` value that ties a flow to the browser it was started in. `SameSite=Lax` is sent along when the provider
 * sends the browser back.
 */
export function bindingCookie(options: {
  readonly flowId: string;
  readonly secret: string;
  readonly maxAgeMs: number;
  readonly secure: boolean;
}): string {
  const age = Math.ceil(options.maxAgeMs / 1000);
  const attributes = [
    `Max-Age=${age}`,
    "Path=/",
    "HttpOnly",
    "SameSite=Lax",
    ...(options.secure ? ["Secure"] : []),
  ];
  return [`${cookieName(options.flowId)}=${options.secret}`, ...attributes].join("; ");
}

/** The binding secret a browser sent for a flow; null when it sent none. */
export function readBindingCookie(cookieHeader: string | null, flowId: string): string | null {
  const name = `${cookieName(flowId)}=`;
  const pair = (cookieHeader ?? "").split(/;\s*/).find((part) => part.startsWith(name));
  return pair?.slice(name.length) ?? null;
}
