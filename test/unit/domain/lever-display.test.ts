import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Account } from '#shared/domain/account.ts';
import { type Check, newCheck } from '#shared/domain/check.ts';
import { type Desired, desiredDisplay, planWrites } from '#shared/domain/lever-display.ts';
import { begun, done, type LeverWrite, refused } from '#shared/domain/lever-knowledge.ts';
import { type LeverShown, newScreening, nothingShown } from '#shared/domain/screening.ts';
import { endedProgress, monday, sampleAccount, startedCheck } from './samples.ts';

const problemTag = 'TurnStatus:error';

const tag = fc.constantFrom('TurnStatus:emailed', 'TurnStatus:processing', 'TurnStatus:clear', problemTag);
const noteKey = fc.constantFrom(
  'turn-id/a-1',
  'report/a-1',
  'not-rerun',
  'problem/no_email/a-1',
  'problem/no_email/a-2',
);
const anyDesired: fc.Arbitrary<Desired> = fc.record({
  tag,
  errorTags: fc.constant([problemTag]),
  isUndecided: fc.constant(false),
  notes: fc.array(fc.record({ key: noteKey, text: fc.constant('A note.') }), { maxLength: 4 }),
});
const anyShown: fc.Arbitrary<LeverShown> = fc.record({
  tag: fc.option(tag, { nil: null }),
  otherTags: fc.uniqueArray(tag, { maxLength: 3 }),
  notes: fc.uniqueArray(
    fc.oneof(
      fc.record({
        key: noteKey,
        state: fc.constant('posted' as const),
        noteId: fc.constantFrom('n1', 'n2'),
        text: fc.constant(null),
      }),
      fc.record({
        key: noteKey,
        state: fc.constant('posting' as const),
        noteId: fc.constant(null),
        text: fc.constant('A note.'),
      }),
    ),
    { selector: ({ key }) => key, maxLength: 4 },
  ),
  refused: fc.constant([]),
  pass: fc.constant(null),
});
const anyPolicy = fc.constantFrom<Account['tagPolicy']>('latest', 'history');

/** Lever itself: tags that are really there. What we remember of it must hold whatever happened. */
const applyTo = (tags: Set<string>, write: LeverWrite): void => {
  if (write.kind === 'add_tag') tags.add(write.tag);
  if (write.kind === 'remove_tags') for (const each of write.tags) tags.delete(each);
};
const perform = (shown: LeverShown, tags: Set<string>, writes: readonly LeverWrite[]): LeverShown => {
  let known = shown;
  for (const write of writes) {
    known = begun(known, [write]);
    applyTo(tags, write);
    known = done(known, write, write.kind === 'post_note' ? `id of ${write.key}` : null);
  }
  return known;
};
const tagsIn = (shown: LeverShown): Set<string> =>
  new Set([...shown.otherTags, ...(shown.tag === null ? [] : [shown.tag])]);

