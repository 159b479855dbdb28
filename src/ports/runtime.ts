/** The web-standard `fetch`, as the host injects it. */
export type Fetch = (input: Request | URL | string, init?: RequestInit) => Promise<Response>;

/** Time, injectable so that tests need no sleeping. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after that many milliseconds; rejects with the signal's reason when it is aborted first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** Where Mooring says what it does. Fields hold ids and codes, never secrets. */
export interface Logger {
  debug(message: string, fields: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
}

/** What the host's environment provides. */
export interface Runtime {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly logger: Logger;
}
