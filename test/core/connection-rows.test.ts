import type { StorageAdapter } from "mooring";
import { memoryStorage } from "mooring";
import { describe, expect, it } from "vitest";
import { setUp } from "../support/acme.js";

const fold = (text: string) => text.trimEnd().toLowerCase();

/** A database that compares text as many do unless told otherwise: without regard to case and trailing spaces. */
function foldingStorage(): StorageAdapter {
  const storage = memoryStorage();
  return {
    ...storage,
    connections: {
      ...storage.connections,
      get: ({ id, entityId }) => storage.connections.get({ id: fold(id), entityId: fold(entityId) }),
      list: (query) => storage.connections.list({ ...query, entityId: fold(query.entityId) }),
    },
  };
}

describe("a connection", () => {
  it.each(["ADA", "ada ", "Ada"])(
    "of another entity (%j) does not exist, however the database compares",
    async (id) => {
      const { toolset } = setUp({ storage: foldingStorage() });
      const connectionParams = { api_key: "the-key-of-ada" };
      const options = { app: "acme", authScheme: "API_KEY", connectionParams } as const;
      const { connectedAccountId } = await toolset.getEntity("ada").initiateConnection(options);
      expect(await toolset.getEntity("ada").getConnections()).toHaveLength(1);

      const other = toolset.getEntity(id);
      expect(await other.getConnections()).toEqual([]);
      for (const choice of [{ app: "acme" }, { connectionId: connectedAccountId }]) {
        await expect(other.getConnection(choice)).rejects.toMatchObject({ code: "CONNECTION_NOT_FOUND" });
      }
      const result = await toolset.executeAction({
        action: "ACME_LIST_TICKETS",
        entityId: id,
        connectedAccountId,
      });
      expect(result.error?.code).toBe("CONNECTION_NOT_FOUND");
    },
  );
});
