import { currentEntry, type OpportunityRecord } from './opportunity-record.ts';
import { rescheduled, type ScheduledWork } from './retry-policy.ts';
import { problemOf } from './stage-entry.ts';
import type { Transition } from './transition.ts';

/** The account has a new token for Turn: what the old one, or none, kept waiting is due now. Unchanged where that kept nothing. */
export const turnTokenRenewed = (record: OpportunityRecord, now: number): Transition => {
  const { nextDecision, nextSync } = record;
  const isBlocked = problemOf(currentEntry(record))?.code === 'turn_token_rejected';
  const isDecisionDue = isBlocked || waitsForToken(nextDecision);
  if (record.erasedAt !== null || (!isDecisionDue && !waitsForToken(nextSync))) return { record, effects: [] };
  return {
    record: {
      ...record,
      nextDecision: isDecisionDue ? rescheduled(nextDecision, now) : nextDecision,
      nextSync: waitsForToken(nextSync) ? rescheduled(nextSync, now) : nextSync,
    },
    effects: [],
  };
};

const waitsForToken = (work: ScheduledWork | null): boolean => work?.lastFailure === 'turn_token_rejected';
