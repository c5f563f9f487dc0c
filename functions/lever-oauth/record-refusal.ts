import type { LeverOauthPorts } from './ports.ts';

/** Writes down that somebody's attempt connected nothing, and why. */
export const recordRefusal = (
  { accountId, userId }: { accountId: string; userId: string },
  detail: string,
  { activities }: Pick<LeverOauthPorts, 'activities'>,
): Promise<void> =>
  activities.record(accountId, { kind: 'lever_connection_refused', opportunityId: null, by: userId, detail });
