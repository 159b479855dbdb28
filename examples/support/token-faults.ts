import { setTimeout as sleep } from "node:timers/promises";
import type { KoaContext } from "oidc-provider";

/** What goes wrong at the token endpoint, for the next `times` requests (default: 1). */
export type TokenFault = { readonly times?: number } & (
  | { /** It answers, but late. */ readonly kind: "delay"; readonly milliseconds: number }
  | {
      /** It answers with this instead of doing anything. */
      readonly kind: "answer";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  | { /** It hangs up without doing anything. */ readonly kind: "drop" }
  | { /** It does its work, a rotated refresh token is spent, then hangs up. */ readonly kind: "lose-answer" }
);

/** One request the token endpoint saw. */
export interface TokenRequest {
  /** `authorization_code`, `refresh_token`, … */
  readonly grantType: string;
  /** When it arrived, milliseconds since the epoch. */
  readonly at: number;
  /** HTTP status of the answer; null when the answer never left. */
  readonly status: number | null;
}

async function grantTypeInBody(context: KoaContext): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of context.req) chunks.push(Buffer.from(chunk));
  return new URLSearchParams(Buffer.concat(chunks).toString()).get("grant_type") ?? "";
}

function hangUp(context: KoaContext): void {
  context.respond = false;
  context.req.socket.destroy();
}

/** Answers the request, or does not; returns its grant type. */
async function answer(
  context: KoaContext,
  next: () => Promise<void>,
  fault: TokenFault | null,
): Promise<string> {
  if (fault?.kind === "drop" || fault?.kind === "answer") {
    const grantType = await grantTypeInBody(context);
    if (fault.kind === "drop") {
      hangUp(context);
    } else {
      context.status = fault.status;
      context.set({ "content-type": "application/json", ...fault.headers });
      context.body = fault.body ?? "";
    }
    return grantType;
  }
  if (fault?.kind === "delay") await sleep(fault.milliseconds);
  await next();
  if (fault?.kind === "lose-answer") hangUp(context);
  return context.oidc?.params?.grant_type ?? "";
}

/** Keeps the log of the token endpoint and lets a test make it fail. */
export function createTokenFaults() {
  const queue: TokenFault[] = [];
  const requests: TokenRequest[] = [];
  return {
    requests,
    /** Adds a fault after those already waiting. */
    inject(fault: TokenFault): void {
      for (let count = 0; count < (fault.times ?? 1); count += 1) queue.push(fault);
    },
    /** Middleware of the authorization server. */
    async middleware(context: KoaContext, next: () => Promise<void>): Promise<void> {
      if (context.method !== "POST" || context.path !== "/token") return next();
      const at = Date.now();
      const grantType = await answer(context, next, queue.shift() ?? null);
      requests.push({ grantType, at, status: context.respond === false ? null : context.status });
    },
  };
}
