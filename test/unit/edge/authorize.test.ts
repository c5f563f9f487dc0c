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
});
