import { describe, expect, it } from 'vitest';
import type { Activity } from '#shared/domain/activity.ts';
import { createJournal } from '#shared/stores/journal.ts';

const line = { kind: 'check_started', opportunityId: 'opp-1', detail: 'P0000000001' } as const;

describe('a journal', () => {
  it('writes lines that the integration itself is the author of, and signs of life', async () => {
    const lines: Omit<Activity, 'at'>[] = [];
    const signs: string[] = [];
    const journal = createJournal({
      activities: { record: async (_accountId, activity) => void lines.push(activity) },
      health: { note: async (_accountId, sign) => signs.push(sign) > 0 },
      report: () => {},
    });
    await journal.record('acct_harborlight', line);
    await journal.note('acct_harborlight', 'lastCheckAt');
    expect(lines).toEqual([{ ...line, by: null }]);
    expect(signs).toEqual(['lastCheckAt']);
  });

  it('never fails the work beside which it is written, but says that a line was lost', async () => {
    const reported: string[] = [];
    const fail = async (): Promise<never> => {
      throw new Error('The table is throttled.');
    };
    const journal = createJournal({
      activities: { record: fail },
      health: { note: fail },
      report: (code) => void reported.push(code),
    });
    await journal.record('acct_harborlight', line);
    await journal.note('acct_harborlight', 'lastLeverWriteAt');
    expect(reported).toEqual(['journal_line_lost', 'journal_line_lost']);
  });
});
