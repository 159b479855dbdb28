import { describe, expect, it } from "vitest";
import { setUp } from "../support/acme.js";

describe("a clock with fractions of milliseconds", () => {
  it("leaves whole ones in storage", async () => {
    const clock = { now: () => 1_767_225_600_000.75, sleep: () => Promise.resolve() };
    const { toolset, storage } = setUp({ clock });
    const connectionParams = { api_key: "the-key-of-ada" };
    const { connectedAccountId: id } = await toolset
      .getEntity("ada")
      .initiateConnection({ app: "acme", authScheme: "API_KEY", connectionParams });
    const row = await storage.connections.get({ id, entityId: "ada" });
    expect(row?.connection.createdAt).toBe(1_767_225_600_000);
    expect(row?.integration.createdAt).toBe(1_767_225_600_000);
  });
});
