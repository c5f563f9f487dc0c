import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newAccount, withConnectionState } from '#shared/domain/account.ts';
import { createAccountStore } from '#shared/stores/account-store.ts';
import { createMemoryTable } from '../../fakes/memory-table.ts';

const now = Date.parse('2026-03-02T09:00:00Z');
const minute = 60_000;
const accountIds = ['acct_brightwater', 'acct_harborlight', 'acct_larkmoor'] as const;
const lever = 'lever-1';
const connection = { leverAccountId: lever, leverUserId: null, authorizedAt: now, warnedAtDays: null };

const createScene = async () => {
  let time = now;
  const table = createMemoryTable();
  const accounts = createAccountStore(table, { now: () => time });
  for (const accountId of accountIds) await accounts.create(newAccount(accountId, accountId));
  const set = (store: typeof accounts, accountId: string, connectionState: 'connected' | 'not_connected') =>
    store.update(accountId, (account) => ({ ...withConnectionState(account, connectionState, time), connection }));
  return {
    table,
    accounts,
    set,
    now: () => time,
    passTime: (ms: number): void => {
      time += ms;
    },
    connected: async () => {
      const found = await Promise.all(accountIds.map((accountId) => accounts.find(accountId)));
      return found.filter((account) => account?.connectionState === 'connected').length;
    },
  };
};

/** What one worker does for an account; `steps`: after so many calls of the table it dies. */
const work = fc.record({
  accountId: fc.constantFrom(...accountIds),
  kind: fc.constantFrom('connect' as const, 'disconnect' as const),
  steps: fc.oneof(fc.constant(99), fc.integer({ min: 0, max: 8 })),
});

describe('the claim to a Lever account', () => {
  it('never lets two accounts be connected to it, however their work is mixed or cut off', async () => {
    const rounds = fc.array(fc.array(work, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), rounds, async (scheduler, given) => {
        const scene = await createScene();
        const worker = async ({ accountId, kind, steps }: (typeof given)[number][number]): Promise<void> => {
          let left = steps;
          const slowly = <A extends unknown[], T>(call: (...args: A) => Promise<T>) => {
            const scheduled = scheduler.scheduleFunction(async (...args: A) => {
              const result = await call(...args);
              if (kind === 'connect') expect(await scene.connected()).toBeLessThanOrEqual(1);
              return result;
            });
            return (...args: A): Promise<T> => {
              left -= 1;
              return left < 0 ? new Promise(() => {}) : scheduled(...args);
            };
          };
          const { get, put } = scene.table;
          const table = { ...scene.table, get: slowly(get), put: slowly(put) };
          const store = createAccountStore(table, { now: scene.now });
          if (kind === 'disconnect') await scene.set(store, accountId, 'not_connected');
          else {
            const settle = await store.claimLever(lever, accountId);
            if (settle === null) return;
            await scene.set(store, accountId, 'connected');
            await settle();
          }
        };
        for (const round of given) {
          for (const each of round) void worker(each);
          await scheduler.waitIdle();
          expect(await scene.connected()).toBeLessThanOrEqual(1);
          // By now whoever was cut off is dead for sure.
          scene.passTime(minute);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is made late for an account that was connected before there were claims, and then kept', async () => {
    const { accounts, set, table } = await createScene();
    const [first, second] = accountIds;
    await set(accounts, first, 'connected');
    await set(accounts, second, 'connected');
    expect(await accounts.keepLever(lever, first)).toBe(true);
    const before = table.items;
    expect(await accounts.keepLever(lever, first)).toBe(true);
    expect(await accounts.keepLever(lever, second)).toBe(false);
    expect(await accounts.isLeverTaken(lever, second)).toBe(true);
    expect(await accounts.isLeverTaken(lever, first)).toBe(false);
    expect(table.items).toEqual(before);
  });

  it('counts for an account of which nobody knows to which Lever it is connected', async () => {
    const { accounts, set, passTime } = await createScene();
    const [first, second] = accountIds;
    await accounts.claimLever(lever, first);
    await set(accounts, first, 'connected');
    await accounts.update(first, (account) => ({ ...account, connection: null }));
    passTime(minute);
    expect(await accounts.claimLever(lever, second)).toBeNull();
    await accounts.update(first, (account) => ({
      ...account,
      connection: { ...connection, leverAccountId: 'lever-2' },
    }));
    expect(await accounts.claimLever(lever, second)).not.toBeNull();
  });
});
