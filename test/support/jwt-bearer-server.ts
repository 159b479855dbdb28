import type { KeyObject } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { decodeJwt, isSignedBy } from "./keys.js";

/** A token endpoint for JWT bearer grants (RFC 7523 §3) that checks signatures with node:crypto, and an API behind it. */
export interface JwtBearerServer {
  readonly origin: string;
  /** Claims of the assertions that were good. */
  readonly accepted: Record<string, unknown>[];
  /** The server's time, in seconds. */
  now: number;
  /** Takes a key away, as its deletion at the provider does. */
  forgetKey(): void;
  close(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks = await request.toArray();
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

/** Starts one. `key` and `email` are the account's. */
export async function startJwtBearerServer(options: {
  readonly key: KeyObject;
  readonly email: string;
  readonly audience: string;
}): Promise<JwtBearerServer> {
  let key: KeyObject | null = options.key;
  let issued = 0;
  const state = { now: 0 };
  const accepted: Record<string, unknown>[] = [];

  /** What is wrong with an assertion (RFC 7523 §3); null when nothing is. */
  const problemOf = (assertion: string): string | null => {
    if (key === null || !isSignedBy(assertion, key)) return "Invalid JWT Signature.";
    const { iss, aud, iat, exp } = decodeJwt(assertion).claims;
    if (iss !== options.email) return "Invalid issuer.";
    if (aud !== options.audience) return "Invalid audience.";
    const [from, until] = [Number(iat), Number(exp)];
    const isShort = until > state.now && until - from <= 3_600 && Math.abs(from - state.now) < 300;
    return isShort ? null : "Token must be a short-lived token (60 minutes) and in a reasonable timeframe.";
  };

  const server = createServer(async (request, response) => {
    const json = (status: number, body: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (request.url !== "/token") {
      const isGood = request.headers.authorization === `Bearer token-${issued}`;
      return json(isGood ? 200 : 401, { token: issued });
    }
    const form = await bodyOf(request);
    if (form.get("grant_type") !== "urn:ietf:params:oauth:grant-type:jwt-bearer") {
      return json(400, { error: "unsupported_grant_type" });
    }
    const assertion = form.get("assertion") ?? "..";
    const problem = problemOf(assertion);
    if (problem !== null) return json(400, { error: "invalid_grant", error_description: problem });
    accepted.push(decodeJwt(assertion).claims);
    issued += 1;
    return json(200, { access_token: `token-${issued}`, expires_in: 3599, token_type: "Bearer" });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, {
    origin: `http://127.0.0.1:${port}`,
    accepted,
    forgetKey() {
      key = null;
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  });
}
