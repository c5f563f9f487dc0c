/** What a queue message says: look at this opportunity. Ids only; the table and the vendors hold the truth. */
export type Nudge = { readonly accountId: string; readonly opportunityId: string };

/** Puts a nudge on a queue; it is safe there once this returns. */
export type SendNudge = (nudge: Nudge) => Promise<void>;
