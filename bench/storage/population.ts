import { destinationOf } from "../../src/core/destination.js";
import { createVault } from "../../src/core/vault.js";
import { randomText } from "./random-text.js";
import { seededRandom } from "./statistics.js";

/** Which connections a store is filled with; SQL and JavaScript compute them alike from a row's number. */
const CONNECTIONS_PER_ENTITY = 5;
export const KEY = { id: "bench", secret: "a-key-for-the-benchmark-of-32-bytes" };
/** When the first connection was made; each is a millisecond older than the next. */
export const EPOCH_MS = Date.UTC(2026, 0, 1);

const hex = (value: number): string => value.toString(16).padStart(12, "0");

/** UUID v7, ascending as those of real connections are. */
export function idOf(row: number): string {
  const time = hex(EPOCH_MS + row);
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${hex(row)}`;
}

/** An entity's connections were made at different times: they are spread over the table. */
export function entityOf(row: number, rows: number): string {
  return `user_${row % entitiesOf(rows)}`;
}

export function entitiesOf(rows: number): number {
  return Math.ceil(rows / CONNECTIONS_PER_ENTITY);
}

/** Each of an entity's connections is to another app: `bench0` to `bench4`. */
export function appOf(row: number, rows: number): string {
  return `bench${Math.floor(row / entitiesOf(rows))}`;
}

export const APPS: readonly string[] = Array.from(
  { length: CONNECTIONS_PER_ENTITY },
  (_, index) => `bench${index}`,
);

/** Tokens as long as those of large providers: sealed, they are about 1 kB. */
export function newTokens(row: number): { readonly access_token: string; readonly refresh_token: string } {
  return { access_token: `${randomText(320)}.a${row}`, refresh_token: `${randomText(120)}.r${row}` };
}

/** A row that is used: its credentials open. All others hold text of the same length. */
export interface SampledRow {
  readonly row: number;
  readonly id: string;
  readonly entityId: string;
  readonly app: string;
  readonly credentials: string;
}

/** When the tokens of a row end, in milliseconds since the epoch: none ends during a run. */
export const expiryOf = (row: number, now: number): number => now + 86_400_000 + row;

const vault = createVault([KEY]);

/** New credentials for a row, as a refresh seals them. */
export function sealTokens(where: Omit<SampledRow, "credentials">, now: number): Promise<string> {
  const { row, id, entityId, app } = where;
  const tokens = { ...newTokens(row), token_type: "bearer", scope: "read write" };
  const credentials = { ...tokens, expires_at: expiryOf(row, now) };
  const destination = destinationOf({ app, authScheme: "OAUTH2", params: {} });
  return vault.seal({ credentials, obtainedAt: now, destination }, { table: "connections", id, entityId });
}

/** Draws rows at random over the whole table and seals credentials for them. */
export async function drawSample(rows: number, size: number): Promise<readonly SampledRow[]> {
  const now = Date.now();
  return Promise.all(
    drawRows(rows, size).map(async (row) => {
      const where = { row, id: idOf(row), entityId: entityOf(row, rows), app: appOf(row, rows) };
      return { ...where, credentials: await sealTokens(where, now) };
    }),
  );
}

/** Different rows, in random order; the same in every run. */
export function drawRows(rows: number, size: number): readonly number[] {
  const random = seededRandom(rows);
  const drawn = new Set<number>();
  while (drawn.size < Math.min(rows, size)) drawn.add(Math.floor(random() * rows));
  return [...drawn];
}
