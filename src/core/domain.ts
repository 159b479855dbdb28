import type { CoreContext } from "./context.js";
import type { Refresher } from "./refresh.js";
import { createRefresher } from "./refresh.js";

/** The context with what is built on it and shared: one refresher per toolset, so that flights are shared. */
export interface Domain extends CoreContext {
  readonly refresher: Refresher;
}

/** Completes a context. */
export function createDomain(context: CoreContext): Domain {
  return { ...context, refresher: createRefresher(context) };
}
