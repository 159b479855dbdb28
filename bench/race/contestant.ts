/** A grant as the token server issues it. */
export interface IssuedTokens {
  readonly access_token: string;
  readonly token_type: "Bearer";
  readonly refresh_token?: string;
}

/** What all processes share. */
export interface Shared {
  /** A PostgreSQL database of the race's own. */
  readonly databaseUrl: string;
  /** The strict token server, with its API. */
  readonly origin: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A library that keeps a user's tokens fresh, used as its documents say. */
export interface Contestant {
  /** As npm calls it. */
  readonly name: string;
  /** How it is used here, and what it leaves to the app. */
  readonly use: string;
  /** Makes the tables it needs, once. */
  migrate(shared: Shared): Promise<void>;
  /** Starts it in a process. */
  start(shared: Shared): Promise<Player>;
}

/** A library in one process. */
export interface Player {
  /** Stores a grant whose access token has expired. */
  store(login: string, tokens: IssuedTokens): Promise<void>;
  /** What the callers of this process share for one user; each of them calls what is returned once. */
  join(login: string): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** An hour ago: no margin or window of a library matters. */
export const expiredAt = (): number => Date.now() - 3_600_000;

/** Uses a token as an app does. @throws Error when the API does not take it */
export async function useToken(origin: string, accessToken: string): Promise<void> {
  await assertTaken(await fetch(`${origin}/api/me`, { headers: { authorization: `Bearer ${accessToken}` } }));
}

/** @throws Error when the API did not take the token */
export async function assertTaken(response: Response): Promise<void> {
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`The API answered ${response.status}.`);
}
