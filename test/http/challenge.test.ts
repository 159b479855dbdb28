import { describe, expect, it } from "vitest";
import { createAuthenticatedFetch } from "../../src/http/authenticated-fetch.js";
import { credentialSource, networkRuntime } from "../support/credentials.js";

const BASE_URL = "https://api.acme.example";

/** An API that gives these answers, and the nonces and bodies it was sent. */
function challenged(statuses: readonly number[]) {
  let nonce = "none";
  const sent: { readonly nonce: string | null; readonly body: string }[] = [];
  let renewals = 0;
  const { source } = credentialSource({
    baseUrl: BASE_URL,
    apply(request) {
      request.headers.set("x-nonce", nonce);
      return request;
    },
    isChallenge(response) {
      nonce = response.headers.get("x-next-nonce") ?? nonce;
      return response.status === 401;
    },
    renew() {
      renewals += 1;
      return Promise.resolve(null);
    },
  });
  const fetch = createAuthenticatedFetch(
    source,
    networkRuntime({
      async fetch(input) {
        const request = new Request(input);
        sent.push({ nonce: request.headers.get("x-nonce"), body: await request.text() });
        const status = statuses[sent.length - 1] ?? 500;
        return new Response(null, { status, headers: { "x-next-nonce": `nonce-${sent.length}` } });
      },
    }),
  );
  return { fetch, sent, renewals: () => renewals };
}

describe("an answer that asks for something in the request", () => {
  it("is answered with the same request, made anew, and renews nothing", async () => {
    const { fetch, sent, renewals } = challenged([401, 201]);
    const response = await fetch("/tickets", { method: "POST", body: "one ticket" });
    expect(response.status).toBe(201);
    expect(sent).toStrictEqual([
      { nonce: "none", body: "one ticket" },
      { nonce: "nonce-1", body: "one ticket" },
    ]);
    expect(renewals()).toBe(0);
  });

  it("is answered once: then the credentials are what is wrong", async () => {
    const { fetch, sent, renewals } = challenged([401, 401]);
    expect((await fetch("/tickets")).status).toBe(401);
    expect(sent).toHaveLength(2);
    expect(renewals()).toBe(1);
  });

  it("is handed on when the body was a stream, which cannot be sent twice", async () => {
    const { fetch, sent } = challenged([401]);
    const body = new Blob(["one ticket"]).stream();
    const init: RequestInit & { readonly duplex: "half" } = { method: "POST", body, duplex: "half" };
    expect((await fetch("/tickets", init)).status).toBe(401);
    expect(sent).toHaveLength(1);
  });

  it("is heard with every answer", async () => {
    const { fetch, sent } = challenged([200, 200]);
    await fetch("/tickets");
    await fetch("/tickets");
    expect(sent.map(({ nonce }) => nonce)).toStrictEqual(["none", "nonce-1"]);
  });
});
