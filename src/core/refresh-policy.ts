/** Tokens are refreshed this long before they expire, or earlier in a short life. */
const MAX_MARGIN_MS = 300_000;
const MARGIN_SHARE = 0.2;
const MAX_MARGIN_SHARE = 0.5;
const FIRST_BACKOFF_MS = 250;

/** When credentials were obtained and when they stop working, in milliseconds since the epoch. */
export interface Lifetime {
  readonly obtainedAt: number;
  readonly expiresAt: number | null;
}

/**
 * How long before expiry a refresh is due: the app's own margin, else the smaller of 5 minutes and 20 % of the life.
 * Never more than half of the life: a token that is due as soon as it comes would be asked for on every request.
 */
export function refreshMargin(lifetime: Lifetime, override: number | null): number {
  if (lifetime.expiresAt === null) return 0;
  const life = Math.max(0, lifetime.expiresAt - lifetime.obtainedAt);
  if (override !== null) return Math.min(override, life * MAX_MARGIN_SHARE);
  return Math.min(MAX_MARGIN_MS, life * MARGIN_SHARE);
}

/** Whether credentials should be refreshed before they are used. */
export function isDue(lifetime: Lifetime, override: number | null, now: number): boolean {
  return lifetime.expiresAt !== null && now >= lifetime.expiresAt - refreshMargin(lifetime, override);
}

/** Whether credentials no longer work. */
export function isExpired(lifetime: Lifetime, now: number): boolean {
  return lifetime.expiresAt !== null && now >= lifetime.expiresAt;
}

/** How long to wait before the next try: what the provider asked for, else exponential with jitter. */
export function backoff(attempt: number, retryAfterMs: number | null, random: number): number {
  return retryAfterMs ?? FIRST_BACKOFF_MS * 2 ** (attempt - 1) * (0.5 + random);
}
