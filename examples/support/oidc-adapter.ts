import type { Adapter, Payload } from "oidc-provider";

/** In-memory records of the authorization server, with a handle on them for tests. */
export interface OidcRecords {
  /** What `oidc-provider` takes as `adapter`. */
  readonly adapter: (model: string) => Adapter;
  /** Makes every access token there is one that expired a second ago; returns how many there were. */
  expireAccessTokens(): number;
  /** Every authorization code, access token and refresh token there ever was. */
  issued(): readonly string[];
}

/** Models whose id is the opaque value that is handed out. */
const HANDED_OUT = new Set(["AuthorizationCode", "AccessToken", "ClientCredentials", "RefreshToken"]);

const seconds = () => Math.floor(Date.now() / 1000);

/** Makes an empty set of records, one per server. */
export function createOidcRecords(): OidcRecords {
  const models = new Map<string, Map<string, Payload>>();
  const issued = new Set<string>();
  const recordsOf = (model: string) => {
    const records = models.get(model) ?? new Map<string, Payload>();
    models.set(model, records);
    return records;
  };

  const adapter = (model: string): Adapter => {
    const records = recordsOf(model);
    const findBy = (field: "uid" | "userCode", value: string) =>
      [...records.values()].find((payload) => payload[field] === value);
    return {
      async upsert(id, payload) {
        records.set(id, payload);
        if (HANDED_OUT.has(model)) issued.add(id);
      },
      async find(id) {
        return records.get(id);
      },
      async findByUid(uid) {
        return findBy("uid", uid);
      },
      async findByUserCode(userCode) {
        return findBy("userCode", userCode);
      },
      async consume(id) {
        const payload = records.get(id);
        if (payload !== undefined) payload.consumed = seconds();
      },
      async destroy(id) {
        records.delete(id);
      },
      async revokeByGrantId(grantId) {
        for (const [id, payload] of records) {
          if (payload.grantId === grantId) records.delete(id);
        }
      },
    };
  };

  return {
    adapter,
    expireAccessTokens() {
      const tokens = [...recordsOf("AccessToken").values()];
      for (const token of tokens) token.exp = seconds() - 1;
      return tokens.length;
    },
    issued: () => [...issued],
  };
}
