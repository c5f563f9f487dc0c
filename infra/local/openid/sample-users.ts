/** Somebody who may sign in on this machine: what the provider's tokens say of them. */
export type SampleUser = {
  id: string;
  accountId: string;
  role: 'super_admin' | 'member';
  description: string;
  name?: string;
  email?: string;
};

/** The account that the second customer's Super Admin looks after; it is not connected to Lever. */
export const otherAccountId = 'acct_other';

export const sampleUsers: readonly SampleUser[] = [
  {
    id: 'admin',
    accountId: 'acct_sample',
    role: 'super_admin',
    description: 'Super Admin of the sample account',
    name: 'Marisol Quintrell',
    email: 'marisol@brightwater-mills.example',
  },
  {
    id: 'member',
    accountId: 'acct_sample',
    role: 'member',
    description: 'reads the sample account, changes nothing',
    email: 'tobiah@brightwater-mills.example',
  },
  { id: 'other-admin', accountId: otherAccountId, role: 'super_admin', description: 'Super Admin of another account' },
];

/** A Super Admin for each account of an accounts file. */
export const usersOf = (accounts: readonly { accountId: string; name: string }[]): SampleUser[] =>
  accounts.map(({ accountId, name }) => ({
    id: `admin-of-${accountId}`,
    accountId,
    role: 'super_admin',
    description: `Super Admin of ${name}`,
  }));
