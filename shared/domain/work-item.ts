/** What a queue message says: look at this opportunity. Ids only; the table and the vendors hold the truth. */
export type WorkItem = { readonly accountId: string; readonly opportunityId: string };

/** What a message of maintenance says: look after this account. */
export type AccountItem = { readonly accountId: string };

/** What a work item asks for: to decide what the opportunity needs, or to make Lever match what Turn says. */
export type WorkType = 'decision' | 'sync';

/** Puts a work item on a queue; it is safe there once this returns. Nobody gets it before `delaySeconds` (0 to 900; a whole number) are over. */
export type EnqueueWork = (item: WorkItem, delaySeconds?: number) => Promise<void>;

/** Puts an account on the queue of those that are to be maintained; it is safe there once this returns. */
export type EnqueueAccount = (item: AccountItem) => Promise<void>;
