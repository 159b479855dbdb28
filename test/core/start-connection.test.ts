import { ConnectionRequest } from "mooring";
import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Setup } from "../support/acme.js";
import { consented, PROVIDER, setUpOAuth } from "../support/acme.js";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const entityOf = ({ toolset }: Setup) => toolset.getEntity("ada");

async function requested(setup: Setup, options = {}): Promise<ConnectionRequest> {
  const request = await entityOf(setup).ensureConnected({ app: "acme", ...options });
  if (!(request instanceof ConnectionRequest)) throw new Error("A request was expected.");
  return request;
}

/** Finishes a request, with tokens that live an hour and cannot be refreshed. */
async function finish({ toolset }: Setup, request: ConnectionRequest): Promise<void> {
  server.use(
    http.post(`${PROVIDER}/token`, () => HttpResponse.json({ access_token: "access", expires_in: 3600 })),
  );
  await toolset.handleCallback(consented(request.redirectUrl), { entityId: "ada" });
}

describe("ensureConnected", () => {
  it("starts the connection that waits anew, however often it is called", async () => {
    const setup = await setUpOAuth();
    const [first, second] = [await requested(setup), await requested(setup)];
    expect(second.connectedAccountId).toBe(first.connectedAccountId);
    expect(second.redirectUrl).not.toBe(first.redirectUrl);
    expect(await entityOf(setup).getConnections()).toHaveLength(1);
  });

  it("returns the connection that works", async () => {
    const setup = await setUpOAuth();
    const request = await requested(setup);
    await finish(setup, request);
    expect(await entityOf(setup).ensureConnected({ app: "acme" })).toMatchObject({
      id: request.connectedAccountId,
      status: "ACTIVE",
    });
  });

  it.each([{ alias: "work" }, {}])(
    "connects again what has expired, which keeps id, alias and labels (%o)",
    async (named) => {
      const setup = await setUpOAuth();
      const request = await requested(setup, { ...named, labels: ["kept"] });
      await finish(setup, request);
      await setup.clock.advance(3_600_000);
      const connection = await entityOf(setup).getConnection({ app: "acme" });
      await expect(connection.fetch("/tickets")).rejects.toMatchObject({ code: "REAUTHORIZATION_REQUIRED" });

      await expect(entityOf(setup).getConnection({ app: "acme" })).rejects.toThrow(
        `Connection ${connection.id} has expired: \`entity.ensureConnected()\` connects it again.`,
      );
      const again = await requested(setup, named);
      expect(again.connectedAccountId).toBe(connection.id);
      await finish(setup, again);
      expect(await connection.reload()).toMatchObject({
        status: "ACTIVE",
        labels: ["kept"],
        alias: named.alias ?? null,
      });
    },
  );
});
