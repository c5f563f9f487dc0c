/** What is due, in turns: of each account one item, then of each the next, until all is there; of one account so many at most. Whoever comes first here comes first in each turn. */
export const inTurn = <T>(due: Iterable<T>, mostOfOne: number, accountOf: (item: T) => string): T[] => {
  const ofAccount = new Map<string, T[]>();
  for (const item of due) {
    const accountId = accountOf(item);
    const items = ofAccount.get(accountId) ?? [];
    if (items.length < mostOfOne) items.push(item);
    ofAccount.set(accountId, items);
  }
  const turns: T[][] = [];
  for (const items of ofAccount.values())
    for (const [turn, item] of items.entries()) {
      turns[turn] ??= [];
      turns[turn].push(item);
    }
  return turns.flat();
};
