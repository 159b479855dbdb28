import type { MooringToolSet, StorageAdapter } from "../../../src/index.js";
import { CLIENT, setUp } from "../../support/acme.js";
import { keysInUse, OLD } from "../../support/rotated-keys.js";

const HOUR_MS = 3_600_000;

/** A token endpoint that rotates refresh tokens, and takes of each user only the one it gave last. */
function tokenEndpoint() {
  const refreshed = new Map<string, number>();
  const refused: string[] = [];
  const tokenOf = (user: string): string => `${user}.${refreshed.get(user) ?? 0}`;
  return {
    /** The refresh token of a user that works. */
    tokenOf,
    /** Refresh tokens that were presented though they were spent. */
    refused,
    /** How many were rotated. */
    rotated: (): number => [...refreshed.values()].reduce((sum, count) => sum + count, 0),
    async fetch(input: Request | URL | string, init?: RequestInit): Promise<Response> {
      const form = new URLSearchParams(await new Request(input, init).text());
      const token = form.get("refresh_token") ?? "";
      const user = token.replace(/\.\d+$/, "");
      if (token !== tokenOf(user)) {
        refused.push(token);
        return Response.json({ error: "invalid_grant" }, { status: 400 });
      }
      refreshed.set(user, (refreshed.get(user) ?? 0) + 1);
      return Response.json({
        access_token: `access-${tokenOf(user)}`,
        token_type: "bearer",
        refresh_token: tokenOf(user),
        expires_in: 36_000,
      });
    },
  };
}

/** Connections of many users in one storage, and the processes of a host that use it with one key or the other. */
export function rotatingWorld(storage: StorageAdapter) {
  const endpoint = tokenEndpoint();
  /** A process whose keys are these; time is real. */
  const processWith = (...keys: readonly (typeof OLD)[]): MooringToolSet =>
    setUp({ storage, encryption: { keys }, fetch: endpoint.fetch, clock: undefined }).toolset;

  return {
    endpoint,
    processWith,
    /** Connects that many users with the old key; every tenth token is due for a refresh. */
    async stock(count: number): Promise<void> {
      const toolset = processWith(OLD);
      await toolset.createIntegration({ app: "acme", authScheme: "OAUTH2", authConfig: CLIENT });
      const rows = Array.from({ length: count }, (_, index) => ({
        entityId: `user-${index}`,
        app: "acme",
        authScheme: "OAUTH2",
        credentials: {
          access_token: `access-user-${index}.0`,
          refresh_token: endpoint.tokenOf(`user-${index}`),
          expires_at: Date.now() + (index % 10 === 0 ? -1 : 10) * HOUR_MS,
        },
      }));
      const { imported } = await toolset.importConnections(rows, { concurrency: 32 });
      if (imported !== count) throw new Error(`Only ${imported} were imported.`);
    },
    keysInUse: () => keysInUse(storage),
    /** Users whose stored refresh token is not the one that works, as a process with these keys reads it. */
    async lost(...keys: readonly (typeof OLD)[]): Promise<readonly string[]> {
      const found: string[] = [];
      for await (const { entityId, credentials } of processWith(...keys).exportConnections()) {
        if (credentials?.["refresh_token"] !== endpoint.tokenOf(entityId)) found.push(entityId);
      }
      return found;
    },
  };
}

/** What a request of a user's would go out with. */
export async function accessTokenOf(toolset: MooringToolSet, user: string): Promise<string | undefined> {
  const connection = await toolset.getEntity(user).getConnection({ app: "acme" });
  return (await connection.getAuthParams()).headers["authorization"];
}
