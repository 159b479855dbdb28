/** Runs a task under a key, or joins the run of that key that is under way. */
export type SingleFlight<Value> = (key: string, run: () => Promise<Value>) => Promise<Value>;

/**
 * Makes callers of one key at one time share one run and its outcome. Nothing is kept once a run has settled.
 *
 * @example
 * ```ts
 * const flights = createSingleFlight<string>();
 * await Promise.all([flights("a", fetchToken), flights("a", fetchToken)]); // fetchToken is called once
 * ```
 */
export function createSingleFlight<Value>(): SingleFlight<Value> {
  const flights = new Map<string, Promise<Value>>();
  return (key, run) => {
    const joined = flights.get(key);
    if (joined !== undefined) return joined;
    // Started a turn later, so that a run that throws at once is in the map before it is taken out.
    const flight = Promise.resolve()
      .then(run)
      .finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  };
}
