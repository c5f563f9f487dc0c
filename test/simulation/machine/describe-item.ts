import type { OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import type { ScheduledWork } from '#shared/domain/retry-policy.ts';
import { problemOf, type StageEntry } from '#shared/domain/stage-entry.ts';
import type { Item } from '#shared/stores/table.ts';

type At = (time: number | null) => string;

const secondsSince =
  (since: number): At =>
  (time) =>
    time === null ? '-' : ((time - since) / 1000).toFixed(1);

/** What a record says, in one line: for the reader of a trace. Times in seconds since the run began. Null: some other item. */
export const describeItem = ({ sk, content }: Item, beganAt: number): string | null => {
  if (!sk.startsWith('OPPORTUNITY#')) return null;
  const at = secondsSince(beganAt);
  const { entries, requested, lever, nextDecision, nextSync, erasedAt } = content as OpportunityRecord;
  const { tag, otherTags, notes, deferred, lease } = lever;
  const written = notes.map(({ key, state }) => `${key}${state === 'posting' ? '?' : ''}`).join(' ');
  return [
    ...entries.map((entry) => describeEntry(entry, at)),
    requested === undefined ? '' : `requested ${at(requested.enteredAt)}`,
    `tag ${tag ?? '?'}`,
    otherTags.length > 0 ? `others ${otherTags}` : '',
    `notes ${written || '-'}`,
    ...deferred.map((each) => `deferred ${each.write} until ${at(each.until)}`),
    lease === null ? '' : `lease until ${at(lease.until)}${lease.dirty ? ' dirty' : ''}`,
    describeWork('decision', nextDecision, at),
    describeWork('sync', nextSync, at),
    erasedAt === null ? '' : 'erased',
  ]
    .filter((part) => part !== '')
    .join(' ');
};

const describeEntry = (entry: StageEntry, at: At): string => {
  const parts = [at(entry.enteredAt), entry.state, problemOf(entry)?.code ?? ''];
  if (entry.state === 'ordered') parts.push(entry.turnId ?? '', entry.status?.name ?? '');
  if (entry.state === 'ordering') {
    const { attemptedAt, inFlightUntil, revisit } = entry.attempt;
    parts.push(`tried ${at(attemptedAt)} in flight until ${at(inFlightUntil)}${revisit ? ' revisit' : ''}`);
  }
  return `[${parts.filter((part) => part !== '').join(' ')}]`;
};

const describeWork = (name: string, work: ScheduledWork | null, at: At): string => {
  if (work === null) return '';
  return `${name} at ${at(work.dueAt)}${work.attempts === 0 ? '' : ` (${work.attempts} ${work.lastFailure})`}`;
};
