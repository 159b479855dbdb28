function pairs(text: string): readonly string[] {
  return Array.from({ length: Math.max(0, text.length - 1) }, (_, index) => text.slice(index, index + 2));
}

/** Sørensen–Dice coefficient over pairs of letters: 1 for the same text, 0 for nothing in common. */
function similarity(left: string, right: string): number {
  const a = pairs(left);
  const rest = [...pairs(right)];
  let shared = 0;
  for (const pair of a) {
    const index = rest.indexOf(pair);
    if (index === -1) continue;
    rest.splice(index, 1);
    shared += 1;
  }
  return (2 * shared) / Math.max(1, a.length + pairs(right).length);
}

/** The names most like a misspelt one, the closest first; at most three. */
export function closeMatches(name: string, names: Iterable<string>): readonly string[] {
  const wanted = name.slice(0, 64).toUpperCase();
  return [...names]
    .map((candidate) => ({ candidate, score: similarity(wanted, candidate.toUpperCase()) }))
    .filter(({ score }) => score > 0.5)
    .sort((left, right) => right.score - left.score)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** A name a model or a host made up, short enough and quoted, to be shown in a message. */
export function quoteName(name: string): string {
  return JSON.stringify(name.length > 64 ? `${name.slice(0, 64)}…` : name);
}
