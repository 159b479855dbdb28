import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { deferred } from "./deferred.js";
import type { TokenAnswer } from "./strict-grants.js";
import { createStrictGrants, secret } from "./strict-grants.js";

/** What the host registered there. */
export const STRICT_CLIENT = { client_id: "mooring-host", client_secret: "secret-of-the-mooring-host" };

/** What goes wrong with a refresh. */
export type RefreshFault =
  /** Everything happens, but late: also when nobody waits for it any more. */
  | { readonly kind: "delay"; readonly milliseconds: number }
  /** It answers with this instead of doing anything. */
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly error?: string;
      readonly retryAfterSeconds?: number;
    }
  /** It hangs up, `before` it has done anything or `after` the refresh token was spent. */
  | { readonly kind: "drop"; readonly when: "before" | "after" }
  /** The refresh token is not rotated, and the answer leaves it out. */
  | { readonly kind: "omit-refresh-token" };

/** A refresh that waits to be let go on. */
export interface HeldRefresh {
  /** Resolves when it is there: `before` anything was done, or `after` the refresh token was spent. */
  readonly reached: Promise<void>;
  letGo(): void;
  /** Hangs up instead of going on. */
  drop(): void;
  /** Answers with `invalid_grant` instead of going on. */
  refuse(): void;
}

/** One request the token endpoint saw. */
export interface SeenTokenRequest {
  readonly grantType: string;
  /** `reused` means that a spent refresh token was presented: the grant was revoked for it. */
  readonly outcome: "granted" | "refused" | "reused" | "failed";
  /** When it arrived, in milliseconds since the epoch. */
  readonly at: number;
}

/** An authorization server and an API on loopback, both strict. */
export interface StrictTokenServer {
  readonly origin: string;
  /** Refreshes that arrived, in the order in which they were decided. */
  readonly refreshes: readonly SeenTokenRequest[];
  /** Makes the next refresh go wrong; several queue up. */
  failNext(fault: RefreshFault): void;
  /** Makes the next refresh wait. */
  holdNext(when: "before" | "after"): HeldRefresh;
  /** Makes the API refuse all access tokens there are. */
  expireAccessTokens(): void;
  /** Revokes a user's newest grant, as the user can at the provider. */
  takeBack(login: string): void;
  /** From now on a spent refresh token works again, as within the grace period some providers have. */
  forgiveReuse(): void;
  /** A grant without the browser: what the token endpoint would answer to a code. */
  issueTokens(login: string): TokenAnswer;
  /** Whether the newest grant of a user still works. */
  isAlive(login: string): boolean;
  close(): Promise<void>;
}

type Decision = "go on" | "drop" | "refuse";

interface Hold {
  readonly kind: "hold";
  readonly when: "before" | "after";
  readonly reach: () => void;
  readonly decided: Promise<Decision>;
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
}

function isClient(request: IncomingMessage, form: URLSearchParams): boolean {
  const { client_id, client_secret } = STRICT_CLIENT;
  const basic = `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString("base64")}`;
  if (request.headers.authorization !== undefined) return request.headers.authorization === basic;
  return form.get("client_id") === client_id && form.get("client_secret") === client_secret;
}

function answer(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store", ...headers });
  response.end(JSON.stringify(body));
}

/** What becomes of a refresh at a point of its way. */
async function decide(fault: RefreshFault | Hold | undefined, when: "before" | "after"): Promise<Decision> {
  if (fault?.kind === "drop" && fault.when === when) return "drop";
  if (fault?.kind !== "hold" || fault.when !== when) return "go on";
  fault.reach();
  return fault.decided;
}

/**
 * Starts one. It rotates refresh tokens and revokes the whole grant when a spent one comes back; the API takes only the
 * newest access token of a grant. A user consents as soon as the browser is at `/authorize`.
 */
