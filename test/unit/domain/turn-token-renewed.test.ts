import { describe, expect, it } from 'vitest';
import { newRecord, type OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import { scheduledAt, withFailure } from '#shared/domain/retry-policy.ts';
import { turnTokenRenewed } from '#shared/domain/turn-token-renewed.ts';
import { retryPolicy } from './samples.ts';

const now = 1_772_442_060_000;
const day = 86_400_000;
const record = (given: Partial<OpportunityRecord>): OpportunityRecord => ({ ...newRecord('acct', 'opp'), ...given });
const blocked = (code: 'turn_token_rejected' | 'no_email'): OpportunityRecord['entries'] => [
  { state: 'blocked', enteredAt: now - day, problem: { code, detail: null, since: now - day } },
];
const refused = { ...withFailure(null, 'turn_token_rejected', { now, retryPolicy }, 0.5), dueAt: now + day };

describe('a new token for Turn', () => {
  it('has a check that waited for it decided now', () => {
    const waiting = record({ entries: blocked('turn_token_rejected'), nextDecision: scheduledAt(now + day) });
    expect(turnTokenRenewed(waiting, now).record.nextDecision).toMatchObject({ dueAt: now, attempts: 0 });
  });

  it('has news that waited for it read now', () => {
    const waiting = record({ nextSync: refused, nextDecision: scheduledAt(now + day) });
    const { nextSync, nextDecision } = turnTokenRenewed(waiting, now).record;
    expect(nextSync).toMatchObject({ dueAt: now });
    expect(nextSync?.lastFailure).toBeUndefined();
    expect(nextDecision).toEqual(scheduledAt(now + day));
  });

  it('changes nothing of what waits for something else, or was erased', () => {
    for (const other of [
      record({ entries: blocked('no_email'), nextDecision: scheduledAt(now + day) }),
      record({ nextSync: scheduledAt(now + day) }),
      record({ entries: blocked('turn_token_rejected'), erasedAt: now }),
    ])
      expect(turnTokenRenewed(other, now).record).toBe(other);
  });
});
