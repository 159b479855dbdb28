import * as z from "zod";
import { lazy } from "../internal/lazy.js";
import { appArgument, idArgument } from "./arguments.js";

/** What `toolset.handleCallback()` takes beside the callback: a misspelt user is not taken for none. */
export const callbackSchema = lazy(() => z.strictObject({ entityId: z.unknown().optional() }));

/** What `toolset.getTools()` takes: the filter in it is checked by the registry. */
export const toolFilterSchema = lazy(() => z.looseObject({}));

/** What must be there before `toolset.handleToolCalls()` looks at the model's answer. */
export const toolCallsSchema = lazy(() => z.looseObject({ entityId: idArgument() }));

/** What must be there before `toolset.executeAction()` looks for the action; its arguments are checked by the action. */
export const executeActionSchema = lazy(() =>
  z.looseObject({ action: z.string().min(1), entityId: idArgument() }),
);

/** What must be there before `toolset.executeRequest()` makes the request, which is checked there. */
export const executeRequestSchema = lazy(() =>
  z.looseObject({ app: appArgument().optional(), entityId: idArgument() }),
);
