import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { consented, PROVIDER, setUpOAuth } from "../support/acme.js";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

/** A connection at a provider that rotates refresh tokens, and notes which were revoked. */
async function connected() {
  let issued = 0;
  const revoked: (string | null)[] = [];
  server.use(
    http.post(`${PROVIDER}/token`, () => {
      issued += 1;
      const tokens = { access_token: `access-${issued}`, refresh_token: `refresh-${issued}` };
      return HttpResponse.json({ ...tokens, token_type: "Bearer", expires_in: 3600 });
    }),
    http.post(`${PROVIDER}/revoke`, async ({ request }) => {
      revoked.push(new URLSearchParams(await request.text()).get("token"));
      return new HttpResponse(null);
    }),
  );
  const made = await setUpOAuth();
  const request = await made.toolset.getEntity("ada").initiateConnection({ app: "acme" });
  const { connection } = await made.toolset.handleCallback(consented(request.redirectUrl), {
    entityId: "ada",
  });
  return { ...made, connection, revoked };
}

/** A refresh that has reached the provider, and how to let its answer through. */
async function refreshUnderWay({ connection }: Awaited<ReturnType<typeof connected>>) {
  let answer = () => {};
  const asked = new Promise<void>((reached) => {
    server.use(
      http.post(`${PROVIDER}/token`, async () => {
        reached();
        await new Promise<void>((resolve) => {
          answer = resolve;
        });
        const tokens = { access_token: "access-late", refresh_token: "refresh-late" };
        return HttpResponse.json({ ...tokens, token_type: "Bearer", expires_in: 3600 });
      }),
    );
  });
  const refreshed = Promise.allSettled([connection.refresh()]);
  await asked;
  return { refreshed, answer };
}

describe("revoking a connection", () => {
  it.each(["revoke", "delete"] as const)("%s ends the tokens a refresh under way brings", async (how) => {
    const made = await connected();
    const { toolset, clock, revoked, connection } = made;
    const { refreshed, answer } = await refreshUnderWay(made);
    const other = await toolset.getEntity("ada").getConnection({ connectionId: connection.id });
    const ended = how === "revoke" ? other.revoke() : other.delete({ revoke: true });
    answer();
    await refreshed;
    await clock.advance(1_000);
    await ended;
    expect(revoked).toEqual(["refresh-late"]);
    const left = await toolset.getEntity("ada").getConnections();
    expect(left.map(({ status }) => status)).toEqual(how === "revoke" ? ["REVOKED"] : []);
  });

  it("ends what a reconnect stores meanwhile, too", async () => {
    const { toolset, connection, revoked } = await connected();
    const again = await connection.reconnect();
    server.use(
      http.post(
        `${PROVIDER}/revoke`,
        async () => {
          await toolset.handleCallback(consented(again.redirectUrl), { entityId: "ada" });
          return new HttpResponse(null);
        },
        { once: true },
      ),
    );
    await connection.revoke();
    expect(revoked).toEqual(["refresh-2"]);
    expect(connection.status).toBe("REVOKED");
  });

  it("tells the provider nothing when there is nothing to revoke", async () => {
    const { connection, revoked } = await connected();
    await connection.revoke();
    await expect(connection.revoke()).rejects.toMatchObject({ code: "TRANSITION_INVALID" });
    expect(revoked).toEqual(["refresh-1"]);
  });
});
