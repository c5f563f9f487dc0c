import type { AppPorts } from '#shared/vendors.ts';

/** Lever may try a webhook five times, ever more slowly; an entry younger than this may yet be told of. */
const patienceMs = 15 * 60_000;

/**
 * Lever shows an entry of which no webhook told us: says so, once, until a webhook comes. A webhook of later than the
 * entry means that one was lost, not that they are switched off.
 */
export const detectMissingWebhooks = async (
  accountId: string,
  enteredAt: number,
  { now, heartbeats, emit }: AppPorts,
): Promise<void> => {
  if (now() - enteredAt < patienceMs) return;
  const { lastWebhookAt, silentSince } = await heartbeats.load(accountId);
  if (silentSince !== null || (lastWebhookAt ?? 0) >= enteredAt) return;
  await heartbeats.setSilentSince(accountId, enteredAt);
  await emit('webhooks_silent', { accountId });
};
