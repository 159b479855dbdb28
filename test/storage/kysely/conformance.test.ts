import { beforeAll, describe, it } from "vitest";
import type { StorageAdapter } from "../../../src/ports/storage.js";
import { kyselyStorage, migrateStorage } from "../../../src/storage/kysely.js";
import { storageConformance } from "../../../src/testing/storage-conformance.js";
import { describeSqlEngines } from "../../support/sql-engines.js";

describeSqlEngines("kyselyStorage conforms", (database, { family }) => {
  beforeAll(() => migrateStorage(database().db));

  const create = async () => {
    await database().empty();
    return { storage: kyselyStorage(database().db), dump: database().dump };
  };
  for (const { name, run } of storageConformance(create)) it(name, run);

  if (family !== "sqlite") return;
  describe("over a connection that does not enforce foreign keys", () => {
    let storage: StorageAdapter;
    beforeAll(() => {
      storage = kyselyStorage(database().connect({ foreignKeys: false }));
    });

    const createLoose = async () => {
      await database().empty();
      return { storage, dump: database().dump };
    };
    for (const { name, run } of storageConformance(createLoose)) it(name, run);
  });
});
