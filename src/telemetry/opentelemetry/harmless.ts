/** Runs what belongs to telemetry alone; null when it throws: no request fails because it could not be watched. */
export function harmless<Value>(run: () => Value): Value | null {
  try {
    return run();
  } catch {
    return null;
  }
}
