/** The farthest a word may lie from a candidate, in edits, to pass for a slip of the fingers. */
const MOST_EDITS = 2;

/**
 * The candidate that `word` was most likely meant to be, ignoring case: the nearest one within two edits
 * that keep at least half of the letters, otherwise one that the word begins, or that begins the word.
 * Of equally near candidates the first wins.
 */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  const typed = word.trim().toLowerCase();
  if (typed === "") return undefined;

  let nearest: string | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const edits = editDistance(typed, candidate.toLowerCase());
    const longest = Math.max(typed.length, candidate.length);
    if (edits < fewest && edits <= MOST_EDITS && 2 * edits <= longest) {
      nearest = candidate;
      fewest = edits;
    }
  }
  return nearest ?? candidates.find((candidate) => sharePrefix(typed, candidate.toLowerCase()));
}

function sharePrefix(a: string, b: string): boolean {
  return a !== "" && b !== "" && (a.startsWith(b) || b.startsWith(a));
}

/**
 * Fewest insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`, no letter
 * being touched twice: the restricted Damerau–Levenshtein distance (Damerau, Communications of the ACM 7(3), 1964).
 */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let edits = Math.min(row[j - 1]! + 1, last[j]! + 1, substitution);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) edits = Math.min(edits, beforeLast[j - 2]! + 1);
      row.push(edits);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
