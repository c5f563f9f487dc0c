import { detailOf, titleOf, whoMoved } from '#functions/settings-page/browser/activity-detail.ts';
import { reasonText, waitingText, warningTexts, whoDid } from '#functions/settings-page/browser/activity-texts.ts';
import {
  candidateWords,
  packageText,
  stateName,
  stateText,
} from '#functions/settings-page/browser/candidates-texts.ts';
import type { Account } from '#shared/domain/account.ts';
import type { AccountProblem } from '#shared/domain/account-problems.ts';
import type { Activity } from '#shared/domain/activity.ts';
import { candidateOf } from '#shared/domain/candidate-state.ts';
import type { OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import { isAwaitingReconnect, type ScheduledWork } from '#shared/domain/retry-policy.ts';
import { problemOf, type StageEntry } from '#shared/domain/stage-entry.ts';

/** What is known of one candidate. `record` null: nothing. `activities` newest first; `isComplete` false: there are older ones. */
export type Story = {
  readonly account: Account;
  readonly problems: readonly AccountProblem[];
  readonly record: OpportunityRecord | null;
  readonly activities: readonly Activity[];
  readonly isComplete: boolean;
  readonly now: number;
};

/** The story of one candidate for an operator, in the words of the settings page: what happened, the oldest first, where they stand, what is waited for, and why there is no check. */
export const tellStory = (story: Story): string[] => {
  const { record } = story;
  const lines = [
    'What happened (UTC):',
    ...indented(timelineOf(story), candidateWords.timelineEmpty),
    ...(record === null ? [] : standing(record, story.now)),
    ...noCheck(story),
    `The account ${story.account.accountId}:`,
    ...indented(
      [
        ...(story.account.enabled ? [] : ['It is disabled: its webhooks are refused.']),
        ...story.problems.map(
          ({ message, todo, since }) => `${message} ${todo}${since === null ? '' : sinceOf(since)}`,
        ),
      ],
      'Nothing is wrong with it.',
    ),
  ];
  // What a package is called is text from outside.
  return lines.map((line) => line.replaceAll(/\p{C}/gu, ''));
};

const indented = (lines: readonly string[], none = 'Nothing.'): string[] =>
  (lines.length === 0 ? [none] : lines).map((line) => `  ${line}`);

const timeOf = (time: number): string => new Date(time).toISOString();
const sinceOf = (time: number): string => ` (since ${timeOf(time)})`;

const timelineOf = ({ record, activities, isComplete }: Story): string[] => {
  const moves = (record?.entries ?? []).flatMap((entry) =>
    entry.enteredAt === null
      ? []
      : [{ at: entry.enteredAt, told: [candidateWords.movedIn, moverIn('movedBy' in entry ? entry : {})] }],
  );
  const happened = activities.toReversed().map((each) => ({
    at: each.at,
    told: [titleOf(each), detailOf(each), whoDid(each.by, null, ''), moverIn(each)],
  }));
  const lines = [...moves, ...happened]
    .toSorted((one, other) => one.at - other.at)
    .map(({ at, told }) => `${timeOf(at)}  ${told.filter((part) => part !== null && part !== '').join('; ')}`);
  return isComplete ? lines : [candidateWords.timelineCut, ...lines];
};

const moverIn = ({ movedBy }: { readonly movedBy?: string }): string | null =>
  movedBy === undefined ? null : whoMoved(movedBy);

const standing = (record: OpportunityRecord, now: number): string[] => {
  if (record.erasedAt !== null)
    return [`Deleted or anonymized in Lever, and forgotten ${timeOf(record.erasedAt)}: only a mark is left.`];
  const { tag, notes, deferred } = record.lever;
  const written = notes.map(
    ({ key, state }) => `${key}${state === 'posting' ? ' (perhaps: the answer was lost)' : ''}`,
  );
  return [
    'Entries into a trigger stage:',
    ...indented(record.entries.map(entryText)),
    'Lever shows:',
    ...indented([
      ...(tag === null ? [] : [`the tag ${tag}`]),
      ...(written.length === 0 ? [] : [`the notes ${written.join(', ')}`]),
      ...deferred.map(({ write, until }) => `Lever refused ${write}: tried again ${timeOf(until)}`),
    ]),
    'What waits:',
    ...indented([
      ...workText('The next decision', record.nextDecision, now),
      ...workText('The next look at Turn and Lever', record.nextSync, now),
    ]),
  ];
};

const entryText = (entry: StageEntry): string => {
  const of = entry.enteredAt === null ? 'time unknown' : timeOf(entry.enteredAt);
  const problem = problemOf(entry);
  const told = problem === null ? [] : [`${problem.code}: ${problem.detail ?? 'no check'}${sinceOf(problem.since)}`];
  if (entry.state === 'ordering' || entry.state === 'ordered') {
    const { packageId, packageName, warnings } = entry;
    const names = packageId === null || packageName === undefined ? {} : { [packageId]: packageName };
    told.unshift(packageText(packageId, names), ...warnings.map(({ kind }) => warningTexts[kind] ?? reasonText(kind)));
  }
  if (entry.state === 'ordering') told.unshift(`asked of Turn ${timeOf(entry.attempt.attemptedAt)}, no answer yet`);
  if (entry.state === 'ordered') {
    const { turnId, workerId, status, isFollowed, changedAt } = entry;
    told.unshift(isFollowed === true ? candidateWords.followed : 'ordered', `Turn ID ${turnId ?? 'not known yet'}`);
    told.push(`worker ${workerId}`, `${status?.name ?? 'no status yet'}${sinceOf(changedAt)}`);
  }
  if (entry.state === 'rerun_denied') told.push('an earlier check is complete, and the account’s rule forbids another');
  if (entry.state === 'erased') told.push('ordered, and forgotten');
  return `${of}  ${told.join('; ')}`;
};

const workText = (what: string, work: ScheduledWork | null, now: number): string[] => {
  if (work === null) return [];
  const { dueAt, attempts, failingSince, lastFailure } = work;
  const reason = isAwaitingReconnect(work) ? 'lever_disconnected' : lastFailure;
  return [
    [
      `${what}: ${dueAt > now ? '' : 'overdue since '}${timeOf(dueAt)}`,
      ...(attempts === 0 ? [] : [`failed ${attempts} times${failingSince === undefined ? '' : sinceOf(failingSince)}`]),
      ...(reason === undefined ? [] : [waitingText(reason)]),
    ].join('; '),
  ];
};

/** Why there is no check now, where there is none. */
const noCheck = ({ record, activities, account }: Story): string[] => {
  if (record !== null && record.erasedAt !== null) return [];
  const state = record === null ? null : candidateOf(record).state;
  if (state?.kind === 'check') return [];
  const told = state === null ? [] : [`${stateName(state)}. ${stateText(state) ?? ''}`.trim()];
  const ignored = activities.find(({ kind }) => kind === 'stage_change_ignored');
  if (ignored !== undefined) told.push(`${titleOf(ignored)}: ${detailOf(ignored)}.`);
  if (record === null && ignored === undefined) {
    const stages = account.triggerStages.map(({ name }) => `“${name}”`).join(', ');
    told.push(
      `Nothing is stored of this candidate. Either neither a webhook nor the hourly reading of Lever told of a move into ${stages}, or the message about it lies in the queue stage-changes or in its dead letters. Look at the account below, at that queue, and at the log (RUNBOOK.md, “Why did this candidate get no check”).`,
    );
  }
  return ['No check was started, or none is shown:', ...indented(told)];
};
