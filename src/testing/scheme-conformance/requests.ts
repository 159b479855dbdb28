/** The requests a scheme is tried with, by name. */
export type SampleRequest =
  | "a GET"
  | "a DELETE without a body"
  | "JSON in a POST"
  | "a form in a POST"
  | "bytes in a PUT"
  | "a stream in a PUT";

const URL_OF_REQUESTS = "https://api.example/v1/things/a%20b?page=2&tag=x%2By&tag=z";
const CALLERS = { accept: "application/json", "x-caller": "kept" };

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** A body whose length nobody knows. */
function streamOf(text: string): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytesOf(text));
      controller.close();
    },
  });
}

interface Sample {
  readonly method: string;
  readonly type?: string;
  body?(): BodyInit;
}

const SAMPLES: Readonly<Record<SampleRequest, Sample>> = {
  "a GET": { method: "GET" },
  "a DELETE without a body": { method: "DELETE" },
  "JSON in a POST": {
    method: "POST",
    type: "application/json",
    body: () => JSON.stringify({ name: "Zoë", tags: ["a", "b"] }),
  },
  "a form in a POST": {
    method: "POST",
    type: "application/x-www-form-urlencoded",
    body: () => "name=Zo%C3%AB+B&tag=a&tag=b",
  },
  "bytes in a PUT": {
    method: "PUT",
    type: "application/octet-stream",
    body: () => bytesOf("\0\u00ff bytes"),
  },
  "a stream in a PUT": { method: "PUT", type: "text/plain", body: () => streamOf("streamed text") },
};

/** Says how a request is to be sent. */
interface Sending {
  readonly signal?: AbortSignal;
}

function build({ method, type, body }: Sample, { signal }: Sending): Request {
  const init = {
    method,
    headers: type === undefined ? CALLERS : { ...CALLERS, "content-type": type },
    redirect: "manual",
    ...(signal === undefined ? {} : { signal }),
  } as const;
  if (body === undefined) return new Request(URL_OF_REQUESTS, init);
  const sent: RequestInit & { readonly duplex: "half" } = { ...init, body: body(), duplex: "half" };
  return new Request(URL_OF_REQUESTS, sent);
}

/** Requests a caller may want credentials added to; each is made anew. */
export const SAMPLE_REQUESTS = Object.entries(SAMPLES).map(([what, sample]) => ({
  what,
  make: (sending: Sending = {}): Request => build(sample, sending),
}));

/** A request as it would be sent. */
export interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body's bytes, one character each. */
  readonly body: string;
}

/** Reads a request to its end. */
export async function sent(request: Request): Promise<Sent> {
  const bytes = new Uint8Array(await request.arrayBuffer());
  const { method, url } = request;
  const body = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return { method, url, headers: Object.fromEntries(request.headers), body };
}

/** Names of what a request carries, values left out: headers, and each query parameter as often as it is there. */
export function shapeOf({ headers, url }: Sent): readonly string[] {
  return [...Object.keys(headers), ...[...new URL(url).searchParams.keys()].map((name) => `?${name}`)].sort();
}
