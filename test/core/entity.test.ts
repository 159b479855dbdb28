import { Connection, ConnectionRequest } from "mooring";
import { describe, expect, it } from "vitest";
import { CLIENT, setUpOAuth } from "../support/acme.js";

const KEY = { app: "acme", authScheme: "API_KEY", connectionParams: { api_key: "a-key-of-ada" } } as const;

describe("ensureConnected", () => {
  it("answers with the ACTIVE connection of the app", async () => {
    const { toolset } = await setUpOAuth();
    const entity = toolset.getEntity("ada");
    const { connectedAccountId } = await entity.initiateConnection(KEY);
    expect(await entity.ensureConnected({ app: "acme" })).toMatchObject({ id: connectedAccountId });
  });

  it("does not answer with a connection through another integration or scheme than the one named", async () => {
    const { toolset } = await setUpOAuth();
    const entity = toolset.getEntity("ada");
    await entity.initiateConnection(KEY);
    const [integration] = await toolset.getIntegrations({ app: "acme", authScheme: "OAUTH2" });
    for (const choice of [{ integrationId: integration?.id ?? "" }, { app: "acme", authScheme: "OAUTH2" }]) {
      expect(await entity.ensureConnected(choice)).toBeInstanceOf(ConnectionRequest);
    }
    expect(await entity.ensureConnected({ app: "acme", authScheme: "API_KEY" })).toBeInstanceOf(Connection);
  });

  it("leaves one pending connection, however often it is called", async () => {
    const { toolset } = await setUpOAuth();
    const entity = toolset.getEntity("ada");
    for (const authConfig of [undefined, CLIENT]) {
      expect(await entity.ensureConnected({ app: "acme", authConfig })).toBeInstanceOf(ConnectionRequest);
    }
    expect(await entity.getConnections()).toHaveLength(1);
  });

  it("refuses other client credentials than the integration's, with a pending connection as without", async () => {
    const { toolset } = await setUpOAuth();
    const entity = toolset.getEntity("ada");
    const authConfig = { ...CLIENT, client_id: "another-client" };
    for (const pending of [false, true]) {
      if (pending) await entity.ensureConnected({ app: "acme" });
      await expect(entity.ensureConnected({ app: "acme", authConfig })).rejects.toMatchObject({
        code: "INTEGRATION_CONFLICT",
      });
    }
  });
});
