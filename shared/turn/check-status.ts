import type { CheckStatus } from '#shared/domain/stage-entry.ts';

/**
 * Turn's states in the words that Lever shows. `approved` is `clear` and `pending` is `consider`: so Turn itself writes
 * them to applicant tracking systems (its Fountain guide), and so the help article shows them.
 */
const statusByState: ReadonlyMap<string, string> = new Map(
  Object.entries({
    initiated: 'initiated',
    emailed: 'emailed',
    consent: 'consent',
    processing: 'processing',
    review: 'reviewing',
    review__identity: 'verifying',
    pending: 'consider',
    pending__first_notice: 'first_notice',
    pending__second_notice: 'second_notice',
    approved: 'clear',
    rejected: 'rejected',
    withdrawn: 'withdrawn',
  }),
);

/**
 * A check's status from Turn's `state`. An unknown `x__y` counts as its family `x`, an unknown `x` shows as itself. What sounds like good
 * news and is not exactly Turn's `approved` is not good news: it counts as under review. Nothing is final, for a recheck reopens.
 */
export const readCheckStatus = (state: string): CheckStatus => {
  const word = state.trim().toLowerCase();
  const known = word !== 'approved' && /^[^a-z]*(?:approved|clear)/u.test(word) ? 'review' : word;
  const [family = known] = known.split('__');
  return {
    name:
      statusByState.get(known) ??
      (family === 'review' && known !== family ? 'compliance_review' : familyStatus(family)),
    isComplete: ['approved', 'rejected', 'withdrawn'].includes(family),
    isWithdrawn: family === 'withdrawn',
    hasReport: ['pending', 'approved', 'rejected'].includes(family),
  };
};

const familyStatus = (family: string): string =>
  statusByState.get(family) ?? (family.replaceAll(/[^a-z0-9_]/gu, '_').slice(0, 40) || 'unknown');
