import { RequestError } from "../errors.js";
import type { CredentialSource, OpenedCredentials } from "../ports/request.js";
import type { Runtime } from "../ports/runtime.js";
import type { Chain } from "./chain.js";
import type { Outgoing } from "./outgoing.js";
import { readOutgoing } from "./outgoing.js";
import { discard, presentResponse } from "./present-response.js";
import { followRedirect, locationOf } from "./redirect.js";
import { resolveUrl } from "./resolve-url.js";
import type { Answer } from "./send-hop.js";
import { sendHop } from "./send-hop.js";
import type { Trail } from "./trail.js";
import { secretsOf, whereOf } from "./trail.js";

/** As many as the fetch standard follows. */
const MAX_REDIRECTS = 20;

/** Settings of all exchanges of one connection. */
export interface ExchangeOptions {
  /** Cap of one response's body, in bytes. Default: none. */
  readonly maxResponseBytes?: number | undefined;
}

/** One authenticated request, redirects and a renewal of the credentials included. */
export type Exchange = (call: {
  readonly input: Request | URL | string;
  readonly init: RequestInit | undefined;
  readonly trail: Trail;
  /** Sent as `accept` when neither the caller nor the app names one. */
  readonly accept?: string | undefined;
}) => Promise<Response>;

function begin(outgoing: Outgoing, credentials: OpenedCredentials, trail: Trail): Chain {
  const { method, headers, hasBody } = outgoing;
  const { baseUrl, origins } = credentials;
  const url = resolveUrl(outgoing.target, {
    baseUrl,
    origins,
    method,
    secrets: () => secretsOf(trail),
  });
  const hop = { url, method, headers, sendsBody: hasBody };
  return {
    outgoing,
    trail,
    credentials,
    hop,
    attached: true,
    renewable: true,
    challengeable: true,
    redirects: 0,
  };
}

/** Whether a request that was answered with 401 can be made once more, with newer credentials. */
async function renew(chain: Chain, refused: Response): Promise<boolean> {
  const { outgoing, hop } = chain;
  chain.renewable = false;
  let newer: OpenedCredentials | null;
  try {
    newer = await chain.credentials.renew(outgoing.signal);
  } catch (error) {
    discard(refused);
    throw error;
  }
  if (newer === null || !newer.origins.includes(hop.url.origin)) return false;
  chain.trail.used.push(newer);
  chain.credentials = newer;
  return outgoing.replayable || !hop.sendsBody;
}

/** Whether a request is made once more because the answer says what it lacked. */
function isChallenged(chain: Chain, { response, sent }: Answer): boolean {
  if (!chain.attached || !chain.credentials.isChallenge(response, sent) || !chain.challengeable) return false;
  chain.challengeable = false;
  return chain.outgoing.replayable || !chain.hop.sendsBody;
}

function redirectFailed(trail: Trail, status: number, reason: string): RequestError {
  const where = whereOf(trail);
  return new RequestError("REQUEST_FAILED", `${where.method} ${where.url} was redirected ${reason}.`, {
    ...where,
    status,
  });
}

/** Moves the chain to where an answer sends it. */
function redirect(chain: Chain, { response: { status }, sent }: Answer, location: string): void {
  const { outgoing, trail } = chain;
  if (outgoing.redirect === "error") throw redirectFailed(trail, status, "though `redirect` is `error`");
  chain.redirects += 1;
  if (chain.redirects > MAX_REDIRECTS) {
    throw redirectFailed(trail, status, `more than ${MAX_REDIRECTS} times`);
  }
  const { replayable } = outgoing;
  const { hop, leaves } = followRedirect(chain.hop, { trail, sent, status, location, replayable });
  chain.hop = hop;
  if (leaves) chain.attached = false;
}

/** Makes the exchange over a source of credentials and the host's `fetch`. */
export function createExchange(
  source: CredentialSource,
  runtime: Runtime,
  { maxResponseBytes }: ExchangeOptions,
): Exchange {
  return async ({ input, init, trail, accept }) => {
    const outgoing = readOutgoing(input, init);
    try {
      outgoing.signal?.throwIfAborted();
      const credentials = await source.open(outgoing.signal);
      trail.used.push(credentials);
      const chain = begin(outgoing, credentials, trail);
      for (;;) {
        const answer = await sendHop(runtime.fetch, chain, accept);
        const { response, shownUrl } = answer;
        if (isChallenged(chain, answer)) {
          discard(response);
          continue;
        }
        if (chain.attached && response.status !== 401) chain.credentials.accepted();
        const refused = response.status === 401 && chain.attached && chain.renewable;
        if (refused && (await renew(chain, response))) {
          discard(response);
          continue;
        }
        const location = locationOf(response);
        if (location === null || outgoing.redirect === "manual") {
          const redirected = chain.redirects > 0;
          return presentResponse(response, { trail, shownUrl, redirected, maxBytes: maxResponseBytes });
        }
        discard(response);
        redirect(chain, answer, location);
      }
    } finally {
      outgoing.dispose();
    }
  };
}
