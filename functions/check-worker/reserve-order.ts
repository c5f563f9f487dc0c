import { type Account, hourlyCapOf } from '#shared/domain/account.ts';
import type { Decision } from '#shared/domain/decide.ts';
import { Failure } from '#shared/domain/failure.ts';
import { entryAt, type OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import { pauseOf } from '#shared/domain/pause.ts';
import { isAwaitingReconnect } from '#shared/domain/retry-policy.ts';
import { problemOf } from '#shared/domain/stage-entry.ts';
import type { NoOrder } from '#shared/domain/transitions.ts';
import type { AppPorts } from '#shared/vendors.ts';

/**
 * Reserves one order of the account's hour. Not for what Turn refused before, until its time has come: retries of a message must not
 * repeat the order. Nor for what is above the account's cap for this hour: it waits for another.
 * Throws `ordering_paused` while nothing is to be ordered.
 */
export const reserveOrder = async (
  record: OpportunityRecord,
  { enteredAt }: Extract<Decision, { kind: 'start' }>,
  account: Account,
  ports: AppPorts,
): Promise<'reserved' | 'refused_before' | NoOrder> => {
  const { accountId, nextDecision } = record;
  const known = entryAt(record, enteredAt);
  if (known?.state === 'ordered') return 'refused_before';
  const code = problemOf(known)?.code;
  const wasRefused = code === 'turn_rejected' || code === 'turn_token_rejected';
  const isForLater = nextDecision !== null && nextDecision.dueAt > ports.now() && !isAwaitingReconnect(nextDecision);
  if (wasRefused && isForLater) return 'refused_before';
  await assertNotPaused(account, ports);
  const hourlyCap = hourlyCapOf(account, ports.config.defaultHourlyCap);
  const countedAt = known?.state === 'ordering' ? (known.attempt.countedAt ?? null) : null;
  const freeAt = hourlyCap === null ? null : await ports.countOrder(accountId, hourlyCap, countedAt);
  return freeAt === null ? 'reserved' : { kind: 'problem', enteredAt, code: 'cap_reached', recheckAt: freeAt };
};

/** Read once more, just before the claim: a pause in the middle of a burst holds for all who come after it. */
export const assertNotPaused = async (account: Account, { accounts, pauses }: AppPorts): Promise<void> => {
  const [current, allPausedSince] = await Promise.all([accounts.find(account.accountId), pauses.allPausedSince()]);
  if (pauseOf(current ?? account, allPausedSince) !== null) {
    throw new Failure('ordering_paused', 'New checks are paused.');
  }
};
