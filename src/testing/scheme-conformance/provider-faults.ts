import type { Fetch } from "../../ports/runtime.js";

/** A provider that is out of order, in the ways there are; it quotes all it was told. */
export const PROVIDER_FAULTS = (secrets: readonly string[]): Readonly<Record<string, Fetch>> => {
  const quoted = secrets.join(" ");
  const answer = (body: string, status: number, type: string): Fetch => {
    return async () => new Response(body, { status, headers: { "content-type": type } });
  };
  const json = (value: unknown, status: number) => answer(JSON.stringify(value), status, "application/json");
  return {
    "no answer": () => Promise.reject(new TypeError(`fetch failed: ${quoted}`)),
    "a refusal that quotes the request": json({ error: "invalid_grant", error_description: quoted }, 400),
    "a refusal in text": answer(quoted, 401, "text/plain"),
    "a failure in HTML": answer(`<html>${quoted}</html>`, 502, "text/html"),
    "HTML in place of JSON": answer(`<html>${quoted}</html>`, 200, "text/html"),
    "JSON that is cut off": answer(`{"access_token": "${quoted}`, 200, "application/json"),
    "JSON of nothing": json(null, 200),
  };
};