describe('planWrites', () => {
  it('ends with the desired display and nothing more to do', () => {
    fc.assert(
      fc.property(anyDesired, anyShown, anyPolicy, (desired, shown, policy) => {
        const tags = tagsIn(shown);
        const after = perform(shown, tags, planWrites(desired, shown, policy, monday));
        expect(after.tag).toBe(desired.tag);
        expect(tags.has(desired.tag ?? '')).toBe(true);
        if (policy === 'latest') expect([...tags]).toEqual([desired.tag]);
        else expect(tags.has(problemTag)).toBe(desired.tag === problemTag);
        for (const { key } of desired.notes) {
          expect(after.notes.filter((note) => note.key === key && note.state === 'posted')).toHaveLength(1);
        }
        expect(planWrites(desired, after, policy, monday)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it('ends right after a crash at any line, with the effect of the last call or without it', () => {
    const crash = fc.record({ after: fc.nat({ max: 6 }), hadEffect: fc.boolean() });
    fc.assert(
      fc.property(
        anyDesired,
        anyDesired,
        anyShown,
        anyPolicy,
        crash,
        (first, second, shown, policy, { after, hadEffect }) => {
          const tags = tagsIn(shown);
          const writes = planWrites(first, shown, policy, monday);
          // The whole plan is marked as begun before the first call, and nothing is recorded of what was done.
          const remembered = begun(shown, writes);
          for (const [n, write] of writes.entries()) {
            if (n < after || (n === after && hadEffect)) applyTo(tags, write);
          }
          const later = perform(remembered, tags, planWrites(second, remembered, policy, monday));
          expect(later.tag).toBe(second.tag);
          expect(tags.has(second.tag ?? '')).toBe(true);
          if (policy === 'latest') expect([...tags]).toEqual([second.tag]);
          expect(planWrites(second, later, policy, monday)).toEqual([]);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('reads the notes back before posting one that may be there, and posts the others straight', () => {
    fc.assert(
      fc.property(anyDesired, anyShown, anyPolicy, (desired, shown, policy) => {
        for (const write of planWrites(desired, shown, policy, monday)) {
          if (write.kind !== 'post_note') continue;
          const known = shown.notes.find((note) => note.key === write.key);
          expect(known?.state).not.toBe('posted');
          expect(write.mayBeThere).toBe(known !== undefined);
        }
      }),
    );
  });

  it('removes no tag that it was not told of, and none but that of a problem while there is none to show', () => {
    fc.assert(
      fc.property(anyDesired, anyShown, anyPolicy, (desired, shown, policy) => {
        const ours = tagsIn(shown);
        for (const write of planWrites(desired, shown, policy, monday)) {
          if (write.kind === 'remove_tags') expect(write.tags.every((each) => ours.has(each))).toBe(true);
        }
        const writes = planWrites({ ...desired, tag: null }, shown, policy, monday);
        const changes = writes.filter(({ kind }) => kind === 'remove_tags' || kind === 'add_tag');
        expect(changes).toEqual(ours.has(problemTag) ? [{ kind: 'remove_tags', tags: [problemTag] }] : []);
      }),
    );
  });

  it('adds the new tag before it removes the old one', () => {
    const shown = { ...nothingShown, tag: 'TurnStatus:emailed' };
    expect(
      planWrites(
        { tag: 'TurnStatus:clear', errorTags: [problemTag], notes: [], isUndecided: false },
        shown,
        'latest',
        monday,
      ),
    ).toEqual([
      { kind: 'add_tag', tag: 'TurnStatus:clear' },
      { kind: 'remove_tags', tags: ['TurnStatus:emailed'] },
    ]);
  });
});

describe('what Lever refused', () => {
  const desired: Desired = {
    tag: 'TurnStatus:clear',
    errorTags: [problemTag],
    notes: [{ key: 'turn-id/a-1', text: 'A note.' }],
    isUndecided: false,
  };
  const writes = planWrites(desired, nothingShown, 'latest', monday);
  const shown = writes.reduce((known, write) => refused(known, write, monday + 1000), nothingShown);

  it('is left alone until its time has come, and then tried once more', () => {
    expect(writes).toHaveLength(2);
    expect(planWrites(desired, shown, 'latest', monday + 999)).toEqual([]);
    expect(planWrites(desired, shown, 'latest', monday + 1000)).toEqual(writes);
    const again = writes.reduce((known, write) => refused(known, write, monday + 2000), shown);
    expect(again.refused).toHaveLength(2);
  });

  it('does not keep another tag from being tried, whose success forgets the refusal', () => {
    const next = { ...desired, tag: 'TurnStatus:rejected' };
    const [write] = planWrites(next, shown, 'latest', monday);
    expect(write).toEqual({ kind: 'add_tag', tag: 'TurnStatus:rejected' });
    if (write === undefined) return;
    expect(done(shown, write, null).refused).toEqual([{ write: 'post_note/turn-id/a-1', until: monday + 1000 }]);
  });

  it('of the new tag does not have the old one removed over and over', () => {
    const before = { ...nothingShown, tag: 'TurnStatus:emailed' };
    const next: Desired = { tag: 'TurnStatus:clear', errorTags: [problemTag], notes: [], isUndecided: false };
    const [add, remove] = planWrites(next, before, 'latest', monday);
    if (add?.kind !== 'add_tag' || remove?.kind !== 'remove_tags') throw new Error('Other writes were expected.');
    const without = done(begun(refused(before, add, monday + 1000), [remove]), remove, null);
    expect(without).toMatchObject({ tag: null, otherTags: [] });
    expect(planWrites(next, without, 'latest', monday)).toEqual([]);
  });

  it('is told where it was a tag, unless a problem is told already', () => {
    const screening = { ...newScreening('acct_harborlight', 'opp-1'), lever: shown };
    const keysOf = (check: Check) =>
      desiredDisplay({ ...screening, checks: [check] }, sampleAccount()).notes.map(({ key }) => key);
    const check = startedCheck({ enteredAt: 7, progress: { ...endedProgress, hasReport: false } });
    expect(keysOf(check)).toEqual(['turn-id/opp-1-7', 'problem/tags_locked']);
    // Another tag has not been tried yet.
    expect(keysOf(startedCheck({ enteredAt: 7 }))).toEqual(['turn-id/opp-1-7']);
    const problem = { code: 'no_email', detail: null, since: 7 } as const;
    expect(keysOf({ ...newCheck(7, 'problem', 7), problem })).toEqual(['problem/no_email/opp-1-7']);
  });
});

describe('desiredDisplay', () => {
  const displayOf = (...checks: Check[]) =>
    desiredDisplay({ ...newScreening('acct_harborlight', 'opp-1'), checks }, sampleAccount());
  const keysOf = (desired: Desired) => desired.notes.map(({ key }) => key);

  it('shows nothing before anything is known', () => {
    expect(displayOf()).toMatchObject({ tag: null, notes: [] });
    expect(displayOf(newCheck(monday, 'claimed', monday))).toMatchObject({ tag: null, notes: [] });
    expect(displayOf(startedCheck({ progress: null }))).toMatchObject({ tag: null, notes: [] });
  });

  it('shows the status and the Turn ID, and the report once there is one', () => {
    expect(displayOf(startedCheck({ enteredAt: 7 }))).toMatchObject({ tag: 'TurnStatus:processing' });
    expect(keysOf(displayOf(startedCheck({ enteredAt: 7 })))).toEqual(['turn-id/opp-1-7']);
    const ended = displayOf(startedCheck({ enteredAt: 7, progress: endedProgress }));
    expect(keysOf(ended)).toEqual(['turn-id/opp-1-7', 'report/opp-1-7']);
  });

  it('shows a problem until a later entry has solved it', () => {
    const problem: Check = { ...newCheck(7, 'problem', 7), problem: { code: 'no_email', detail: null, since: 7 } };
    expect(displayOf(problem)).toMatchObject({ tag: problemTag, notes: [{ key: 'problem/no_email/opp-1-7' }] });
    const solved = displayOf(problem, startedCheck({ enteredAt: 9 }));
    expect(solved.tag).toBe('TurnStatus:processing');
    expect(keysOf(solved)).toEqual(['turn-id/opp-1-9']);
  });

  it('keeps the status of the check that ended when another one is refused, and says so once', () => {
    const ended = startedCheck({ enteredAt: 7, progress: endedProgress });
    const refusals = [9, 11].map((enteredAt) => newCheck(enteredAt, 'not_rerun', enteredAt));
    const desired = displayOf(ended, ...refusals);
    expect(desired.tag).toBe('TurnStatus:clear');
    const shown = { ...nothingShown, tag: desired.tag };
    const posted = planWrites(desired, shown, 'latest', monday).map((write) => write.kind === 'post_note' && write.key);
    expect(posted).toEqual(['turn-id/opp-1-7', 'report/opp-1-7', 'not-rerun']);
  });

  it('keeps showing the problem while a mended record is being ordered', () => {
    const problem = { code: 'no_email', detail: null, since: 7 } as const;
    const claimed = displayOf({ ...newCheck(7, 'claimed', 9), problem });
    expect(claimed).toMatchObject({ tag: problemTag, notes: [{ key: 'problem/no_email/opp-1-7' }] });
  });

  it('keeps showing what it showed while another entry is being ordered', () => {
    const claimed = newCheck(9, 'claimed', 9);
    const problem: Check = { ...newCheck(7, 'problem', 7), problem: { code: 'no_email', detail: null, since: 7 } };
    expect(displayOf(problem, claimed)).toEqual(displayOf(problem));
    const ended = startedCheck({ enteredAt: 7, progress: endedProgress });
    expect(displayOf(ended, claimed)).toEqual(displayOf(ended));
  });

  it.each([
    ['ordered', newCheck(9, 'claimed', 9)],
    ['started, with a status still unknown', startedCheck({ enteredAt: 9, progress: null })],
  ])('leaves what was wrong where it is while a check is %s', (_, check) => {
    const notes = [{ key: 'problem/turn_rejected/opp-1-7', state: 'posted', noteId: 'n1', text: null } as const];
    const shown = { ...nothingShown, tag: problemTag, notes };
    expect(planWrites(displayOf(check), shown, 'latest', monday)).toEqual([]);
    const decided = displayOf(startedCheck({ enteredAt: 9 }));
    const changes = planWrites(decided, shown, 'latest', monday).map(({ kind }) => kind);
    expect(changes).toEqual(['add_tag', 'remove_tags', 'post_note', 'delete_note']);
    const left = planWrites(displayOf(), shown, 'latest', monday).map(({ kind }) => kind);
    expect(left).toEqual(['remove_tags', 'delete_note']);
  });

  it("speaks in the account's own words, and leaves the report out where the account wants so", () => {
    const check = startedCheck({ enteredAt: 7, progress: endedProgress });
    const account = sampleAccount({ statusLabels: { clear: 'All good', error: 'Oops' }, writesReportUrl: false });
    const desired = desiredDisplay({ ...newScreening('acct_harborlight', 'opp-1'), checks: [check] }, account);
    expect(desired).toMatchObject({ tag: 'TurnStatus:All good', errorTags: ['TurnStatus:Oops', problemTag] });
    expect(keysOf(desired)).toEqual(['turn-id/opp-1-7']);
    const shown = { ...nothingShown, tag: 'TurnStatus:clear', otherTags: [] };
    expect(planWrites(desired, shown, 'latest', monday).slice(0, 2)).toEqual([
      { kind: 'add_tag', tag: 'TurnStatus:All good' },
      { kind: 'remove_tags', tags: ['TurnStatus:clear'] },
    ]);
  });
});
