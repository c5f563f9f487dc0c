import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Account } from '#shared/domain/account.ts';
import { type Desired, desiredLeverState, diffLeverState } from '#shared/domain/desired-lever-state.ts';
import {
  emptyLeverState,
  type LeverState,
  type LeverWrite,
  writeConfirmed,
  writeDeferred,
  writeStarted,
} from '#shared/domain/lever-state.ts';
import { newRecord, type OpportunityRecord } from '#shared/domain/opportunity-record.ts';
import { scheduledAt } from '#shared/domain/retry-policy.ts';
import type { StageEntry } from '#shared/domain/stage-entry.ts';
import {
  blockedEntry,
  completeStatus,
  monday,
  orderedEntry,
  orderingEntry,
  rerunDeniedEntry,
  sampleAccount,
} from './samples.ts';

const problemTag = 'TurnStatus:error';
const waitingTag = 'TurnStatus:waiting';

const tag = fc.constantFrom('TurnStatus:emailed', 'TurnStatus:processing', 'TurnStatus:clear', problemTag);
const noteKey = fc.constantFrom(
  'turn-id/a-1',
  'report/a-1',
  'rerun-denied',
  'problem/no_email/a-1',
  'problem/no_email/a-2',
);
const anyDesired: fc.Arbitrary<Desired> = fc.record({
  tag,
  passingTags: fc.constant([problemTag]),
  isUndecided: fc.constant(false),
  notes: fc.array(fc.record({ key: noteKey, text: fc.constant('A note.') }), { maxLength: 4 }),
});
const anyShown: fc.Arbitrary<LeverState> = fc.record({
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
  deferred: fc.constant([]),
  lease: fc.constant(null),
});
const anyPolicy = fc.constantFrom<Account['tagPolicy']>('latest', 'history');

/** Lever itself: tags that are really there. What we remember of it must hold whatever happened. */
const applyTo = (tags: Set<string>, write: LeverWrite): void => {
  if (write.kind === 'add_tag') tags.add(write.tag);
  if (write.kind === 'remove_tags') for (const each of write.tags) tags.delete(each);
};
const perform = (shown: LeverState, tags: Set<string>, writes: readonly LeverWrite[]): LeverState => {
  let known = shown;
  for (const write of writes) {
    known = writeStarted(known, [write]);
    applyTo(tags, write);
    known = writeConfirmed(known, write, write.kind === 'post_note' ? `id of ${write.key}` : null);
  }
  return known;
};
const tagsIn = (shown: LeverState): Set<string> =>
  new Set([...shown.otherTags, ...(shown.tag === null ? [] : [shown.tag])]);

