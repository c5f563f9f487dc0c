import type { Check } from '#shared/domain/check.ts';
import type { Planned } from '#shared/domain/planned.ts';
import type { Screening } from '#shared/domain/screening.ts';
import type { Item } from '#shared/stores/table.ts';

const seconds = (since: number) => (time: number | null | undefined) =>
  time === null || time === undefined ? '-' : ((time - since) / 1000).toFixed(1);

/** What a screening says, in one line: for the reader of a trace. Times in seconds since the run began. Null: some other item. */
export const describeItem = ({ sk, content }: Item, beganAt: number): string | null => {
  if (!sk.startsWith('OPPORTUNITY#')) return null;
  const at = seconds(beganAt);
  const { checks, lever, reconsider, refresh, erasedAt } = content as Screening;
  const check = ({ enteredAt, state, problem, progress, attempt, turnId }: Check): string =>
    `[${at(enteredAt)} ${state}${problem === null ? '' : ` ${problem.code}`} ${turnId ?? ''} ${progress?.status ?? ''}${attempt === null || state !== 'claimed' ? '' : ` tried ${at(attempt.attemptedAt)} in flight until ${at(attempt.inFlightUntil)}${attempt.revisit ? ' revisit' : ''}`}]`;
  const planned = (name: string, work: Planned | null): string =>
    work === null ? '' : ` ${name} at ${at(work.dueAt)}${work.attempts === 0 ? '' : ` (${work.attempts} ${work.why})`}`;
  const { tag, otherTags, notes, refused, pass } = lever;
  const written = notes.map(({ key, state }) => `${key}${state === 'posting' ? '?' : ''}`).join(' ');
  return (
    `${checks.map(check).join(' ')} tag ${tag ?? '?'}${otherTags.length > 0 ? ` others ${otherTags}` : ''} notes ${written || '-'}` +
    `${refused.map((each) => ` refused ${each.write} until ${at(each.until)}`).join('')}${pass === null ? '' : ` pass until ${at(pass.until)}${pass.again ? ' again' : ''}`}` +
    `${planned('reconsider', reconsider)}${planned('refresh', refresh)}${erasedAt === null ? '' : ' erased'}`
  );
};
