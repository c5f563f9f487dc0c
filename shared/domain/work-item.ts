/** What a queue message says: look at this opportunity. Ids only; the table and the vendors hold the truth. */
export type WorkItem = { readonly accountId: string; readonly opportunityId: string };

/** What a work item asks for: to decide what the opportunity needs, or to make Lever match what Turn says. */
export type WorkType = 'decision' | 'sync';

/** Puts a work item on a queue; it is safe there once this returns. */
export type EnqueueWork = (item: WorkItem) => Promise<void>;
