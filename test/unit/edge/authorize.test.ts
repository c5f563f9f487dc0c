import { describe, expect, it } from 'vitest';
import { newAccount } from '#shared/domain/account.ts';
import { authorize } from '#shared/edge/authorize.ts';
import { createWorld } from '../../fakes/world.ts';

const known = [newAccount('acct_a', 'A'), { ...newAccount('acct_off', 'Off'), enabled: false }];
const { ports } = await createWorld();
for (const account of known) await ports.accounts.create(account);
const claims = (account_id: string, role: string) => ({ claims: { sub: 'user-1', account_id, role } });

describe('who is let in', () => {
  it('is anyone of the account to look, and a Super Admin to change', async () => {
    for (const [who, role] of [
      ['anyone', 'member'],
      ['anyone', 'super_admin'],
      ['super_admin', 'super_admin'],
    ] as const) {
      const authorized = await authorize(claims('acct_a', role), who, ports);
      expect(authorized).toMatchObject({ account: { accountId: 'acct_a' }, caller: { userId: 'user-1' } });
    }
  });

  it('is nobody with too low a role for a change', async () => {
    const { refusal } = (await authorize(claims('acct_a', 'member'), 'super_admin', ports)) as { refusal: unknown };
    expect(refusal).toMatchObject({ status: 403, code: 'not_super_admin' });
  });

  it.each(['', 'owner', 'Member'])(
    'is nobody with the role %j, which we do not know, not even to look',
    async (role) => {
      const { refusal } = (await authorize(claims('acct_a', role), 'anyone', ports)) as { refusal: unknown };
      expect(refusal).toMatchObject({ status: 403, code: 'no_role' });
    },
  );

  it.each([
    ['acct_unknown', 'no_account', 'no account'],
    ['', 'no_account', 'no account'],
    ['acct_off', 'account_disabled', 'disabled'],
  ])('is nobody of the account %j, who is told %s', async (account, code, message) => {
    const { refusal } = (await authorize(claims(account, 'super_admin'), 'anyone', ports)) as { refusal: unknown };
    expect(refusal).toMatchObject({ status: 403, code, message: expect.stringContaining(message) });
  });

  it('is nobody more of an account that asks for too much within a minute, who is told when to come back; others are let in', async () => {
    const busy = await createWorld();
    for (const id of ['acct_a', 'acct_b']) await busy.ports.accounts.create(newAccount(id, id));
    const ask = (account: string) => authorize(claims(account, 'super_admin'), 'anyone', busy.ports);
    const isLetIn = async (account: string) => 'caller' in (await ask(account));
    for (let n = 0; n < 600; n++) expect(await isLetIn('acct_a')).toBe(true);
    const { refusal } = (await ask('acct_a')) as { refusal: { retryAfterSeconds: number } };
    expect(refusal).toMatchObject({ status: 429, code: 'too_many_requests' });
    expect(busy.log.map(({ code }) => code)).toContain('requests_above_limit');
    expect(await isLetIn('acct_b')).toBe(true);
    await busy.wait(refusal.retryAfterSeconds - 1);
    expect(await isLetIn('acct_a')).toBe(false);
    await busy.wait(1);
    expect(await isLetIn('acct_a')).toBe(true);
  });

  it('is still a Super Admin where members ask for all they can', async () => {
    const { ports: own } = await createWorld();
    await own.accounts.create(newAccount('acct_a', 'A'));
    const ask = (role: string) => authorize(claims('acct_a', role), 'anyone', own);
    const answers = [];
    for (let n = 0; n < 650; n++) answers.push(await ask('member'));
    expect(answers.filter((answer) => 'caller' in answer)).toHaveLength(300);
    expect(await ask('super_admin')).toMatchObject({ caller: { isSuperAdmin: true } });
  });

  it('is found out by one read and two writes of the table at most, and where too much is asked for by no write', async () => {
    const { ports: own, table } = await createWorld();
    await own.accounts.create(newAccount('acct_a', 'A'));
    const before = JSON.stringify([...table.items.entries()]);
    for (let n = 0; n < 650; n++) await authorize(claims('acct_a', 'owner'), 'anyone', own);
    expect(JSON.stringify([...table.items.entries()])).toBe(before);
    for (let n = 0; n < 650; n++) await authorize(claims('acct_a', 'member'), 'anyone', own);
    const full = JSON.stringify([...table.items.entries()]);
    for (let n = 0; n < 650; n++) await authorize(claims('acct_a', 'member'), 'anyone', own);
    expect(JSON.stringify([...table.items.entries()])).toBe(full);
  });
});
