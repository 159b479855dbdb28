import { MooringError } from "../../errors.js";
import type { StorageAdapter } from "../../ports/storage.js";

/**
 * The checks of one topic, by what they hold the adapter to. `dump` is null where the store cannot be listed, and
 * `sharesClock` true where its clock is that of this process.
 */
export type Checks = Readonly<
  Record<
    string,
    (storage: StorageAdapter, dump: (() => Promise<string>) | null, sharesClock: boolean) => Promise<void>
  >
>;

/** Fails unless both are deeply equal. */
export function equal(actual: unknown, expected: unknown, what: string): void {
  if (same(actual, expected)) return;
  throw new Error(`${what}: expected ${show(expected)}, got ${show(actual)}.`);
}

/** Fails unless exactly that many are true. */
export function trueCount(results: readonly boolean[], expected: number, what: string): void {
  equal(results.filter(Boolean).length, expected, what);
}

/** Fails unless the operation rejects with a StorageError `STORAGE_CONFLICT`. */
export async function conflicts(run: () => Promise<unknown>, what: string): Promise<void> {
  requireConflict(await rejection(run, what), what);
}

/** Whether the operation was done. Fails when it rejects with anything but a StorageError `STORAGE_CONFLICT`. */
export async function doneOrConflict(run: () => Promise<unknown>, what: string): Promise<boolean> {
  try {
    await run();
    return true;
  } catch (error) {
    requireConflict(error, what);
    return false;
  }
}

function requireConflict(error: unknown, what: string): void {
  if (MooringError.is(error) && error.code === "STORAGE_CONFLICT") return;
  throw new Error(`${what}: expected a StorageError STORAGE_CONFLICT, got ${show(error)}.`, { cause: error });
}

/** Fails unless the operation rejects with a ValidationError that names the field. */
export async function refuses(run: () => Promise<unknown>, field: string, what: string): Promise<void> {
  const error = await rejection(run, what);
  const { code, issues } = MooringError.is(error) ? error.toJSON() : {};
  if (code === "INPUT_INVALID" && Array.isArray(issues) && issues.some(({ path }) => path === field)) return;
  throw new Error(`${what}: expected a ValidationError naming \`${field}\`, got ${show(error)}.`, {
    cause: error,
  });
}

async function rejection(run: () => Promise<unknown>, what: string): Promise<unknown> {
  const outcome = await run().then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ("error" in outcome) return outcome.error;
  throw new Error(`${what}: expected an error, got ${show(outcome.value)}.`);
}

function same(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const [leftKeys, rightKeys] = [Object.keys(left), Object.keys(right)];
  return (
    leftKeys.length === rightKeys.length &&
    leftKeys.every(
      (key) => Object.hasOwn(right, key) && same(Reflect.get(left, key), Reflect.get(right, key)),
    )
  );
}

function show(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}
