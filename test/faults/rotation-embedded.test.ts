import { describe, onTestFinished } from "vitest";
import { memoryStorage } from "../../src/index.js";
import { kyselyStorage, migrateStorage } from "../../src/storage/kysely.js";
import { startPglite } from "../support/pglite.js";
import { rotationSuite } from "./support/rotation-suite.js";

describe("rotateEncryptionKeys on one memory", () => {
  rotationSuite(async () => memoryStorage(), { connections: 10_000 });
});

describe("rotateEncryptionKeys on PostgreSQL in this process", () => {
  rotationSuite(
    async () => {
      const { db } = await startPglite();
      onTestFinished(() => db.destroy());
      await migrateStorage(db);
      return kyselyStorage(db);
    },
    { connections: 2_000 },
  );
});
