import type { CreateRequestOptions } from "../../src/http/request.js";
import { createRequest } from "../../src/http/request.js";
import type { Fetch } from "../../src/ports/runtime.js";
import type { TestCredentials } from "./credentials.js";
import { credentialSource, networkRuntime } from "./credentials.js";
import type { LoopbackAnswer } from "./loopback-server.js";
import { loopbackServer } from "./loopback-server.js";

/** How to make a request function; without a base URL it points at a port where nobody listens. */
export type RequestSetup = CreateRequestOptions &
  Partial<TestCredentials> & { readonly fetch?: Fetch; readonly now?: number };

/** A request function over credentials that hold `SECRET`, and how often they were opened. */
export function requestWith(setup: RequestSetup) {
  const { baseUrl = "http://127.0.0.1:1/", retry, maxResponseBytes, fetch, now = 0, ...credentials } = setup;
  const { source, opened } = credentialSource({ baseUrl, ...credentials });
  const runtime = networkRuntime(fetch === undefined ? { now } : { fetch, now });
  return { request: createRequest(source, runtime, { retry, maxResponseBytes }), opened };
}

/** A server that gives these answers one after the other, the last one for good. */
export async function answering(...answers: readonly LoopbackAnswer[]) {
  let count = 0;
  const server = await loopbackServer(() => answers[Math.min(count++, answers.length - 1)] ?? {});
  return { ...server, baseUrl: server.origin };
}
