import type { LoopbackAnswer, ReceivedRequest } from "../../support/loopback-server.js";

/** An answer that is not what was asked for. */
export interface Fault {
  readonly name: string;
  /** What it is instead of a good one, which has this JSON. */
  answer(request: ReceivedRequest, good: Readonly<Record<string, unknown>>): LoopbackAnswer;
  /** What the connect fails with. */
  readonly code: "TOKEN_RESPONSE_INVALID" | "TOKEN_EXCHANGE_FAILED";
  /** Whether the server says no: where it is the user's values that were sent, it is these that are refused. */
  readonly refuses?: boolean;
}

const json = (body: unknown, status = 200): LoopbackAnswer => ({
  status,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});
const html = (status: number): LoopbackAnswer => ({
  status,
  headers: { "content-type": "text/html" },
  body: "<!doctype html><title>Oops</title><a href='/?oauth_token=1&oauth_token_secret=2'>Back</a>",
});

const assertionIn = (body: string): string => {
  const form = new URLSearchParams(body);
  return form.get("client_assertion") ?? form.get("assertion") ?? "";
};

/** What was sent, in every form a careless server may quote it in. */
const QUOTED: Readonly<Record<string, (request: ReceivedRequest) => string>> = {
  "the Authorization header": ({ headers }) => headers.authorization ?? "",
  "the credentials in it": ({ headers }) => headers.authorization?.split(" ")[1] ?? "",
  "them decoded": ({ headers }) =>
    Buffer.from(headers.authorization?.split(" ")[1] ?? "", "base64").toString("latin1"),
  "what is signed or secret of OAuth 1.0": ({ headers }) =>
    /oauth_signature="([^"]*)"/.exec(headers.authorization ?? "")?.[1] ?? "",
  "that decoded": ({ headers }) =>
    decodeURIComponent(/oauth_signature="([^"]*)"/.exec(headers.authorization ?? "")?.[1] ?? ""),
  "the URL": ({ url }) => url,
  "the body": ({ body }) => body,
  "the end of the body": ({ body }) => body.slice(-150),
  "the body's code": ({ body }) => new URLSearchParams(body).get("code") ?? "",
  "the body's secret": ({ body }) => new URLSearchParams(body).get("client_secret") ?? "",
  "the body's device code": ({ body }) => new URLSearchParams(body).get("device_code") ?? "",
  "the proof of a key": ({ headers }) => [headers["dpop"]].flat().join(),
  "the body's assertion": ({ body }) => assertionIn(body),
  "the signature of that": ({ body }) => assertionIn(body).split(".")[2] ?? "",
  "the body's password": ({ body }) => /"password":"((?:[^"\\]|\\.)*)"/.exec(body)?.[1] ?? "",
};

export const FAULTS: readonly Fault[] = [
  { name: "HTML", answer: () => html(200), code: "TOKEN_RESPONSE_INVALID" },
  { name: "HTML with an error", answer: () => html(502), code: "TOKEN_EXCHANGE_FAILED" },
  { name: "nothing", answer: () => ({ status: 200 }), code: "TOKEN_RESPONSE_INVALID" },
  { name: "null", answer: () => json(null), code: "TOKEN_RESPONSE_INVALID" },
  { name: "a list", answer: (_request, good) => json([good]), code: "TOKEN_RESPONSE_INVALID" },
  {
    name: "half of it",
    answer: (_request, good) => ({ body: JSON.stringify(good).slice(0, 20) }),
    code: "TOKEN_RESPONSE_INVALID",
  },
  {
    name: "half of it, and the connection ends",
    answer: (_request, good) => ({ body: JSON.stringify(good).slice(0, 20), hangUp: true }),
    code: "TOKEN_EXCHANGE_FAILED",
  },
  {
    name: "more than 1 MB",
    answer: (_request, good) => json({ ...good, padding: "x".repeat(1_000_001) }),
    code: "TOKEN_RESPONSE_INVALID",
  },
  {
    name: "values of the wrong types",
    answer: (_request, good) =>
      json(Object.fromEntries(Object.entries(good).map(([name, value]) => [name, [value]]))),
    code: "TOKEN_RESPONSE_INVALID",
  },
  {
    name: "all of it in the prototype",
    answer: (_request, good) => ({ body: `{"__proto__":${JSON.stringify(good)}}` }),
    code: "TOKEN_RESPONSE_INVALID",
  },
  {
    name: "it once right, and then empty",
    answer: (_request, good) => ({
      body: `${JSON.stringify(good).slice(0, -1)},${Object.keys(good)
        .map((name) => `"${name}":""`)
        .join(",")}}`,
    }),
    code: "TOKEN_RESPONSE_INVALID",
  },
  ...Object.entries(QUOTED).map(
    ([what, quote]): Fault => ({
      name: `a refusal that quotes ${what}`,
      answer: (request) => {
        const said = quote(request);
        return json({ error: said || "x", error_description: said, message: said }, 400);
      },
      code: "TOKEN_EXCHANGE_FAILED",
      refuses: true,
    }),
  ),
];
