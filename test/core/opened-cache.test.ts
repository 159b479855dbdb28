import { describe, expect, it } from "vitest";
import { acmeApp, setUp } from "../support/acme.js";

/** A connection with a user's own host in its URL, and a way to edit its row by hand. */
async function connected() {
  const apps = ["acme", "other"].map((slug) =>
    acmeApp({
      slug,
      baseUrl: "https://{subdomain}.acme.example",
      connectionParams: [{ name: "subdomain", displayName: "Subdomain", description: "Yours" }],
      actions: [],
    }),
  );
  const { toolset, storage } = setUp({ apps });
  const entity = toolset.getEntity("ada");
  await entity.initiateConnection({
    app: "acme",
    authScheme: "API_KEY",
    connectionParams: { api_key: "key-of-ada", subdomain: "ada" },
  });
  const connection = await entity.getConnection({ app: "acme" });
  const edit = async (changes: object) => {
    const row = await storage.connections.get({ id: connection.id, entityId: "ada" });
    if (row === null) throw new Error("The row is gone.");
    const { version } = row.connection;
    await storage.connections.compareAndSwap(
      { ...row.connection, ...changes, version: version + 1 },
      version,
    );
  };
  return { connection, edit };
}

describe("opened credentials", () => {
  it.each([
    ["another host of the app's template", { params: { subdomain: "mallory" } }],
    ["another app", { app: "other" }],
    ["another scheme", { authScheme: "BEARER_TOKEN" }],
  ])("do not follow a row edited to name %s, opened lately or not", async (_what, changes) => {
    const { connection, edit } = await connected();
    expect((await connection.getAuthParams()).headers).toEqual({ "x-api-key": "key-of-ada" });
    await edit(changes);
    await expect(connection.getAuthParams()).rejects.toMatchObject({
      name: "CipherError",
      code: "CIPHERTEXT_MOVED",
    });
  });

  it("stay open for a row whose name or labels change", async () => {
    const { connection, edit } = await connected();
    await edit({ alias: "work", labels: ["a"] });
    expect((await connection.getAuthParams()).baseUrl).toBe("https://ada.acme.example");
  });
});
