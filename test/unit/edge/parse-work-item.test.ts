import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseWorkItem } from '#shared/edge/parse-work-item.ts';

describe('parseWorkItem', () => {
  it('reads no work item out of anything else', () => {
    const bodies = ['', 'text', 'null', '[]', '{}', '{"accountId":"a"}', '{"accountId":"","opportunityId":"o"}'];
    for (const body of [...bodies, '{"accountId":"a","opportunityId":"../x"}', '{"accountId":1,"opportunityId":"o"}']) {
      expect(parseWorkItem(body)).toBeNull();
    }
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (body) => {
        parseWorkItem(body);
      }),
    );
  });

  it('reads the ids and nothing else', () => {
    const body = JSON.stringify({ accountId: 'acct_a', opportunityId: 'opp-1', name: 'Ottilie Wren' });
    expect(parseWorkItem(body)).toEqual({ accountId: 'acct_a', opportunityId: 'opp-1' });
  });
});
