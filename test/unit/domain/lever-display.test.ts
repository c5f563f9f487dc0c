import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Account } from '#shared/domain/account.ts';
import { type Check, newCheck } from '#shared/domain/check.ts';
import {
  begun,
  type Desired,
  desiredDisplay,
  done,
  type LeverWrite,
  planWrites,
} from '#shared/domain/lever-display.ts';
import { type LeverShown, newScreening } from '#shared/domain/screening.ts';
import { problemTag } from '#shared/domain/texts.ts';
import { endedProgress, monday, startedCheck } from './samples.ts';

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
        const after = perform(shown, tags, planWrites(desired, shown, policy));
        expect(after.tag).toBe(desired.tag);
        expect(tags.has(desired.tag ?? '')).toBe(true);
        if (policy === 'latest') expect([...tags]).toEqual([desired.tag]);
        else expect(tags.has(problemTag)).toBe(desired.tag === problemTag);
        for (const { key } of desired.notes) {
          expect(after.notes.filter((note) => note.key === key && note.state === 'posted')).toHaveLength(1);
        }
        expect(planWrites(desired, after, policy)).toEqual([]);
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
          const writes = planWrites(first, shown, policy);
          // The whole plan is marked as begun before the first call, and nothing is recorded of what was done.
          const remembered = begun(shown, writes);
          for (const [n, write] of writes.entries()) {
            if (n < after || (n === after && hadEffect)) applyTo(tags, write);
          }
          const later = perform(remembered, tags, planWrites(second, remembered, policy));
          expect(later.tag).toBe(second.tag);
          expect(tags.has(second.tag ?? '')).toBe(true);
          if (policy === 'latest') expect([...tags]).toEqual([second.tag]);
          expect(planWrites(second, later, policy)).toEqual([]);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('reads the notes back before posting one that may be there, and posts the others straight', () => {
    fc.assert(
      fc.property(anyDesired, anyShown, anyPolicy, (desired, shown, policy) => {
        for (const write of planWrites(desired, shown, policy)) {
          if (write.kind !== 'post_note') continue;
          const known = shown.notes.find((note) => note.key === write.key);
          expect(known?.state).not.toBe('posted');
          expect(write.mayBeThere).toBe(known !== undefined);
        }
      }),
    );
  });

  it('removes no tag that it was not told of, and no tag while there is none to show', () => {
    fc.assert(
      fc.property(anyDesired, anyShown, anyPolicy, (desired, shown, policy) => {
        const ours = tagsIn(shown);
        for (const write of planWrites(desired, shown, policy)) {
          if (write.kind === 'remove_tags') expect(write.tags.every((each) => ours.has(each))).toBe(true);
        }
        const writes = planWrites({ ...desired, tag: null }, shown, policy);
        expect(writes.some(({ kind }) => kind === 'remove_tags' || kind === 'add_tag')).toBe(false);
      }),
    );
  });

  it('adds the new tag before it removes the old one', () => {
    const shown = { tag: 'TurnStatus:emailed', otherTags: [], notes: [], pass: null };
    expect(planWrites({ tag: 'TurnStatus:clear', notes: [] }, shown, 'latest')).toEqual([
      { kind: 'add_tag', tag: 'TurnStatus:clear' },
      { kind: 'remove_tags', tags: ['TurnStatus:emailed'] },
    ]);
  });
});

describe('desiredDisplay', () => {
  const displayOf = (...checks: Check[]) => desiredDisplay({ ...newScreening('acct_harborlight', 'opp-1'), checks });
  const keysOf = (desired: Desired) => desired.notes.map(({ key }) => key);

  it('shows nothing before anything is known', () => {
    expect(displayOf()).toEqual({ tag: null, notes: [] });
    expect(displayOf(newCheck(monday, 'claimed', monday))).toEqual({ tag: null, notes: [] });
    expect(displayOf(startedCheck({ progress: null }))).toEqual({ tag: null, notes: [] });
  });

  it('shows the status and the Turn ID, and the report once there is one', () => {
    expect(displayOf(startedCheck({ enteredAt: 7 }))).toMatchObject({ tag: 'TurnStatus:processing' });
    expect(keysOf(displayOf(startedCheck({ enteredAt: 7 })))).toEqual(['turn-id/opp-1-7']);
    const ended = displayOf(startedCheck({ enteredAt: 7, progress: endedProgress }));
    expect(keysOf(ended)).toEqual(['turn-id/opp-1-7', 'report/opp-1-7']);
  });

  it('shows a problem until a later entry has solved it', () => {
    const problem: Check = { ...newCheck(7, 'problem', 7), problem: { code: 'no_email', detail: null } };
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
    const shown = { tag: desired.tag, otherTags: [], notes: [], pass: null };
    const posted = planWrites(desired, shown, 'latest').map((write) => write.kind === 'post_note' && write.key);
    expect(posted).toEqual(['turn-id/opp-1-7', 'report/opp-1-7', 'not-rerun']);
  });
});
