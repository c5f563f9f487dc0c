import { detailOf, titleOf, whoMoved } from './activity-detail.ts';
import { activityWords as words } from './activity-texts.ts';
import type { ActivityLine } from './candidates-contract.ts';
import type { Overview } from './contract.ts';

/** The lines as a table, with a head, in the words of the page. */
export const activityRows = (lines: readonly ActivityLine[], { connection }: Overview): string[][] => [
  words.columns,
  ...lines.map((line) => [
    new Date(line.at).toISOString(),
    titleOf(line),
    detailOf(line) ?? '',
    line.byName ?? line.by ?? (line.movedBy === undefined ? '' : whoMoved(line.movedBy)),
    line.opportunityId ?? '',
    line.opportunityId === null ? '' : `${connection.candidatesUrl}${encodeURIComponent(line.opportunityId)}`,
  ]),
];
