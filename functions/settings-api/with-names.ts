import type { AppPorts } from '#shared/vendors.ts';

/** The lines, each with what the person who did it is called, where that is known. */
export const withNames = async <Line extends { readonly by: string | null }>(
  accountId: string,
  lines: readonly Line[],
  { people }: Pick<AppPorts, 'people'>,
): Promise<(Line & { byName: string | null })[]> => {
  const names = await people.namesOf(
    accountId,
    lines.flatMap(({ by }) => by ?? []),
  );
  return lines.map((line) => ({ ...line, byName: names.get(line.by ?? '') ?? null }));
};
