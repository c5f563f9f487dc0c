import { describe, expect, it } from 'vitest';
import { createHintStore } from '#shared/stores/hint-store.ts';
import { createMemoryTable } from '../../fakes/memory-table.ts';

const item = { accountId: 'acct_harborlight', opportunityId: 'opp-1' };

const scene = ({ fails = false } = {}) => {
  let now = 1_772_442_060_000;
  const table = createMemoryTable();
  const sent: { at: number; delaySeconds: number }[] = [];
  const hints = createHintStore(table, {
    now: () => now,
    gatherMs: () => 10_000,
    enqueueSync: async (_, delaySeconds = 0) => {
      if (fails) throw new Error('The queue does not answer.');
      sent.push({ at: now, delaySeconds });
    },
  });
  const wait = (ms: number): void => {
    now += ms;
  };
  return { table, sent, hints, wait };
};

describe('hints', () => {
  it('that come while a sync is held back need none of their own', async () => {
    const { sent, hints, wait } = scene();
    expect(await hints.note(item)).toBe(true);
    for (let n = 0; n < 20; n++) {
      wait(200);
      expect(await hints.note(item)).toBe(false);
    }
    expect(sent.map(({ delaySeconds }) => delaySeconds)).toEqual([10]);
  });

  it('never count on a sync that may have begun, by whatever clock', async () => {
    const { sent, hints, wait } = scene();
    await hints.note(item);
    wait(4_999);
    expect(await hints.note(item)).toBe(false);
    wait(1);
    // Ours may be five seconds behind the clock of whoever asked for it.
    expect(await hints.note(item)).toBe(true);
    expect(sent).toHaveLength(2);
  });

  it('of other opportunities and accounts are not held together', async () => {
    const { sent, hints } = scene();
    await hints.note(item);
    await hints.note({ ...item, opportunityId: 'opp-2' });
    await hints.note({ ...item, accountId: 'acct_other' });
    expect(sent).toHaveLength(3);
  });

  it('count on no message that was never sent', async () => {
    const { table, hints } = scene({ fails: true });
    await expect(hints.note(item)).rejects.toThrow();
    expect(table.items.size).toBe(0);
  });

  it('are forgotten with the opportunity, and by themselves', async () => {
    const { table, hints } = scene();
    await hints.note(item);
    expect([...table.items.values()][0]?.expiresAt).toBe(1_772_442_060 + 60);
    await hints.forget(item.accountId, item.opportunityId);
    expect(table.items.size).toBe(0);
  });
});
