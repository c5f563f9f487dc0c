import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '#shared/domain/failure.ts';
import { createRateLimiter } from '#shared/stores/rate-limiter.ts';
import { createMemoryTable } from '../../fakes/memory-table.ts';
import { createVirtualTime } from '../../fakes/virtual-time.ts';

const perSecond = 10;
/** Lever's own limit for one account is a burst of 20. */
const burst = 20;

/** Asks at these moments (milliseconds from the start) for so many requests, each in a worker of its own that comes back when it is told to, to the second as a queue does; answers when each call could be made. */
const takenAt = async (
  moments: readonly number[],
  options: { accounts?: readonly string[]; count?: number; comesBackLateMs?: number; clocksApartMs?: number } = {},
) => {
  const { accounts = ['acct_harborlight'], count = 1, comesBackLateMs = 0, clocksApartMs = 0 } = options;
  const time = createVirtualTime();
  const startedAt = time.now();
  const table = createMemoryTable();
  const taken: number[] = [];
  let returns = 0;
  const ask = async (moment: number, n: number): Promise<void> => {
    const now = (): number => time.now() + (n % 30 < 15 ? 0 : clocksApartMs);
    const limiter = createRateLimiter(table, { now, sleep: time.sleep });
    await time.sleep(moment);
    for (;;) {
      const failure = await limiter.acquire(accounts[n % accounts.length] ?? '', `opp-${n}`, count).then(
        () => null,
        (error: unknown) => error,
      );
      if (failure === null) break;
      if (!(failure instanceof Failure) || failure.code !== 'lever_budget_used') throw failure;
      returns += 1;
      await time.sleep(Math.ceil((failure.retryAfterMs ?? 0) / 1000) * 1000 + comesBackLateMs);
    }
    for (let call = 0; call < count; call++) taken.push(time.now() - startedAt);
  };
  await time.run(Promise.all(moments.map(ask)));
  return { taken: taken.toSorted((one, other) => one - other), returns };
};

/** How full a bucket that leaks ten a second gets: Lever's holds 20. */
const highestLevel = (taken: readonly number[]): number => {
  let [level, highest, last] = [0, 0, 0];
  for (const at of taken) {
    level = Math.max(0, level - ((at - last) * perSecond) / 1000) + 1;
    highest = Math.max(highest, level);
    last = at;
  }
  return Number(highest.toFixed(6));
};

describe('the rate limiter', () => {
  it('lets at most a burst and ten a second through, however the workers ask', async () => {
    const arrivals = fc.array(fc.oneof(fc.nat({ max: 20_000 }), fc.constantFrom(0, 5_000)), {
      minLength: 1,
      maxLength: 45,
      size: 'max',
    });
    await fc.assert(
      fc.asyncProperty(arrivals, fc.integer({ min: 1, max: 3 }), async (moments, count) => {
        const { taken } = await takenAt(moments, { count });
        expect(taken).toHaveLength(moments.length * count);
        expect(highestLevel(taken)).toBeLessThanOrEqual(burst);
      }),
      { numRuns: 25 },
    );
  });

  it.each([1_000, 2_000, 4_000])(
    'keeps to that where clocks are %i ms apart, after a while without a call',
    async (ms) => {
      const first = Array.from({ length: 30 }, () => 0);
      const later = Array.from({ length: 30 }, (_, n) => 60_000 + n * 10);
      const { taken } = await takenAt([...first, ...later], { clocksApartMs: ms });
      expect(highestLevel(taken)).toBeLessThanOrEqual(burst);
    },
  );

  it('serves a burst at once, and loses little time after it', async () => {
    const { taken } = await takenAt(Array.from({ length: 100 }, () => 0));
    expect(taken[4]).toBe(0);
    expect(taken.at(-1)).toBeGreaterThanOrEqual((100 - burst) * 100);
    expect(taken.at(-1)).toBeLessThanOrEqual((100 / perSecond) * 1000 * 1.1 + 1000);
  });

  it('keeps a reservation for whoever had to go away: they come back once, even a little late', async () => {
    const { returns, taken } = await takenAt(
      Array.from({ length: 100 }, () => 0),
      { count: 2, comesBackLateMs: 3_000 },
    );
    expect(taken).toHaveLength(200);
    expect(returns).toBeLessThanOrEqual(100);
  });

  it('gives a reservation to one of two deliveries of the same work', async () => {
    const time = createVirtualTime();
    const table = createMemoryTable();
    const limiter = createRateLimiter(table, { now: time.now, sleep: async () => {} });
    const ask = (reservationId: string) =>
      limiter.acquire('acct_harborlight', reservationId, 1).then(
        () => 'taken',
        (error: unknown) => error,
      );
    for (let n = 0; n < 60; n++) await ask(`filler-${n}`);
    const sentAway = await ask('opp-1');
    expect(sentAway).toMatchObject({ code: 'lever_budget_used' });
    time.pass((sentAway as Failure).retryAfterMs ?? 0);
    for (let n = 0; n < 60; n++) await ask(`later-${n}`);
    const both = await Promise.all([ask('opp-1'), ask('opp-1')]);
    expect(both.filter((outcome) => outcome === 'taken')).toHaveLength(1);
  });

  it('forgets a reservation that nobody came for', async () => {
    const time = createVirtualTime();
    const limiter = createRateLimiter(createMemoryTable(), { now: time.now, sleep: async () => {} });
    const ask = (reservationId: string) =>
      limiter.acquire('acct_harborlight', reservationId, 1).catch((error: unknown) => error);
    for (let n = 0; n < 60; n++) await ask(`filler-${n}`);
    await ask('opp-1');
    time.pass(600_000);
    for (let n = 0; n < 60; n++) await ask(`later-${n}`);
    expect(await ask('opp-1')).toMatchObject({ code: 'lever_budget_used' });
  });

  it('lets work that begins anew whenever it was sent away come to its end, however many come at once', async () => {
    const time = createVirtualTime();
    const limiter = createRateLimiter(createMemoryTable(), { now: time.now, sleep: time.sleep });
    const [count, longestMs] = [300, 900_000];
    let calls = 0;
    const work = async (id: string, endAt: number): Promise<void> => {
      try {
        for (const again of [0, 1]) {
          await limiter.acquire('acct_harborlight', id, 1, again);
          calls += 1;
          await time.sleep(150);
        }
      } catch (error) {
        if (!(error instanceof Failure) || time.now() > endAt) throw error;
        await time.sleep(Math.ceil((error.retryAfterMs ?? 0) / 1000) * 1000);
        await work(id, endAt);
      }
    };
    await time.run(Promise.all(Array.from({ length: count }, (_, n) => work(`opp-${n}`, time.now() + longestMs))));
    expect(calls).toBeLessThanOrEqual(3 * count);
  });

  it('keeps one account from slowing another down', async () => {
    const { taken } = await takenAt(
      Array.from({ length: 10 }, () => 0),
      { accounts: ['acct_harborlight', 'acct_other'] },
    );
    expect(taken).toEqual(Array.from({ length: 10 }, () => 0));
  });
});
