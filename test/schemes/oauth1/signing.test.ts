import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { CONSUMER, PROVIDER, setUp } from "./support.js";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

describe("OAUTH1 signs", () => {
  const GIVEN = { oauth_token: "t/1", oauth_token_secret: "ts" };
  const LONG = { ...CONSUMER, consumer_secret: "developers-secret/of=acme" };
  async function connection(settings: Readonly<Record<string, unknown>>, values: object = GIVEN) {
    const { entity, app } = await setUp({ tokens: "given", ...settings }, LONG);
    const request = await entity.initiateConnection({ app, connectionParams: { ...values } });
    return request.waitUntilActive();
  }
  /** What arrives at the API, answered with it. */
  function echoing() {
    const seen: { method: string; url: string; authorization: string | null; body: Uint8Array }[] = [];
    server.use(
      http.all(`${PROVIDER}/*`, async ({ request }) => {
        const { method, url, headers } = request;
        const body = new Uint8Array(await request.arrayBuffer());
        seen.push({ method, url, authorization: headers.get("authorization"), body });
        return HttpResponse.json({});
      }),
    );
    return seen;
  }

  it("in a form where the provider wants that, and in the header where there is none", async () => {
    const seen = echoing();
    const connected = await connection({ placement: "body" });
    await connected.fetch("/tickets", { method: "POST", body: new URLSearchParams({ a: "1 2" }) });
    await connected.fetch("/tickets", {
      method: "POST",
      body: "{}",
      headers: { "content-type": "application/json" },
    });
    expect(seen[0]?.authorization).toBeNull();
    expect(new TextDecoder().decode(seen[0]?.body)).toMatch(
      /^a=1\+2&oauth_consumer_key=ck&.*&oauth_signature=/,
    );
    expect(seen[1]?.authorization).toMatch(/^OAuth oauth_consumer_key="ck"/);
  });

  it("a form without changing a byte of it, even one that is no UTF-8", async () => {
    const seen = echoing();
    const connected = await connection({});
    const body = Uint8Array.from([0x61, 0x3d, 0xff, 0x26, 0x61, 0x3d, 0x2b]);
    const headers = { "content-type": "application/x-www-form-urlencoded; charset=latin1" };
    await connected.fetch("/tickets", { method: "POST", body, headers });
    expect(seen[0]?.body).toEqual(body);
  });

  it("once, when a redirect repeats the query that was signed", async () => {
    const seen = echoing();
    const connected = await connection({ placement: "query" });
    server.use(
      http.get(`${PROVIDER}/api/old`, ({ request }) =>
        HttpResponse.redirect(request.url.replace("/old", "/new")),
      ),
    );
    await connected.fetch("/old?q=a%20b");
    const query = new URL(seen[0]?.url ?? "").searchParams;
    expect(query.get("q")).toBe("a b");
    expect(query.getAll("oauth_signature")).toHaveLength(1);
    expect(query.getAll("oauth_nonce")).toHaveLength(1);
  });

  it("for the consumer alone where there are no tokens", async () => {
    const seen = echoing();
    const connected = await connection({ tokens: "none" }, {});
    await connected.fetch("/tickets");
    expect(seen[0]?.authorization).toContain("oauth_signature=");
    expect(seen[0]?.authorization).not.toContain("oauth_token");
  });

  it("with PLAINTEXT, and shows no secret of either side when the provider quotes the header", async () => {
    const connected = await connection(
      { signatureMethod: "PLAINTEXT" },
      { ...GIVEN, oauth_token_secret: "users-secret %" },
    );
    server.use(
      http.get(`${PROVIDER}/api/tickets`, ({ request }) =>
        HttpResponse.text(`bad header: ${request.headers.get("authorization")}`, { status: 403 }),
      ),
    );
    const failed: unknown = await connected
      .request("/tickets")
      .json()
      .catch((error: unknown) => error);
    const shown = JSON.stringify(failed, ["message", "body"]);
    expect(shown).toContain("bad header");
    expect(shown).not.toContain("users-secret");
    expect(shown).not.toContain("developers-secret");
  });

  it.each([
    ["ended with its own method and the token in its path", 200],
    ["that are gone already", 404],
  ])("the end of tokens %s", async (_case, status) => {
    const connected = await connection({
      revocationUrl: `${PROVIDER}/tokens/{oauth_token}?key={consumer_key}`,
      revocationMethod: "DELETE",
    });
    const ended: string[] = [];
    server.use(
      http.delete(`${PROVIDER}/tokens/:token`, ({ request }) => {
        ended.push(request.url);
        return new HttpResponse(null, { status });
      }),
    );
    await connected.revoke();
    expect(ended).toEqual([`${PROVIDER}/tokens/t%2F1?key=ck`]);
  });

  it("and tells when tokens could not be ended, without the token", async () => {
    const connected = await connection({ revocationUrl: `${PROVIDER}/tokens/{oauth_token}` });
    server.use(http.post(`${PROVIDER}/tokens/:token`, () => new HttpResponse("t/1", { status: 500 })));
    const failure = connected.revoke();
    await expect(failure).rejects.toMatchObject({ code: "TOKEN_REVOKE_FAILED", retryable: true });
    await expect(failure).rejects.not.toThrow("t/1");
  });
});
