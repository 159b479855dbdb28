import { fakeClock } from "mooring/testing";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { answering, CONSUMER, credentials, PROVIDER, setUp, URLS } from "./support.js";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

describe("OAUTH1 with tokens that expire", () => {
  async function connected(lifetime = "3600") {
    const clock = fakeClock();
    const { toolset, entity, app } = await setUp({ ...URLS, callback: "authorization" }, CONSUMER, { clock });
    answering(
      server,
      credentials("request-1"),
      credentials("access-1", `&oauth_expires_in=${lifetime}&oauth_session_handle=handle-1`),
    );
    const { redirectUrl } = await entity.initiateConnection({ app });
    const back = new URL(new URL(redirectUrl ?? "").searchParams.get("oauth_callback") ?? "");
    back.searchParams.set("oauth_token", "request-1");
    const { connection } = await toolset.handleCallback(back, { entityId: "ada" });
    server.use(
      http.get(`${PROVIDER}/api/tickets`, ({ request }) =>
        HttpResponse.json(request.headers.get("authorization")),
      ),
    );
    return { clock, connection };
  }

  it("renews them with the session handle", async () => {
    const { clock, connection } = await connected();
    expect(await connection.request("/tickets").json()).toContain('oauth_token="access-1"');
    await clock.advance(3_600_000);
    const received = answering(server, credentials(), credentials("access-2", "&oauth_expires_in=3600"));
    expect(await connection.request("/tickets").json()).toContain('oauth_token="access-2"');
    expect(received[0]?.authorization).toContain('oauth_session_handle="handle-1"');
    await clock.advance(3_600_000);
    answering(server, credentials(), credentials("access-3"));
    expect(await connection.request("/tickets").json()).toContain('oauth_token="access-3"');
  });

  it("works with one that is said to live longer than a date can say", async () => {
    for (const lifetime of ["9007199254740991", "1e300"]) {
      const { connection } = await connected(lifetime);
      expect(await connection.request("/tickets").json()).toContain('oauth_token="access-1"');
    }
  });

  it("is EXPIRED when the provider says that the grant is gone", async () => {
    const { clock, connection } = await connected();
    await clock.advance(3_600_000);
    answering(server, () => new HttpResponse("oauth_problem=token_rejected", { status: 401 }));
    await expect(connection.request("/tickets").json()).rejects.toMatchObject({
      code: "REAUTHORIZATION_REQUIRED",
    });
  });
});
