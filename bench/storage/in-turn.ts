import type { Summary } from "./statistics.js";
import { summarize, timed } from "./statistics.js";

/** What is measured beside others: one kind of call on one store. */
export interface Subject {
  /** Statements of its store so far. */
  statements(): number;
  /** Begins a round, as a process that has just started. */
  begin(): Prepare;
}

/** Makes the next call, on the next row; what it does before it returns is not timed. */
export type Prepare = () => Promise<() => Promise<unknown>>;

/** What the calls on one subject showed. */
export interface Measured extends Summary {
  /** Per call. */
  readonly statements: number;
}

export interface Rounds {
  readonly rounds: number;
  readonly callsPerRound: number;
}

export const READS: Rounds = { rounds: 40, callsPerRound: 100 };
export const WRITES: Rounds = { rounds: 30, callsPerRound: 50 };
/** Opens code paths and derives keys: not measured. */
const WARM_UP_CALLS = 5;

interface Tally {
  readonly subject: Subject;
  readonly durations: number[];
  statements: number;
}

async function runRound(tally: Tally, calls: number): Promise<void> {
  const { subject, durations } = tally;
  const prepare = subject.begin();
  for (let call = -WARM_UP_CALLS; call < calls; call += 1) {
    const run = await prepare();
    const before = subject.statements();
    const duration = await timed(run);
    if (call < 0) continue;
    durations.push(duration);
    tally.statements += subject.statements() - before;
  }
}

/** Measures all subjects round by round, in turn: what the machine does meanwhile hits all alike. */
export async function measureInTurn(
  subjects: readonly Subject[],
  { rounds, callsPerRound }: Rounds,
): Promise<readonly Measured[]> {
  const tallies = subjects.map((subject): Tally => ({ subject, durations: [], statements: 0 }));
  for (let round = 0; round < rounds; round += 1) {
    for (const tally of round % 2 === 0 ? tallies : [...tallies].reverse()) {
      await runRound(tally, callsPerRound);
    }
  }
  return tallies.map(({ durations, statements }) => ({
    ...summarize(durations),
    statements: statements / durations.length,
  }));
}

/** A sample over and over: at a million connections a run does not come round. */
export function nextOf<Row>(sample: readonly Row[]): () => Row {
  let position = 0;
  return () => {
    const row = sample[position % sample.length];
    position += 1;
    if (row === undefined) throw new Error("The sample is empty.");
    return row;
  };
}
