import type { MooringToolSetOptions, StorageAdapter } from "mooring";
import { defineApp, MooringToolSet } from "mooring";
import type { Engine, Store } from "./engine.js";
import type { SampledRow } from "./population.js";
import { APPS, drawSample, KEY } from "./population.js";

/** A filled store. */
export interface Stage {
  readonly rows: number;
  readonly store: Store;
  /** The rows that are used, in random order. */
  readonly sample: readonly SampledRow[];
  /** A toolset as a process has it that just started: nothing is opened or cached yet. */
  newToolset(options?: ToolsetOptions): MooringToolSet;
}

export type ToolsetOptions = Partial<Omit<MooringToolSetOptions<never, never, never>, "framework">>;

/** Rows that are used: each once, as far as there are enough. */
const SAMPLE_SIZE = 20_000;
const CLIENT = { client_id: "client-of-the-benchmark", client_secret: "secret-of-the-benchmark" };

/** A toolset on any storage whose apps are at a loopback provider. */
function createToolset(
  storage: StorageAdapter,
  origin: string,
  options: ToolsetOptions = {},
): MooringToolSet {
  const apps = APPS.map((slug) =>
    defineApp({
      slug,
      name: slug,
      description: "The loopback provider",
      baseUrl: origin,
      authSchemes: [
        { scheme: "OAUTH2", authorizationUrl: `${origin}/authorize`, tokenUrl: `${origin}/token` },
      ],
    }),
  );
  return new MooringToolSet({ storage, encryption: { keys: [KEY] }, apps, ...options });
}

/** Makes a store of that many connections, all usable through the provider at `origin`. */
export async function createStage(engine: Engine, rows: number, origin: string): Promise<Stage> {
  const store = await engine.createStore(rows);
  const newToolset = (options?: ToolsetOptions) => createToolset(store.storage, origin, options);
  const integrations = new Map<string, string>();
  for (const app of APPS) {
    const { id } = await newToolset().createIntegration({ app, authConfig: CLIENT });
    integrations.set(app, id);
  }
  const sample = await drawSample(rows, SAMPLE_SIZE);
  await store.seed({ rows, sample, integrations });
  return { rows, store, sample, newToolset };
}
