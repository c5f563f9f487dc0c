import { Failure } from '#shared/domain/failure.ts';
import type { OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import type { OrderedEntry, StageEntry } from '#shared/domain/stage-entry.ts';
import { statusRead } from '#shared/domain/transitions.ts';
import type { Turn } from './turn-client.ts';

/** Turn may be slow to know what it has just accepted. Later, it has lost or removed the check: what is shown stays. */
const slowToKnowMs = 86_400_000;

/**
 * The entries of a record with what Turn says now of the checks that `isWanted`; an entry of which there is nothing new is
 * the same object. Throws `turn_*` failures, `turn_check_unknown` where Turn does not know a young check yet, unless
 * `isTolerated` says that what we know of the entry will do.
 */
export const refreshChecks = async (
  { accountId, entries }: Pick<OpportunityRecord, 'accountId' | 'entries'>,
  isWanted: (entry: OrderedEntry) => boolean,
  isTolerated: (failure: Failure, entry: OrderedEntry) => boolean,
  ports: { readonly now: () => number; readonly turnOf: (accountId: string) => Promise<Turn> },
): Promise<readonly StageEntry[]> => {
  const refresh = async (entry: OrderedEntry): Promise<StageEntry> => {
    try {
      const found = await (await ports.turnOf(accountId)).findCheck(entry.workerId);
      if (found !== null) return statusRead(entry, found, ports.now());
      if (ports.now() - entry.changedAt > slowToKnowMs) return entry;
      throw new Failure('turn_check_unknown', 'Turn does not know the check yet.');
    } catch (error) {
      if (error instanceof Failure && isTolerated(error, entry)) return entry;
      throw error;
    }
  };
  const refreshed: StageEntry[] = [];
  for (const entry of entries) {
    refreshed.push(entry.state === 'ordered' && isWanted(entry) ? await refresh(entry) : entry);
  }
  return refreshed;
};
