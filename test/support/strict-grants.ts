import { randomBytes } from "node:crypto";

/** A token answer (RFC 6749 §5.1). */
export interface TokenAnswer {
  readonly access_token: string;
  readonly token_type: "Bearer";
  readonly expires_in: number;
  readonly refresh_token?: string;
}

/** One grant of a user. */
export interface GrantState {
  readonly login: string;
  isAlive: boolean;
  refreshToken: string;
  accessToken: string | null;
}

/** A value nobody can guess. */
export const secret = (): string => randomBytes(24).toString("base64url");

/** The grants of a server that rotates refresh tokens, and ends a grant when a spent one comes back. */
export function createStrictGrants(expiresInSeconds: number) {
  let forgivesReuse = false;
  const grants: GrantState[] = [];
  const byRefreshToken = new Map<string, GrantState>();
  const byAccessToken = new Map<string, GrantState>();
  const codes = new Map<string, { readonly login: string; readonly challenge: string }>();
  const issue = (grant: GrantState, rotates: boolean): TokenAnswer => {
    grant.accessToken = secret();
    byAccessToken.set(grant.accessToken, grant);
    if (rotates) {
      grant.refreshToken = secret();
      byRefreshToken.set(grant.refreshToken, grant);
    }
    return {
      access_token: grant.accessToken,
      token_type: "Bearer",
      expires_in: expiresInSeconds,
      ...(rotates ? { refresh_token: grant.refreshToken } : {}),
    };
  };
  return {
    codes,
    start(login: string): TokenAnswer {
      const grant: GrantState = { login, isAlive: true, refreshToken: "", accessToken: null };
      grants.push(grant);
      return issue(grant, true);
    },
    /** Reuse of a spent refresh token ends the whole grant (RFC 9700 §4.14.2). */
    refresh(token: string, rotates: boolean): TokenAnswer | "refused" | "reused" {
      const grant = byRefreshToken.get(token);
      if (grant === undefined || !grant.isAlive) return "refused";
      if (grant.refreshToken === token || forgivesReuse) return issue(grant, rotates);
      grant.isAlive = false;
      return "reused";
    },
    forgiveReuse(): void {
      forgivesReuse = true;
    },
    revoke(token: string): void {
      const grant = byRefreshToken.get(token) ?? byAccessToken.get(token);
      if (grant !== undefined) grant.isAlive = false;
    },
    /** Whose access token it is; null unless it is the grant's newest. */
    loginOf(token: string): string | null {
      const grant = byAccessToken.get(token);
      return grant?.isAlive === true && grant.accessToken === token ? grant.login : null;
    },
    expireAccessTokens(): void {
      for (const grant of grants) grant.accessToken = null;
    },
    newestOf: (login: string): GrantState | undefined => grants.findLast((grant) => grant.login === login),
  };
}
