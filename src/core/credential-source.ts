import { raceSignal } from "../internal/race-signal.js";
import type { CredentialSource, OpenedCredentials } from "../ports/request.js";
import type { ConnectionKey } from "../ports/storage.js";
import { appEndpoints } from "./app-endpoints.js";
import { appHeaders } from "./app-headers.js";
import type { CoreContext } from "./context.js";
import { openForRequest } from "./open-for-request.js";
import type { OpenedRow } from "./opened-row.js";
import type { Refresher } from "./refresh.js";
import { schemeContext } from "./scheme-context.js";
import { secretsIn } from "./secrets-in.js";

/**
 * The credentials of one connection: each `open` reads the row once, so that a change made anywhere is seen at once
 * (unless the host has asked for a cache of rows), and refreshes first when that is due.
 */
export function createCredentialSource(
  context: CoreContext,
  refresher: Refresher,
  key: ConnectionKey,
): CredentialSource {
  const toCredentials = async (
    opened: OpenedRow,
    signal: AbortSignal | undefined,
  ): Promise<OpenedCredentials> => {
    const { row, grant } = opened;
    const { app, scheme } = context.apps.scheme(row.connection.app, row.connection.authScheme);
    const known = await schemeContext(context, row, signal);
    const { baseUrl, origins } = appEndpoints(app, row.connection.params);
    return {
      baseUrl,
      origins,
      headers: appHeaders(app, row.connection.params),
      rateLimit: app.rateLimit,
      redirectHosts: app.redirectHosts,
      apply: (request) => scheme.apply(request, grant.credentials, known),
      isChallenge: (response, request) => scheme.isChallenge?.(response, request, grant.credentials) ?? false,
      accepted: () => refresher.accepted(opened),
      secrets: () => secretsIn(scheme, known, grant.credentials),
      async renew(renewSignal) {
        // Another process may have stored newer ones than were read lately.
        context.rows?.forget(key);
        const renewed = await raceSignal(refresher.replaceRejected(opened), renewSignal);
        return renewed === null ? null : toCredentials(renewed, renewSignal);
      },
    };
  };
  return {
    async open(signal) {
      const opened = await openForRequest(context, key);
      const fresh = refresher.ensureFresh(opened);
      return toCredentials(fresh instanceof Promise ? await raceSignal(fresh, signal) : fresh, signal);
    },
  };
}
