import { ACCOUNT_ID, KNOWN_SIGNATURE, SECRET, TRIGGER_STAGE_ID } from '../deliveries.ts';
import type { Aws } from './aws.ts';

const account = { secret: SECRET, triggerStageIds: [TRIGGER_STAGE_ID] };

/** Answers at once and keeps nothing. */
export const aws: Aws = {
  account: async (accountId) => (accountId === ACCOUNT_ID ? account : null),
  isKnown: async (_accountId, signature) => signature === KNOWN_SIGNATURE,
  enqueue: async () => {},
  remember: async () => {},
};
