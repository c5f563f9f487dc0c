import { describe, expect, it } from 'vitest';
import type { TokenSet } from '#shared/domain/account.ts';
import { Failure } from '#shared/domain/failure.ts';
import { createAccessTokens } from '#shared/lever/access-tokens.ts';
import { createCredentialStore } from '#shared/stores/credential-store.ts';
import { createMemoryTable } from '../../fakes/memory-table.ts';
import { plainCipher } from '../../fakes/plain-cipher.ts';
import { createVirtualTime } from '../../fakes/virtual-time.ts';

const accountId = 'acct_harborlight';

/** An account whose access token has `expiresIn` left, and Lever's login that takes a while. */
const scene = async (expiresIn: number | null) => {
  const time = createVirtualTime();
  const credentials = createCredentialStore(createMemoryTable(), plainCipher);
  const grantAnew = (tokens: TokenSet, id = accountId) =>
    credentials.update(id, (before) => ({ ...before, tokens, refreshingUntil: null }));
  if (expiresIn !== null) {
    await grantAnew({ accessToken: 'access-0', refreshToken: 'refresh-0', expiresAt: time.now() + expiresIn });
  }
  const usedRefreshToken: string[] = [];
  const refresh = async (refreshToken: string): Promise<TokenSet> => {
    usedRefreshToken.push(refreshToken);
    const n = usedRefreshToken.length;
    await time.sleep(400);
    return { accessToken: `access-${n}`, refreshToken: `refresh-${n}`, expiresAt: time.now() + 3_600_000 };
  };
  /** One process more: what it remembers, it remembers for itself. */
  const startWorker = (
    otherwise: { refresh?: (token: string, deadline: number) => Promise<TokenSet>; store?: typeof credentials } = {},
  ) => createAccessTokens({ store: credentials, refresh, now: time.now, sleep: time.sleep, ...otherwise });
  return { time, credentials, usedRefreshToken, refresh, grantAnew, startWorker };
};

