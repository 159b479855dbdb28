import { rebuildRequest } from "../../../src/internal/rebuild-request.js";
import type { SchemeFaults, Vendor } from "./sound.js";
import { trialOf } from "./sound.js";

/** Does something to the request after the credentials were added. */
const spoiling = (spoil: (request: Request) => Request | Promise<Request>) =>
  trialOf(({ apply }): Partial<Vendor> => ({ apply: async (...known) => spoil(await apply(...known)) }));
/** The request with another URL or method, its body kept. */
const remade = async (request: Request, url: string): Promise<Request> =>
  rebuildRequest(request, { url, ...(request.body !== null && { body: await request.arrayBuffer() }) });

const URLS = "apply: the method stays, and the URL up to its query";
const CALLERS = "apply: the caller's headers and query parameters stay as they are spelt";
const BODIES = "apply: a body stays, but for fields that are added to JSON and forms";
const ABORTED = "apply: a request can still be aborted, and follows redirects as the caller said";
const TWICE = "apply: the same credentials go twice, and are left as they are";
const AGAIN = "apply: what was added is replaced when a request is sent again";

export const APPLY_FAULTS: SchemeFaults = {
  "the method is made POST": [
    spoiling(({ url, headers }) => new Request(url, { method: "POST", headers })),
    URLS,
  ],
  "the path is decoded": [spoiling((request) => remade(request, request.url.replace("%20", "_"))), URLS],
  "the request goes to another host": [
    spoiling((request) => remade(request, request.url.replace("api.", "proxy."))),
    URLS,
  ],
  "the caller's headers are lost": [
    spoiling((request) => {
      request.headers.delete("x-caller");
      return request;
    }),
    CALLERS,
  ],
  "the query is written anew": [
    spoiling((request) => {
      const url = new URL(request.url);
      url.search = `${new URLSearchParams([...url.searchParams].reverse())}`;
      return remade(request, url.href);
    }),
    CALLERS,
  ],
  "bodies are lost": [spoiling((request) => rebuildRequest(request, {})), BODIES],
  "bodies are decoded and encoded": [
    spoiling(async (request) =>
      request.body === null
        ? request
        : rebuildRequest(request, { body: (await request.text()).replaceAll("%C3%AB", "e") }),
    ),
    BODIES,
  ],
  "the caller's signal is lost": [
    spoiling(({ url, method, headers, redirect }) => new Request(url, { method, headers, redirect })),
    ABORTED,
  ],
  "redirects are followed": [
    spoiling(({ url, method, headers, signal }) => new Request(url, { method, headers, signal })),
    ABORTED,
  ],
  "credentials can be used once": [
    trialOf(({ apply }) => {
      const used = new Set<string>();
      return {
        async apply(request, credentials, context) {
          if (used.has(credentials.token)) return request;
          used.add(credentials.token);
          return apply(request, credentials, context);
        },
      };
    }),
    TWICE,
  ],
  "a counter is kept in the credentials": [
    trialOf(({ apply }) => ({
      apply(request, credentials, context) {
        credentials.expires_at += 1;
        return apply(request, credentials, context);
      },
    })),
    TWICE,
  ],
  "query parameters are added to those that were added": [
    spoiling((request) => remade(request, `${request.url}&more=1`)),
    AGAIN,
  ],
  "headers are added to those that were added": [
    spoiling((request) => {
      request.headers.append("x-signed", "yes");
      return request;
    }),
    AGAIN,
  ],
  "requests at once share what is sent": [
    trialOf(({ apply }) => {
      let method = "";
      return {
        async apply(request, credentials, context) {
          ({ method } = request);
          await Promise.resolve();
          const applied = await apply(request, credentials, context);
          if (method !== request.method) applied.headers.set("x-method-override", method);
          return applied;
        },
      };
    }),
    "apply: many requests at once are each their own",
  ],
  "a body it has no place in is a TypeError": [
    {
      ...trialOf(({ apply }) => ({
        apply(request, credentials, context) {
          if (request.method === "PUT") throw new TypeError("No place.");
          return apply(request, credentials, context);
        },
      })),
      refusedRequests: ["bytes in a PUT", "a stream in a PUT"],
    },
    "apply: a request it has no place in is refused with an error of Mooring",
  ],
};
