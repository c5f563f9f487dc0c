import type { Key } from './table.ts';

/** Whose item this is: its account, and its opportunity if it belongs to one. */
export const readOwner = ({ pk, sk }: Key): { accountId: string; opportunityId: string | null } => ({
  accountId: pk.slice('ACCOUNT#'.length),
  opportunityId: sk.startsWith('OPPORTUNITY#') ? sk.slice('OPPORTUNITY#'.length) : null,
});
