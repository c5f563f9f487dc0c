import type { Account } from '#shared/domain/account.ts';
import { pauseOf } from '#shared/domain/pause.ts';
import { decisionRequested } from '#shared/domain/transitions.ts';
import type { Ports } from '#shared/ports.ts';

const atOnce = 20;

/** Has what waited for the end of a pause decided, if none holds any more: the sweep finds it within a minute. A thousand candidates at most, the longest waiting first; the others with the next maintenance. Answers how many. */
export const requeuePaused = async (
  account: Account,
  { now, pauses, records }: Pick<Ports, 'now' | 'pauses' | 'records'>,
): Promise<number> => {
  if (pauseOf(account, await pauses.allPausedSince()) !== null) return 0;
  const open = (await records.listOpen(account.accountId)).records;
  const waiting = open.filter(({ nextDecision }) => nextDecision?.lastFailure === 'ordering_paused');
  for (let from = 0; from < waiting.length; from += atOnce) {
    const group = waiting.slice(from, from + atOnce);
    await Promise.all(
      group.map((record) =>
        records.apply(record, (current) =>
          current.nextDecision?.lastFailure === 'ordering_paused'
            ? decisionRequested(current, now())
            : { record: current, effects: [] },
        ),
      ),
    );
  }
  return waiting.length;
};
