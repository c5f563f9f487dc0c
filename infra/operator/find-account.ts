import type { Account } from '#shared/domain/account.ts';
import { readOpportunityLink } from '#shared/lever/opportunity-link.ts';
import type { AccountStore } from '#shared/stores/account-store.ts';
import { CommandFault } from './stack.ts';

/** The account that a command names. Throws a `CommandFault` where there is none. */
export const findAccount = async (accounts: Pick<AccountStore, 'find'>, accountId: string): Promise<Account> => {
  const account = await accounts.find(accountId);
  if (account === null) throw new CommandFault(`There is no account ${accountId}.`);
  return account;
};

/** The opportunity that a command names, by its id or its address in Lever. Throws a `CommandFault` for anything else. */
export const readOpportunityId = (given: string): string => {
  const opportunityId = readOpportunityLink(given);
  if (opportunityId === null)
    throw new CommandFault('Give the id of an opportunity, or the address of its page in Lever.');
  return opportunityId;
};
