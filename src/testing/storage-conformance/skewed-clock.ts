/**
 * Runs it as a process whose clock is that many milliseconds ahead (behind, when negative): `Date` is another while it
 * runs. `performance.now()` counts from any moment, so it says nothing about a clock.
 */
export async function withClockAhead<Result>(
  milliseconds: number,
  run: () => Promise<Result>,
): Promise<Result> {
  const real = globalThis.Date;
  const now = (): number => real.now() + milliseconds;
  globalThis.Date = new Proxy(real, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    get: (target, name, receiver) => (name === "now" ? now : Reflect.get(target, name, receiver)),
  });
  try {
    return await run();
  } finally {
    globalThis.Date = real;
  }
}
