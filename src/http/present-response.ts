import { RequestError } from "../errors.js";
import type { Trail } from "./trail.js";
import { whereOf } from "./trail.js";

/** How an answer is handed out. */
export interface Presentation {
  readonly trail: Trail;
  /** The URL without credentials where the sent one holds some; null where it may be shown as it is. */
  readonly shownUrl: URL | null;
  readonly redirected: boolean;
  readonly maxBytes: number | undefined;
}

/** Lets go of an answer nobody reads. */
export function discard(response: Response): void {
  response.body?.cancel().catch(() => undefined);
}

function tooLarge(trail: Trail, status: number, maxBytes: number): RequestError {
  const where = whereOf(trail);
  return new RequestError(
    "RESPONSE_TOO_LARGE",
    `The answer to ${where.method} ${where.url} is larger than ${maxBytes} bytes.`,
    { ...where, status, hint: "Ask for less: a page, a filter, fewer fields." },
  );
}

/** A stream that fails past the cap; nothing is held back, and the rest is not read. */
function limit(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  maxBytes: number,
  fail: () => RequestError,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  let received = 0;
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) {
          controller.close();
          return;
        }
        received += value.byteLength;
        if (received <= maxBytes) {
          controller.enqueue(value);
          return;
        }
        const error = fail();
        controller.error(error);
        reader.cancel(error).catch(() => undefined);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/**
 * The answer as the caller gets it: no longer than allowed, and with no credentials in its `url`.
 *
 * @throws RequestError `RESPONSE_TOO_LARGE` when a successful answer announces more than the cap
 */
export function presentResponse(response: Response, presentation: Presentation): Response {
  const { trail, shownUrl, redirected, maxBytes } = presentation;
  if (shownUrl === null && !redirected && maxBytes === undefined) return response;
  let { body } = response;
  if (body !== null && maxBytes !== undefined) {
    // An error's start is worth reading whatever its length.
    if (response.ok && Number(response.headers.get("content-length")) > maxBytes) {
      discard(response);
      throw tooLarge(trail, response.status, maxBytes);
    }
    body = limit(body, maxBytes, () => tooLarge(trail, response.status, maxBytes));
  }
  const { status, statusText, headers } = response;
  const shown = new Response(body, { status, statusText, headers });
  Object.defineProperty(shown, "url", { value: shownUrl?.href ?? response.url });
  Object.defineProperty(shown, "redirected", { value: redirected });
  return shown;
}
