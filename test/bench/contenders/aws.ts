/**
 * What a webhook function needs of AWS, at its fewest: everybody who does the job must know the secret and the stages, must not queue a
 * delivery twice, and may remember one only after it is queued.
 */
export type Aws = {
  account(accountId: string): Promise<{ readonly secret: string; readonly triggerStageIds: readonly string[] } | null>;
  isKnown(accountId: string, signature: string): Promise<boolean>;
  enqueue(work: { readonly accountId: string; readonly opportunityId: string }): Promise<void>;
  remember(accountId: string, signature: string): Promise<void>;
};
