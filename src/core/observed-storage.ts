import type { StorageAdapter } from "../ports/storage.js";
import type { Telemetry } from "../ports/telemetry.js";
import { adapterOf } from "./adapter-of.js";
import { noTelemetry } from "./no-telemetry.js";
import { wrappedStorage } from "./wrapped-storage.js";

/** A storage each call of which is a span; the storage itself when nobody watches. */
export function observedStorage(storage: StorageAdapter, telemetry: Telemetry): StorageAdapter {
  if (telemetry === noTelemetry) return storage;
  return wrappedStorage(storage, (operation, call) =>
    telemetry.span(
      {
        name: "mooring.storage",
        kind: storage.persistent ? "client" : "internal",
        attributes: {
          "mooring.storage.adapter": adapterOf(storage, operation),
          "mooring.storage.operation": operation,
        },
      },
      call,
    ),
  );
}
