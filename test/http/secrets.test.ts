import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { SECRET } from "../support/credentials.js";
import { failure } from "../support/failure.js";
import type { RequestSetup } from "../support/requests.js";
import { answering, requestWith } from "../support/requests.js";

/** All that an error shows to a log, in whatever way it is written. */
function shownBy(error: unknown): string {
  const shown = [
    inspect(error, { depth: null, showHidden: true, getters: true }),
    JSON.stringify(error),
    String(error),
  ];
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    shown.push(cause.message, String(cause.stack), JSON.stringify(Object.getOwnPropertyDescriptors(cause)));
  }
  return shown.join("\n");
}

const percent = encodeURIComponent(SECRET);
const quoted = `${SECRET} ${percent} ${btoa(SECRET)} ${JSON.stringify({ key: SECRET })}`;
const thrown = Object.assign(new TypeError(`could not send ${SECRET}`), {
  headers: { key: SECRET },
  code: SECRET,
});

describe("a secret", () => {
  it.each<[string, string, () => RequestSetup | Promise<RequestSetup>]>([
    ["a refusal", "REQUEST_FAILED", () => answering({ status: 400, body: quoted })],
    ["a rate limit", "RATE_LIMITED", () => answering({ status: 429, body: quoted })],
    ["a body that is not JSON", "RESPONSE_INVALID", () => answering({ body: quoted })],
    [
      "a body that breaks off",
      "REQUEST_FAILED",
      () => answering({ headers: { "content-length": "99999" }, body: quoted, hangUp: true }),
    ],
    [
      "a body that is too large",
      "RESPONSE_TOO_LARGE",
      async () => ({ ...(await answering({ body: quoted })), maxResponseBytes: 5 }),
    ],
    [
      "a forbidden redirect",
      "URL_FORBIDDEN",
      () => answering({ status: 302, headers: { location: `http://user:${percent}@127.0.0.1/${percent}` } }),
    ],
    ["a broken connection", "REQUEST_FAILED", () => ({ fetch: () => Promise.reject(thrown) })],
    ["no answer in time", "REQUEST_TIMEOUT", () => ({ fetch: () => new Promise(() => {}) })],
    [
      "a scheme that fails",
      "REQUEST_FAILED",
      () => ({
        apply: (request) => new Request(request, { headers: { authorization: `${SECRET}\n${SECRET}` } }),
      }),
    ],
    ["a URL that is forbidden", "URL_FORBIDDEN", () => ({ baseUrl: "https://api.example.com", origins: [] })],
  ])("is not shown by %s", async (_what, code, setup) => {
    const { request } = requestWith({ ...(await setup()), retry: false });
    const error = await failure(
      request(`/bot${percent}/a?key=${percent}#${percent}`, { timeout: 500 }).json(),
    );
    expect(error).toMatchObject({ code });
    expect(shownBy(error)).not.toMatch(/s3cr3t|czNjcjN0/);
  });
});
