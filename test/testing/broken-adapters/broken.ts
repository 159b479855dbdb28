import { StorageError } from "../../../src/errors.js";
import type { OutboxStore, StorageAdapter } from "../../../src/ports/storage.js";
import { memoryStorage } from "../../../src/storage/memory.js";

type Stores = "integrations" | "connections" | "flows" | "leases";
/** Memory storage, which has an outbox. */
export type SoundStorage = StorageAdapter & { readonly outbox: OutboxStore };
/** What is broken; all else is sound. */
type Breakage = { readonly [Store in Stores]?: Partial<StorageAdapter[Store]> } & {
  readonly outbox?: Partial<OutboxStore>;
};

/** What is wrong, how to make it, and a case that finds it. */
export type Faults = Readonly<Record<string, readonly [create: () => StorageAdapter, detectedBy: string]>>;

/** Memory storage with some of its operations replaced by broken ones. */
export function broken(breakIt: (sound: SoundStorage) => Breakage): () => StorageAdapter {
  return () => {
    const sound = memoryStorage();
    const { outbox } = sound;
    if (outbox === null) throw new Error("Memory storage has an outbox.");
    const faults = breakIt({ ...sound, outbox });
    return {
      ...sound,
      integrations: { ...sound.integrations, ...faults.integrations },
      connections: { ...sound.connections, ...faults.connections },
      flows: { ...sound.flows, ...faults.flows },
      leases: { ...sound.leases, ...faults.leases },
      outbox: { ...outbox, ...faults.outbox },
    };
  };
}

/** What a sound adapter throws when something is taken. */
export const conflict = (): StorageError =>
  new StorageError("STORAGE_CONFLICT", "This is taken.", { adapter: "memory", operation: "insert" });
