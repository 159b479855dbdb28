import { loadOnce } from "../../internal/load-once.js";
import type { DpopKey } from "./dpop.js";
import type { Nonces } from "./nonces.js";

const proving = loadOnce(() => import("./dpop.js"));

/** Sends a token with a proof that its key is held, whatever the token was put into before (RFC 9449 §7.1). */
export async function applyProof(
  applied: Request | Promise<Request>,
  proof: {
    readonly token: string;
    readonly key: DpopKey;
    readonly nonces: Nonces;
    /** Milliseconds since the epoch. */
    readonly now: number;
  },
): Promise<Request> {
  const { token, key, nonces, now } = proof;
  const { dpopProof } = await proving();
  const request = await applied;
  const { method, url } = request;
  const jwt = await dpopProof({ key, method, url, nonce: nonces.get(url), accessToken: token, now });
  request.headers.set("authorization", `DPoP ${token}`);
  request.headers.set("dpop", jwt);
  return request;
}
