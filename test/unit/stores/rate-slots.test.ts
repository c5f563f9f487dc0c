import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '#shared/domain/failure.ts';
import { createRateSlots } from '#shared/stores/rate-slots.ts';
import { createMemoryTable } from '../../fakes/memory-table.ts';
import { createVirtualTime } from '../../fakes/virtual-time.ts';

const perSecond = 10;
/** Lever's own limit for one account is a burst of 20. */
const burst = 20;

/** Asks at these moments (milliseconds from the start), each in a worker of its own; answers when each one's turn came. */
const takenAt = async (moments: readonly number[], accounts: readonly string[] = ['acct_harborlight']) => {
  const time = createVirtualTime();
  const startedAt = time.now();
  const table = createMemoryTable();
  const taken: number[] = [];
  const refusals: unknown[] = [];
  const ask = async (moment: number, n: number): Promise<void> => {
    const takeSlot = createRateSlots(table, { now: time.now, sleep: time.sleep });
    await time.sleep(moment);
    try {
      await takeSlot(accounts[n % accounts.length] ?? '');
      taken.push(time.now() - startedAt);
    } catch (error) {
      refusals.push(error);
    }
  };
  await time.run(Promise.all(moments.map(ask)));
  return { taken: taken.toSorted((one, other) => one - other), refusals };
};

describe('rate slots', () => {
  it('let at most a burst and ten a second through in any window, however the workers ask', async () => {
    const arrivals = fc.array(fc.oneof(fc.nat({ max: 20_000 }), fc.constantFrom(0, 5_000)), {
      minLength: 1,
      maxLength: 45,
      size: 'max',
    });
    await fc.assert(
      fc.asyncProperty(arrivals, async (moments) => {
        const { taken, refusals } = await takenAt(moments);
        expect(taken.length + refusals.length).toBe(moments.length);
        for (const [n, from] of taken.entries()) {
          for (const [m, until] of taken.slice(n).entries()) {
            expect(m + 1).toBeLessThanOrEqual(burst + (perSecond * (until - from)) / 1000);
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  it('serve a burst at once, and lose no time after it', async () => {
    const { taken } = await takenAt(Array.from({ length: 40 }, () => 0));
    expect(taken).toHaveLength(40);
    expect(taken[14]).toBe(0);
    expect(taken.at(-1)).toBeGreaterThan(0);
    expect(taken.at(-1)).toBeLessThanOrEqual((40 / perSecond) * 1000);
  });

  it('send away whoever would wait long, and say until when', async () => {
    const time = createVirtualTime();
    const takeSlot = createRateSlots(createMemoryTable(), { now: time.now, sleep: async () => {} });
    let failure: unknown;
    for (let n = 0; n < 200 && failure === undefined; n++) {
      failure = await takeSlot('acct_harborlight').catch((error: unknown) => error);
    }
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ code: 'lever_rate_limited' });
    expect((failure as Failure).retryAfterMs).toBeGreaterThan(10_000);
  });

  it('keep one account from slowing another down', async () => {
    const { taken } = await takenAt(
      Array.from({ length: 28 }, () => 0),
      ['acct_harborlight', 'acct_other'],
    );
    expect(taken).toEqual(Array.from({ length: 28 }, () => 0));
  });
});