describe('diffLeverState', () => {
  it('ends with the desired state and nothing more to do', () => {
    fc.assert(
      fc.property(anyDesired, anyShown, anyPolicy, (desired, shown, policy) => {
        const tags = tagsIn(shown);
        const after = perform(shown, tags, diffLeverState(desired, shown, policy, monday));
        expect(after.tag).toBe(desired.tag);
        expect(tags.has(desired.tag ?? '')).toBe(true);
        if (policy === 'latest') expect([...tags]).toEqual([desired.tag]);
        else expect(tags.has(problemTag)).toBe(desired.tag === problemTag);
        for (const { key } of desired.notes) {
          expect(after.notes.filter((note) => note.key === key && note.state === 'posted')).toHaveLength(1);
        }
        expect(diffLeverState(desired, after, policy, monday)).toEqual([]);
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
          const writes = diffLeverState(first, shown, policy, monday);
          // The whole plan is marked as started before the first call, and nothing is recorded of what was confirmed.
          const remembered = writeStarted(shown, writes);
          for (const [n, write] of writes.entries()) {
            if (n < after || (n === after && hadEffect)) applyTo(tags, write);
          }
          const later = perform(remembered, tags, diffLeverState(second, remembered, policy, monday));
          expect(later.tag).toBe(second.tag);
          expect(tags.has(second.tag ?? '')).toBe(true);
          if (policy === 'latest') expect([...tags]).toEqual([second.tag]);
          expect(diffLeverState(second, later, policy, monday)).toEqual([]);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('reads the notes back before posting one that may be there, and posts the others straight', () => {
    fc.assert(
      fc.property(anyDesired, anyShown, anyPolicy, (desired, shown, policy) => {
        for (const write of diffLeverState(desired, shown, policy, monday)) {
          if (write.kind !== 'post_note') continue;
          const known = shown.notes.find((note) => note.key === write.key);
          expect(known?.state).not.toBe('posted');
          expect(write.mayBeThere).toBe(known !== undefined);
        }
      }),
    );
  });

  it('looks for a note that may be there by the text that it was written with, though it would read otherwise by now', () => {
    const desired = {
      tag: null,
      passingTags: [],
      notes: [{ key: 'report/opp-1-1', text: 'By now.' }],
      isUndecided: false,
    };
    const note = { key: 'report/opp-1-1', state: 'posting', noteId: null, text: 'At first.' } as const;
    expect(diffLeverState(desired, { ...emptyLeverState, notes: [note] }, 'latest', monday)).toEqual([
      { kind: 'post_note', key: note.key, text: 'At first.', mayBeThere: true },
    ]);
  });

  it('removes no tag that it was not told of, and none but that of a problem while there is none to show', () => {
    fc.assert(
      fc.property(anyDesired, anyShown, anyPolicy, (desired, shown, policy) => {
        const ours = tagsIn(shown);
        for (const write of diffLeverState(desired, shown, policy, monday)) {
          if (write.kind === 'remove_tags') expect(write.tags.every((each) => ours.has(each))).toBe(true);
        }
        const writes = diffLeverState({ ...desired, tag: null }, shown, policy, monday);
        const changes = writes.filter(({ kind }) => kind === 'remove_tags' || kind === 'add_tag');
        expect(changes).toEqual(ours.has(problemTag) ? [{ kind: 'remove_tags', tags: [problemTag] }] : []);
      }),
    );
  });

  it('adds the new tag before it removes the old one', () => {
    const shown = { ...emptyLeverState, tag: 'TurnStatus:emailed' };
    expect(
      diffLeverState(
        { tag: 'TurnStatus:clear', passingTags: [problemTag], notes: [], isUndecided: false },
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
    passingTags: [problemTag],
    notes: [{ key: 'turn-id/a-1', text: 'A note.' }],
    isUndecided: false,
  };
  const writes = diffLeverState(desired, emptyLeverState, 'latest', monday);
  const shown = writes.reduce((known, write) => writeDeferred(known, write, monday + 1000), emptyLeverState);

  it('is left alone until its time has come, and then tried once more', () => {
    expect(writes).toHaveLength(2);
    expect(diffLeverState(desired, shown, 'latest', monday + 999)).toEqual([]);
    expect(diffLeverState(desired, shown, 'latest', monday + 1000)).toEqual(writes);
    const again = writes.reduce((known, write) => writeDeferred(known, write, monday + 2000), shown);
    expect(again.deferred).toHaveLength(2);
  });

  it('does not keep another tag from being tried, whose success forgets the refusal', () => {
    const next = { ...desired, tag: 'TurnStatus:rejected' };
    const [write] = diffLeverState(next, shown, 'latest', monday);
    expect(write).toEqual({ kind: 'add_tag', tag: 'TurnStatus:rejected' });
    if (write === undefined) return;
    expect(writeConfirmed(shown, write, null).deferred).toEqual([
      { write: 'post_note/turn-id/a-1', until: monday + 1000 },
    ]);
  });

  it('of the new tag does not have the old one removed over and over', () => {
    const before = { ...emptyLeverState, tag: 'TurnStatus:emailed' };
    const next: Desired = { tag: 'TurnStatus:clear', passingTags: [problemTag], notes: [], isUndecided: false };
    const [add, remove] = diffLeverState(next, before, 'latest', monday);
    if (add?.kind !== 'add_tag' || remove?.kind !== 'remove_tags') throw new Error('Other writes were expected.');
    const without = writeConfirmed(writeStarted(writeDeferred(before, add, monday + 1000), [remove]), remove, null);
    expect(without).toMatchObject({ tag: null, otherTags: [] });
    expect(diffLeverState(next, without, 'latest', monday)).toEqual([]);
  });

  it('is told where it was a tag, unless a problem is told already', () => {
    const record = { ...newRecord('acct_harborlight', 'opp-1'), lever: shown };
    const keysOf = (entry: StageEntry) =>
      desiredLeverState({ ...record, entries: [entry] }, sampleAccount()).notes.map(({ key }) => key);
    const entry = orderedEntry({ enteredAt: 7, status: { ...completeStatus, hasReport: false } });
    expect(keysOf(entry)).toEqual(['turn-id/opp-1-7', 'problem/tags_locked']);
    // Another tag has not been tried yet.
    expect(keysOf(orderedEntry({ enteredAt: 7 }))).toEqual(['turn-id/opp-1-7']);
    expect(keysOf(blockedEntry('no_email', { enteredAt: 7 }))).toEqual(['problem/no_email/opp-1-7']);
  });
});

describe('desiredLeverState', () => {
  const desiredFor = (...entries: StageEntry[]) =>
    desiredLeverState({ ...newRecord('acct_harborlight', 'opp-1'), entries }, sampleAccount());
  const keysOf = (desired: Desired) => desired.notes.map(({ key }) => key);

  it('shows nothing before anything is known', () => {
    expect(desiredFor()).toMatchObject({ tag: null, notes: [] });
    expect(desiredFor(orderingEntry())).toMatchObject({ tag: null, notes: [] });
    expect(desiredFor(orderedEntry({ status: null }))).toMatchObject({ tag: null, notes: [] });
  });

  it('shows the status and the Turn ID, and the report once there is one', () => {
    expect(desiredFor(orderedEntry({ enteredAt: 7 }))).toMatchObject({ tag: 'TurnStatus:processing' });
    expect(keysOf(desiredFor(orderedEntry({ enteredAt: 7 })))).toEqual(['turn-id/opp-1-7']);
    const ended = desiredFor(orderedEntry({ enteredAt: 7, status: completeStatus }));
    expect(keysOf(ended)).toEqual(['turn-id/opp-1-7', 'report/opp-1-7']);
  });

  it('tells of a report without an address where that may not be shown', () => {
    const ended = { enteredAt: 7, status: completeStatus, dashboardUrl: null };
    expect(keysOf(desiredFor(orderedEntry(ended)))).toEqual(['turn-id/opp-1-7']);
    const { notes } = desiredFor(orderedEntry({ ...ended, isAddressUnusable: true }));
    expect(notes[1]).toEqual({
      key: 'report/opp-1-7',
      text: 'The Turn background check report is available. Open the check in Turn.\nTurn ID: C0000004711',
    });
  });

  it('shows a problem until a later entry has solved it', () => {
    const problem = blockedEntry('no_email', { enteredAt: 7 });
    expect(desiredFor(problem)).toMatchObject({ tag: problemTag, notes: [{ key: 'problem/no_email/opp-1-7' }] });
    const solved = desiredFor(problem, orderedEntry({ enteredAt: 9 }));
    expect(solved.tag).toBe('TurnStatus:processing');
    expect(keysOf(solved)).toEqual(['turn-id/opp-1-9']);
  });

  it('keeps the status of the check that ended when another one is denied, and says so once', () => {
    const ended = orderedEntry({ enteredAt: 7, status: completeStatus });
    const refusals = [9, 11].map((enteredAt) => rerunDeniedEntry(enteredAt));
    const desired = desiredFor(ended, ...refusals);
    expect(desired.tag).toBe('TurnStatus:clear');
    const shown = { ...emptyLeverState, tag: desired.tag };
    const posted = diffLeverState(desired, shown, 'latest', monday).map(
      (write) => write.kind === 'post_note' && write.key,
    );
    expect(posted).toEqual(['turn-id/opp-1-7', 'report/opp-1-7', 'rerun-denied']);
  });

  it('keeps showing the problem while a mended record is being ordered', () => {
    const problem = { code: 'no_email', detail: null, since: 7 } as const;
    const ordering = desiredFor(orderingEntry({ enteredAt: 7, problem }));
    expect(ordering).toMatchObject({ tag: problemTag, notes: [{ key: 'problem/no_email/opp-1-7' }] });
  });

  it('keeps showing what it showed while another entry is being ordered', () => {
    const ordering = orderingEntry({ enteredAt: 9 });
    const problem = blockedEntry('no_email', { enteredAt: 7 });
    expect(desiredFor(problem, ordering)).toEqual(desiredFor(problem));
    const ended = orderedEntry({ enteredAt: 7, status: completeStatus });
    expect(desiredFor(ended, ordering)).toEqual(desiredFor(ended));
  });

  it.each([
    ['being ordered', orderingEntry({ enteredAt: 9 })],
    ['ordered, with a status still unknown', orderedEntry({ enteredAt: 9, status: null })],
  ])('leaves what was wrong where it is while a check is %s', (_, entry) => {
    const notes = [{ key: 'problem/turn_rejected/opp-1-7', state: 'posted', noteId: 'n1', text: null } as const];
    const shown = { ...emptyLeverState, tag: problemTag, notes };
    expect(diffLeverState(desiredFor(entry), shown, 'latest', monday)).toEqual([]);
    const decided = desiredFor(orderedEntry({ enteredAt: 9 }));
    const changes = diffLeverState(decided, shown, 'latest', monday).map(({ kind }) => kind);
    expect(changes).toEqual(['add_tag', 'remove_tags', 'post_note', 'delete_note']);
    const left = diffLeverState(desiredFor(), shown, 'latest', monday).map(({ kind }) => kind);
    expect(left).toEqual(['remove_tags', 'delete_note']);
  });

  it('says that the check waits, until there is something else to say', () => {
    const waiting = {
      ...newRecord('acct_harborlight', 'opp-1'),
      nextDecision: { ...scheduledAt(8), isTold: true as const },
    };
    const tagFor = (entries: OpportunityRecord['entries']) =>
      desiredLeverState({ ...waiting, entries }, sampleAccount({})).tag;
    expect(tagFor([])).toBe(waitingTag);
    expect(tagFor([orderingEntry()])).toBe(waitingTag);
    expect(tagFor([orderedEntry({ enteredAt: 7, status: completeStatus })])).toBe('TurnStatus:clear');
    expect(tagFor([blockedEntry()])).toBe(problemTag);
    const over = desiredLeverState({ ...waiting, nextDecision: null }, sampleAccount({ tagPolicy: 'history' }));
    const shown = { ...emptyLeverState, tag: waitingTag };
    expect(diffLeverState(over, shown, 'history', monday)).toEqual([{ kind: 'remove_tags', tags: [waitingTag] }]);
  });

  it('takes back that no new check was started, once one has', () => {
    const ended = orderedEntry({ enteredAt: 7, status: completeStatus });
    const denied = { state: 'rerun_denied', enteredAt: 8, changedAt: 8 } as const;
    const stateFor = (entries: OpportunityRecord['entries']) =>
      desiredLeverState({ ...newRecord('acct_harborlight', 'opp-1'), entries }, sampleAccount({}));
    expect(keysOf(stateFor([ended, denied]))).toContain('rerun-denied');
    const anew = stateFor([ended, denied, orderedEntry({ enteredAt: 9, status: completeStatus })]);
    expect(keysOf(anew)).not.toContain('rerun-denied');
    const note = { key: 'rerun-denied', state: 'posted', noteId: 'note-1', text: null } as const;
    const writes = diffLeverState(
      anew,
      { ...emptyLeverState, tag: 'TurnStatus:clear', notes: [note] },
      'latest',
      monday,
    );
    expect(writes).toContainEqual({ kind: 'delete_note', key: 'rerun-denied', noteId: 'note-1', text: null });
  });

  it("speaks in the account's own words, and leaves the report out where the account wants so", () => {
    const entry = orderedEntry({ enteredAt: 7, status: completeStatus });
    const account = sampleAccount({ statusLabels: { clear: 'All good', error: 'Oops' }, writesReportUrl: false });
    const desired = desiredLeverState({ ...newRecord('acct_harborlight', 'opp-1'), entries: [entry] }, account);
    expect(desired).toMatchObject({
      tag: 'TurnStatus:All good',
      passingTags: ['TurnStatus:Oops', problemTag, waitingTag, waitingTag],
    });
    expect(keysOf(desired)).toEqual(['turn-id/opp-1-7']);
    const shown = { ...emptyLeverState, tag: 'TurnStatus:clear', otherTags: [] };
    expect(diffLeverState(desired, shown, 'latest', monday).slice(0, 2)).toEqual([
      { kind: 'add_tag', tag: 'TurnStatus:All good' },
      { kind: 'remove_tags', tags: ['TurnStatus:clear'] },
    ]);
  });
});
