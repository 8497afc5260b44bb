/** "Did you mean": the known name that takes the fewest changes to get to. */

/** Insertions, deletions and replacements of a letter that turn `a` into `b` (Levenshtein distance). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const replaced = (row[j] as number) + (letter === b[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] as number) + 1, (next[j] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}

/** @returns undefined if every name is more than two changes away, or more than half of what was written */
export function nearestName(written: string, names: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let least = Math.min(2, Math.floor(written.length / 2)) + 1;
  for (const name of names) {
    const changes = distance(written, name);
    if (changes >= least) continue;
    least = changes;
    nearest = name;
  }
  return nearest;
}
