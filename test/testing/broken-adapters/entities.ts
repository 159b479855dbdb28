import type { StorageAdapter } from "../../../src/ports/storage.js";
import type { Faults } from "./broken.js";
import { broken } from "./broken.js";

const FOREIGN = "entities: another entity's connection does not exist";
const EXACT = "entities: entity ids are compared exactly, up to 512 characters";

export const ENTITY_FAULTS: Faults = {
  "get ignores the entity": [
    withOwners(({ connections }, ownerOf) => ({
      get: ({ id }) => connections.get({ id, entityId: ownerOf(id) }),
    })),
    FOREIGN,
  ],
  "compareAndSwap ignores the entity": [
    withOwners(({ connections }, ownerOf) => ({
      compareAndSwap: (record, version) =>
        connections.compareAndSwap({ ...record, entityId: ownerOf(record.id) }, version),
    })),
    FOREIGN,
  ],
  "delete ignores the entity": [
    withOwners(({ connections }, ownerOf) => ({
      delete: ({ id }) => connections.delete({ id, entityId: ownerOf(id) }),
    })),
    FOREIGN,
  ],
  "a foreign delete removes the flows": [
    broken(({ connections, flows }) => {
      const idsOf = new Map<string, string>();
      return {
        flows: {
          async insert(record) {
            await flows.insert(record);
            idsOf.set(record.connectionId, record.id);
          },
        },
        connections: {
          async delete(key) {
            await flows.consume(idsOf.get(key.id) ?? "");
            return connections.delete(key);
          },
        },
      };
    }),
    "entities: a foreign delete leaves the flows of the connection",
  ],
  "a cursor goes on with the entity it is from": [
    broken(({ connections }) => {
      const entityOf = new Map<string | null, string>();
      return {
        connections: {
          async list(query) {
            const entityId = entityOf.get(query.cursor) ?? query.entityId;
            const page = await connections.list({ ...query, entityId });
            if (page.nextCursor !== null) entityOf.set(page.nextCursor, entityId);
            return page;
          },
        },
      };
    }),
    "entities: a cursor of one entity shows nothing of another",
  ],
  "entity ids are compared without case, as MySQL does by default": [
    withEntityIds((id) => id.toLowerCase()),
    EXACT,
  ],
  "entity ids are cut to 255 characters": [withEntityIds((id) => id.slice(0, 255)), EXACT],
};

/** Memory storage that also remembers which entity a connection belongs to, for faults that ignore it. */
function withOwners(
  breakIt: (sound: StorageAdapter, ownerOf: (id: string) => string) => Partial<StorageAdapter["connections"]>,
): () => StorageAdapter {
  return broken((sound) => {
    const owners = new Map<string, string>();
    return {
      connections: {
        async insert(record) {
          await sound.connections.insert(record);
          owners.set(record.id, record.entityId);
        },
        ...breakIt(sound, (id) => owners.get(id) ?? ""),
      },
    };
  });
}

/** Memory storage that takes other ids of entities than it is given. */
export function withEntityIds(change: (entityId: string) => string): () => StorageAdapter {
  return broken(({ connections }) => ({
    connections: {
      insert: (record) => connections.insert({ ...record, entityId: change(record.entityId) }),
      get: ({ id, entityId }) => connections.get({ id, entityId: change(entityId) }),
      list: (query) => connections.list({ ...query, entityId: change(query.entityId) }),
    },
  }));
}
