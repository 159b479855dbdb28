import type { Checks } from "./assertions.js";
import { conflicts, equal, trueCount } from "./assertions.js";
import { integration, NOW, newId, storedIntegration } from "./records.js";

export const integrationChecks: Checks = {
  async "what was inserted is read back, every field"({ integrations }) {
    const full = integration({
      enabled: false,
      useManagedAuth: true,
      reuseKey: "github:OAUTH2",
      config: "sealed-config",
      name: "GitHub – “Ünïcode” 🚢",
      updatedAt: NOW + 5,
    });
    const bare = integration();
    await integrations.insert(full);
    await integrations.insert(bare);
    equal(await integrations.get(full.id), full, "the integration with all fields");
    equal(await integrations.get(bare.id), bare, "the integration with nulls");
  },

  async "an unknown id is null"({ integrations }) {
    equal(await integrations.get(newId()), null, "get");
  },

  async "an id is taken once"({ integrations }) {
    const record = integration({ name: "first" });
    await integrations.insert(record);
    await conflicts(() => integrations.insert({ ...record, name: "second" }), "inserting the same id again");
    equal((await integrations.get(record.id))?.name, "first", "the name stored first");
  },

  async "a reuse key is taken once, compared exactly; null is no key"({ integrations }) {
    await integrations.insert(integration({ reuseKey: "github:OAUTH2" }));
    await conflicts(
      () => integrations.insert(integration({ reuseKey: "github:OAUTH2" })),
      "the same reuse key",
    );
    await integrations.insert(integration({ reuseKey: "GITHUB:oauth2" }));
    await integrations.insert(integration({ reuseKey: null }));
    await integrations.insert(integration({ reuseKey: null }));
  },

  async "of ten inserts of one reuse key at once, one succeeds"({ integrations }) {
    const inserted = await Promise.all(
      Array.from({ length: 10 }, () =>
        integrations.insert(integration({ reuseKey: "shared" })).then(
          () => true,
          () => false,
        ),
      ),
    );
    trueCount(inserted, 1, "successful inserts");
  },

  async "a deleted integration frees its reuse key"(storage) {
    const { id } = await storedIntegration(storage, { reuseKey: "shared" });
    await storage.integrations.delete(id);
    await storage.integrations.insert(integration({ reuseKey: "shared" }));
  },

  async "compareAndSwap replaces the record of the expected version"(storage) {
    const record = await storedIntegration(storage, { config: "old" });
    const next = { ...record, name: "renamed", config: null, enabled: false, reuseKey: "k", version: 2 };
    equal(await storage.integrations.compareAndSwap(next, 1), true, "swapped");
    equal(await storage.integrations.get(record.id), next, "the record afterwards");
  },

  async "compareAndSwap on another version, or nothing, writes nothing"(storage) {
    const record = await storedIntegration(storage, { version: 3 });
    const next = { ...record, name: "renamed", version: 4 };
    equal(await storage.integrations.compareAndSwap(next, 2), false, "older version");
    equal(await storage.integrations.compareAndSwap(next, 4), false, "newer version");
    equal(await storage.integrations.get(record.id), record, "the record afterwards");
    const missing = integration();
    equal(await storage.integrations.compareAndSwap(missing, 1), false, "missing record");
    equal(await storage.integrations.get(missing.id), null, "no record was made");
  },

  async "compareAndSwap to a taken reuse key is a conflict and writes nothing"(storage) {
    await storedIntegration(storage, { reuseKey: "taken" });
    const record = await storedIntegration(storage, { reuseKey: "own" });
    await conflicts(
      () => storage.integrations.compareAndSwap({ ...record, reuseKey: "taken", version: 2 }, 1),
      "swapping to a taken reuse key",
    );
    equal(await storage.integrations.get(record.id), record, "the record afterwards");
  },

  async "compareAndSwap frees the reuse key it replaces"(storage) {
    const record = await storedIntegration(storage, { reuseKey: "shared" });
    await storage.integrations.compareAndSwap({ ...record, reuseKey: null, version: 2 }, 1);
    await storage.integrations.insert(integration({ reuseKey: "shared" }));
  },

  async "of two writers on one version, exactly one wins"(storage) {
    const record = await storedIntegration(storage);
    const writers = ["left", "right"].map((name) => ({ ...record, name, version: 2 }));
    const won = await Promise.all(writers.map((next) => storage.integrations.compareAndSwap(next, 1)));
    trueCount(won, 1, "writers that won");
    equal(await storage.integrations.get(record.id), writers[won.indexOf(true)], "the winner's record");
  },

  async "delete says whether there was one"(storage) {
    const { id } = await storedIntegration(storage);
    equal(await storage.integrations.delete(id), true, "first delete");
    equal(await storage.integrations.delete(id), false, "second delete");
    equal(await storage.integrations.get(id), null, "get after delete");
  },
};
