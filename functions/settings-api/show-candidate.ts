import type * as z from 'zod/mini';
import { candidateOf } from '#shared/domain/candidate-state.ts';
import { isOpportunityId } from '#shared/domain/ids.ts';
import { movedByOf } from '#shared/domain/stage-entry.ts';
import type { Request } from '#shared/edge/authorize.ts';
import type { Answer } from '#shared/edge/http-handler.ts';
import type { Refusal } from '#shared/edge/posted-handler.ts';
import type { AppPorts } from '#shared/vendors.ts';
import type { candidateSchema } from './candidate-schemas.ts';
import { withNames } from './with-names.ts';

type Shown = z.infer<typeof candidateSchema>;
type Line = Omit<Shown['timeline'][number], 'byName'>;

/** More than happens to one candidate in a year. */
const mostLines = 200;

/** A candidate and what happened to them, newest first: the activity of a year, and each move into a trigger stage that is still known. */
export const showCandidate = async ({ account, incoming }: Request, ports: AppPorts): Promise<Answer> => {
  const { accountId } = account;
  const { opportunityId = '' } = incoming.path;
  if (!isOpportunityId(opportunityId)) return unknown;
  const { record, version } = await ports.records.load(accountId, opportunityId);
  if (version === null || record.erasedAt !== null) return unknown;
  const { activities, isComplete } = await ports.activities.listAbout(accountId, opportunityId, mostLines);
  const happened = activities.map(({ opportunityId: _, ...line }): Line => line);
  const moves = record.entries.flatMap((entry): Line[] =>
    entry.enteredAt === null
      ? []
      : [
          {
            at: entry.enteredAt,
            kind: 'moved_in',
            detail: null,
            by: null,
            ...('movedBy' in entry ? movedByOf(entry) : {}),
          },
        ],
  );
  const timeline = [...happened, ...moves].toSorted((one, other) => other.at - one.at);
  const json: Shown = {
    ...candidateOf(record),
    timeline: await withNames(accountId, timeline, ports),
    isComplete,
  };
  return { status: 200, json };
};

const unknown: Refusal = {
  status: 404,
  code: 'unknown_candidate',
  message: 'We do not know this candidate: they never entered a trigger stage, or were deleted in Lever.',
};
