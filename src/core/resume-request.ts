import * as z from "zod";
import type { ConnectionKey, ConnectionRecord } from "../ports/storage.js";
import { idArgument, readArguments } from "./arguments.js";
import type { Attempt } from "./attempt.js";
import { readRow } from "./connection-rows.js";
import { viewStatus } from "./connection-view.js";
import type { CoreContext } from "./context.js";
import { deviceFlowOf, openPayload } from "./finish-flow.js";

const schema = z.strictObject({ connectionId: idArgument() });

/** The newest attempt on a connection, as whoever started it had it; of a browser's, where to send it is not kept. */
async function resumed(context: CoreContext, connection: ConnectionRecord): Promise<Attempt> {
  const now = context.runtime.clock.now();
  const { attempt } = connection;
  const flow = deviceFlowOf(connection);
  const isLate = attempt !== null && attempt.status === "INITIATED" && now >= attempt.expiresAt;
  const known = {
    connection,
    status: attempt === null ? viewStatus(connection, now) : isLate ? ("EXPIRED" as const) : attempt.status,
    attemptId: attempt?.id ?? null,
    redirectUrl: null,
    bindingCookie: null,
    device: null,
  };
  if (isLate || flow === null || attempt?.device === undefined) return known;
  const { prompt } = await openPayload(context, flow);
  if (prompt === null) return known;
  return {
    ...known,
    redirectUrl: prompt.verificationUriComplete ?? prompt.verificationUri,
    device: { prompt, expiresAt: flow.expiresAt, flow: attempt.device },
  };
}

/**
 * Checks the arguments of `entity.getConnectionRequest()`, and finds the newest attempt on the connection.
 *
 * @throws NoItemsFoundError when the entity has no such connection
 * @throws CipherError when what was sealed does not open
 */
export async function resumeRequest(
  context: CoreContext,
  entityId: ConnectionKey["entityId"],
  options: unknown,
): Promise<Attempt> {
  const { connectionId: id } = readArguments(schema, options, "entity.getConnectionRequest()");
  return resumed(context, (await readRow(context, { id, entityId })).connection);
}
