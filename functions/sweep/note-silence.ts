import type { SweepPorts } from './ports.ts';

/** Lever may try a webhook five times, ever more slowly; an entry younger than this may yet be told of. */
const patienceMs = 15 * 60_000;

/**
 * Lever shows an entry of which no webhook told us: says so, once, until a webhook comes. A webhook of later than the
 * entry means that one was lost, not that they are switched off.
 */
export const noteSilence = async (
  accountId: string,
  enteredAt: number,
  { now, health, activities, report }: Pick<SweepPorts, 'now' | 'health' | 'activities' | 'report'>,
): Promise<void> => {
  if (now() - enteredAt < patienceMs) return;
  const { lastWebhookAt, silentSince } = await health.load(accountId);
  if (silentSince !== null || (lastWebhookAt ?? 0) >= enteredAt) return;
  await health.setSilentSince(accountId, enteredAt);
  await activities.record(accountId, { kind: 'webhooks_silent', opportunityId: null, by: null, detail: null });
  report('webhooks_silent', { accountId });
};
