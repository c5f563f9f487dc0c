/** The known word that takes the fewest changes of a letter; there must be one. */
export const nearest = (word: string, known: readonly string[]): string => {
  const distances = known.map((each) => distance(word.toLowerCase(), each.toLowerCase()));
  return known[distances.indexOf(Math.min(...distances))] ?? '';
};

/** Levenshtein's, one row at a time. */
const distance = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [line, letter] of [...from].entries()) {
    const next = [line + 1];
    for (const [column, other] of [...to].entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
};
