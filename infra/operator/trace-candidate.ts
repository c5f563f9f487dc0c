import { readHealth } from '#shared/accounts/read-health.ts';
import { findAccount, readOpportunityId } from './find-account.ts';
import type { Stack } from './stack.ts';
import { tellStory } from './tell-story.ts';

/** More than happens to one candidate in a year. */
const mostLines = 500;

/** Tells the story of one candidate. Reads what is stored, and asks neither Lever nor Turn. */
export const traceCandidate = async (
  {
    now,
    accounts,
    activities,
    ...ports
  }: Pick<
    Stack,
    | 'now'
    | 'accounts'
    | 'activities'
    | 'records'
    | 'credentials'
    | 'webhookSecrets'
    | 'heartbeats'
    | 'packages'
    | 'pauses'
    | 'restores'
  >,
  accountId: string,
  given: string,
): Promise<string[]> => {
  const account = await findAccount(accounts, accountId);
  const opportunityId = readOpportunityId(given);
  const [{ record, version }, about, { health }] = await Promise.all([
    ports.records.load(accountId, opportunityId),
    activities.listAbout(accountId, opportunityId, mostLines),
    readHealth(account, { now, ...ports }),
  ]);
  const { problems } = health;
  return tellStory({ account, problems, record: version === null ? null : record, ...about, now: now() });
};