export async function startStrictTokenServer(
  options: { readonly expiresInSeconds?: number } = {},
): Promise<StrictTokenServer> {
  const { expiresInSeconds = 3600 } = options;
  const grants = createStrictGrants(expiresInSeconds);
  const faults: (RefreshFault | Hold)[] = [];
  const refreshes: SeenTokenRequest[] = [];

  const authorize = (url: URL, response: ServerResponse): void => {
    const code = secret();
    const { searchParams } = url;
    grants.codes.set(code, {
      login: searchParams.get("login") ?? "ada",
      challenge: searchParams.get("code_challenge") ?? "",
    });
    const back = new URL(searchParams.get("redirect_uri") ?? "");
    back.searchParams.set("code", code);
    back.searchParams.set("state", searchParams.get("state") ?? "");
    response.writeHead(302, { location: back.href }).end();
  };

  const exchange = (form: URLSearchParams, response: ServerResponse): void => {
    const code = form.get("code") ?? "";
    const pending = grants.codes.get(code);
    grants.codes.delete(code);
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    if (pending?.challenge === challenge) answer(response, 200, grants.start(pending.login));
    else answer(response, 400, { error: "invalid_grant" });
  };

  const refresh = async (form: URLSearchParams, response: ServerResponse): Promise<void> => {
    const at = Date.now();
    const note = (outcome: SeenTokenRequest["outcome"]) =>
      refreshes.push({ grantType: "refresh_token", outcome, at });
    const fault = faults.shift();
    /** Whether it goes on; answered when it does not. */
    const passes = async (when: "before" | "after"): Promise<boolean> => {
      const decision = await decide(fault, when);
      if (decision === "go on") return true;
      if (when === "before") note(decision === "drop" ? "failed" : "refused");
      if (decision === "drop") response.destroy();
      else answer(response, 400, { error: "invalid_grant" });
      return false;
    };
    if (fault?.kind === "delay") await sleep(fault.milliseconds);
    if (!(await passes("before"))) return;
    if (fault?.kind === "answer") {
      note("failed");
      const { status, error = "temporarily_unavailable", retryAfterSeconds } = fault;
      const wait = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
      return answer(response, status, { error }, wait);
    }
    const granted = grants.refresh(form.get("refresh_token") ?? "", fault?.kind !== "omit-refresh-token");
    note(typeof granted === "string" ? granted : "granted");
    if (!(await passes("after"))) return;
    if (typeof granted === "string") return answer(response, 400, { error: "invalid_grant" });
    answer(response, 200, granted);
  };

  const me = (request: IncomingMessage, response: ServerResponse): void => {
    const login = grants.loginOf(request.headers.authorization?.replace(/^Bearer /, "") ?? "");
    if (login === null) answer(response, 401, { error: "invalid_token" });
    else answer(response, 200, { login });
  };

  /** What only the client may ask for. */
  const asClient = async (path: string, form: URLSearchParams, response: ServerResponse): Promise<void> => {
    if (path === "/revoke") {
      grants.revoke(form.get("token") ?? "");
      answer(response, 200, {});
    } else if (form.get("grant_type") === "refresh_token") {
      await refresh(form, response);
    } else if (form.get("grant_type") === "authorization_code") {
      exchange(form, response);
    } else {
      answer(response, 400, { error: "unsupported_grant_type" });
    }
  };

  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? "", "http://localhost");
    if (url.pathname === "/authorize") authorize(url, response);
    else if (url.pathname === "/api/me") me(request, response);
    else {
      const form = await readForm(request);
      if (isClient(request, form)) await asClient(url.pathname, form, response);
      else answer(response, 401, { error: "invalid_client" });
    }
  };

  const server = createServer((request, response) => {
    route(request, response).catch(() => response.destroy());
  });
  // What a call leaves open is for the next one: a connection closed by the server in that moment would be a fault.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("The server has no port.");

  return {
    origin: `http://127.0.0.1:${address.port}`,
    refreshes,
    failNext: (fault) => void faults.push(fault),
    holdNext(when) {
      const reached = deferred();
      const decided = deferred<Decision>();
      faults.push({ kind: "hold", when, reach: () => reached.resolve(), decided: decided.promise });
      return {
        reached: reached.promise,
        letGo: () => decided.resolve("go on"),
        drop: () => decided.resolve("drop"),
        refuse: () => decided.resolve("refuse"),
      };
    },
    takeBack(login) {
      const grant = grants.newestOf(login);
      if (grant !== undefined) grant.isAlive = false;
    },
    forgiveReuse: grants.forgiveReuse,
    expireAccessTokens: grants.expireAccessTokens,
    issueTokens: grants.start,
    isAlive: (login) => grants.newestOf(login)?.isAlive === true,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