describe('access tokens', () => {
  it('are renewed at the front door again, once nobody answers where Lever had led before', async () => {
    const { time, credentials, grantAnew, startWorker } = await scene(null);
    const authHost = 'auth.eu.lever.co';
    await grantAnew({ accessToken: 'access-0', refreshToken: 'refresh-0', expiresAt: time.now() - 1, authHost });
    const refresh = async (): Promise<never> => {
      throw new Failure('lever_unavailable', 'Nobody is there.');
    };
    await expect(time.run(startWorker({ refresh })(accountId, null))).rejects.toMatchObject({
      code: 'lever_unavailable',
    });
    const { tokens, refreshingUntil } = (await credentials.load(accountId)).credentials;
    expect({ host: tokens?.authHost, refreshToken: tokens?.refreshToken, refreshingUntil }).toEqual({
      host: undefined,
      refreshToken: 'refresh-0',
      refreshingUntil: null,
    });
  });

  it('are used as they are while they last, and read from the store once a minute', async () => {
    const { time, credentials, usedRefreshToken, startWorker } = await scene(3_600_000);
    let loads = 0;
    const store = {
      ...credentials,
      load: (id: string) => {
        loads += 1;
        return credentials.load(id);
      },
    };
    const accessToken = startWorker({ store });
    for (let n = 0; n < 5; n++) expect(await time.run(accessToken(accountId, null))).toBe('access-0');
    expect({ loads, usedRefreshToken }).toEqual({ loads: 1, usedRefreshToken: [] });
    await time.run(time.sleep(60_000));
    await time.run(accessToken(accountId, null));
    expect({ loads, usedRefreshToken }).toEqual({ loads: 2, usedRefreshToken: [] });
  });

  it('are renewed once for a thousand callers in many processes that meet an expired one', async () => {
    const { time, usedRefreshToken, startWorker } = await scene(-1);
    const workers = Array.from({ length: 50 }, () => startWorker());
    const callers = Array.from(
      { length: 1000 },
      (_, n) => workers[n % workers.length]?.(accountId, null) ?? Promise.reject(new Error('No such worker.')),
    );
    const tokens = await time.run(Promise.all(callers));
    expect(new Set(tokens)).toEqual(new Set(['access-1']));
    expect(usedRefreshToken).toEqual(['refresh-0']);
  });

  it('are renewed a minute before they end, so that none ends on its way', async () => {
    const { time, usedRefreshToken, startWorker } = await scene(59_000);
    expect(await time.run(startWorker()(accountId, null))).toBe('access-1');
    expect(usedRefreshToken).toHaveLength(1);
  });

  it('are renewed once for a thousand callers whom Lever refused the same one', async () => {
    const { time, usedRefreshToken, startWorker } = await scene(3_600_000);
    const workers = Array.from({ length: 20 }, () => startWorker());
    await time.run(Promise.all(workers.map((worker) => worker(accountId, null))));
    const callers = Array.from(
      { length: 1000 },
      (_, n) => workers[n % workers.length]?.(accountId, 'access-0') ?? Promise.reject(new Error('No such worker.')),
    );
    expect(new Set(await time.run(Promise.all(callers)))).toEqual(new Set(['access-1']));
    expect(usedRefreshToken).toEqual(['refresh-0']);
  });

  it('are saved, with the next refresh token, before anybody uses them', async () => {
    const { time, credentials, startWorker } = await scene(-1);
    const accessToken = startWorker({
      store: {
        ...credentials,
        settleRefresh: async (id, refreshToken, tokens) => {
          await time.sleep(300);
          await credentials.settleRefresh(id, refreshToken, tokens);
        },
      },
    });
    const token = await time.run(accessToken(accountId, null));
    const { tokens, refreshingUntil } = (await credentials.load(accountId)).credentials;
    expect(tokens).toMatchObject({ accessToken: token, refreshToken: 'refresh-1' });
    expect(refreshingUntil).toBeNull();
  });

  it('are not used where they could not be saved', async () => {
    const { time, credentials, startWorker } = await scene(-1);
    const store = {
      ...credentials,
      settleRefresh: async (): Promise<void> => {
        throw new Failure('write_conflict', 'No.');
      },
    };
    await expect(time.run(startWorker({ store })(accountId, null))).rejects.toMatchObject({ code: 'write_conflict' });
  });

  it('are renewed by the next one, not before the reservation ends, where the first has died', async () => {
    const { time, usedRefreshToken, refresh, startWorker } = await scene(-1);
    const dying = startWorker({
      refresh: async () => {
        throw new Error('The process ended here.');
      },
    });
    await expect(time.run(dying(accountId, null))).rejects.toThrow('ended');
    const diedAt = time.now();
    let token = '';
    while (token === '') {
      token = await time.run(startWorker({ refresh })(accountId, null)).catch((error: unknown) => {
        if (error instanceof Failure && error.code === 'lease_conflict') return '';
        throw error;
      });
    }
    expect(token).toBe('access-1');
    expect(usedRefreshToken).toEqual(['refresh-0']);
    expect(time.now() - diedAt).toBeGreaterThanOrEqual(47_000);
    expect(time.now() - diedAt).toBeLessThan(49_000);
  });

  it('can be asked for again at once after a failure that was foreseen', async () => {
    const { time, usedRefreshToken, startWorker } = await scene(-1);
    const failing = startWorker({
      refresh: async () => {
        throw new Failure('lever_unavailable', 'Down.');
      },
    });
    await expect(time.run(failing(accountId, null))).rejects.toMatchObject({ code: 'lever_unavailable' });
    const askedAt = time.now();
    expect(await time.run(startWorker()(accountId, null))).toBe('access-1');
    expect(usedRefreshToken).toEqual(['refresh-0']);
    expect(time.now() - askedAt).toBe(400);
  });

  it('are nobody else’s: another account gets its own', async () => {
    const { time, grantAnew, startWorker } = await scene(3_600_000);
    await grantAnew({ accessToken: 'other', refreshToken: 'r', expiresAt: time.now() + 3_600_000 }, 'acct_other');
    const accessToken = startWorker();
    expect(await time.run(accessToken('acct_other', null))).toBe('other');
    expect(await time.run(accessToken(accountId, null))).toBe('access-0');
  });

  it('cannot be had before Lever is connected', async () => {
    const { time, startWorker } = await scene(null);
    await expect(time.run(startWorker()(accountId, null))).rejects.toMatchObject({ code: 'lever_not_connected' });
  });

  it('are saved at the second try, or the tenth: the only refresh token that lives is in hand', async () => {
    const { time, credentials, startWorker } = await scene(-1);
    let failures = 0;
    const store = {
      ...credentials,
      settleRefresh: async (...args: Parameters<typeof credentials.settleRefresh>): Promise<void> => {
        failures += 1;
        if (failures < 5) throw new Error('The table is throttled.');
        await credentials.settleRefresh(...args);
      },
    };
    expect(await time.run(startWorker({ store })(accountId, null))).toBe('access-1');
    expect((await credentials.load(accountId)).credentials.tokens?.refreshToken).toBe('refresh-1');
  });

  it('are not asked for by a worker whose reservation is nearly over: its time is told to the request', async () => {
    const { time, refresh, startWorker } = await scene(-1);
    const deadlines: number[] = [];
    const reservedAt = time.now();
    const noting = (token: string, deadline: number) => {
      deadlines.push(deadline - reservedAt);
      return refresh(token);
    };
    await time.run(startWorker({ refresh: noting })(accountId, null));
    expect(deadlines).toEqual([3_000]);
  });

  it('come from the new authorization where the Super Admin authorizes during a refresh, and the old one never returns', async () => {
    const { time, credentials, grantAnew, startWorker } = await scene(-1);
    const grantedAnew: TokenSet = { accessToken: 'new', refreshToken: 'new-r', expiresAt: time.now() + 3_600_000 };
    const asking = startWorker()(accountId, null);
    const token = await time.run(Promise.all([asking, time.sleep(200).then(() => grantAnew(grantedAnew))]));
    expect(token[0]).toBe('new');
    expect((await credentials.load(accountId)).credentials.tokens).toEqual(grantedAnew);
  });

  it('do not say that the access has ended where it is another one that ended', async () => {
    const { time, grantAnew, startWorker } = await scene(-1);
    const refresh = async (): Promise<TokenSet> => {
      await grantAnew({ accessToken: 'new', refreshToken: 'new-r', expiresAt: time.now() + 3_600_000 });
      throw new Failure('lever_grant_lapsed', 'Ended.');
    };
    expect(await time.run(startWorker({ refresh })(accountId, null))).toBe('new');
  });

  it('say that the access has ended where Lever’s login does', async () => {
    const { time, startWorker } = await scene(-1);
    const refresh = async (): Promise<TokenSet> => {
      throw new Failure('lever_grant_lapsed', 'Ended.');
    };
    await expect(time.run(startWorker({ refresh })(accountId, null))).rejects.toMatchObject({
      code: 'lever_grant_lapsed',
    });
  });

  it('do not bring an access back that was forgotten during a refresh', async () => {
    const { time, credentials, startWorker } = await scene(-1);
    const asking = startWorker()(accountId, null);
    const forget = () => credentials.update(accountId, (before) => ({ ...before, tokens: null }));
    const both = Promise.all([asking, time.sleep(200).then(forget)]);
    await expect(time.run(both)).rejects.toMatchObject({ code: 'lever_not_connected' });
    expect((await credentials.load(accountId)).credentials.tokens).toBeNull();
  });
});
