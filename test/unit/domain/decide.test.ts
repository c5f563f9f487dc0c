import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Account } from '#shared/domain/account.ts';
import { decide } from '#shared/domain/decide.ts';
import { enteredTriggerAt, type Opportunity } from '#shared/domain/opportunity.ts';
import { isRunning, type OrderedEntry, type StageEntry } from '#shared/domain/stage-entry.ts';
import {
  blockedEntry,
  completeStatus,
  days,
  monday,
  orderedEntry,
  orderingEntry,
  referenceStage,
  rerunDeniedEntry,
  sampleAccount,
  sampleOpportunity,
} from './samples.ts';

const entry = monday + 60_000;
const now = monday + 120_000;

const stage = fc.constantFrom(
  referenceStage,
  { id: 'applicant-new', name: 'New applicant' },
  { id: 'offer', name: null },
  { id: 'renamed', name: ' reference CHECK ' },
);
const moment = fc.constantFrom(monday, entry, entry + 1, monday + 5 * 60_000, now + 10_000);
const anyOpportunity: fc.Arbitrary<Opportunity> = fc.record({
  opportunityId: fc.constant('9d2f7c1a-0000-4000-8000-00000000abcd'),
  contactId: fc.constantFrom('contact-1', null),
  confidentiality: fc.constantFrom('non-confidential', null),
  name: fc.oneof(fc.constantFrom('Ottilie Wren', 'Ottilie', ''), fc.string({ unit: 'binary' })),
  emails: fc.array(fc.oneof(fc.constant('ottilie.wren@mail.example'), fc.string()), { maxLength: 2 }),
  phones: fc.constant([]),
  tags: fc.array(fc.oneof(fc.constantFrom('TurnPackage:P1', 'TurnPackage:P2:x', 'TurnPackge:P3'), fc.string()), {
    maxLength: 3,
  }),
  stage,
  stageChanges: fc.array(fc.record({ toStageId: stage.map(({ id }) => id), updatedAt: moment }), { maxLength: 4 }),
  lastAdvancedAt: fc.option(moment, { nil: null }),
  isArchived: fc.boolean(),
  isAnonymized: fc.boolean(),
  mayBeContacted: fc.boolean(),
});
const anyAccount: fc.Arbitrary<Account> = fc
  .record({
    triggerStages: fc.constantFrom(
      [{ id: null, name: 'Reference Check' }],
      [referenceStage],
      [{ id: 'gone', name: 'Reference Check' }],
      [],
    ),
    rerun: fc.constantFrom<Account['rerun']>({ kind: 'never' }, { kind: 'after_days', days: 30 }, { kind: 'always' }),
    defaultPackageId: fc.constantFrom(null, 'P1', 'P9'),
    graceSeconds: fc.constantFrom(0, 30, 3600),
  })
  .map(sampleAccount);
type Drawn = Pick<OrderedEntry, 'enteredAt' | 'packageId' | 'status' | 'changedAt'> & { state: StageEntry['state'] };
const entryOf = ({ state, enteredAt, packageId, status, changedAt }: Drawn): StageEntry => {
  switch (state) {
    case 'ordering':
      return orderingEntry({ enteredAt, packageId, changedAt });
    case 'ordered':
      return orderedEntry({ enteredAt, packageId, status, changedAt });
    case 'blocked':
      return blockedEntry('no_email', { enteredAt });
    case 'rerun_denied':
      return rerunDeniedEntry(enteredAt);
    case 'erased':
      return { state, enteredAt };
  }
};
const anyEntry: fc.Arbitrary<StageEntry> = fc
  .record({
    enteredAt: moment,
    state: fc.constantFrom<StageEntry['state']>('ordering', 'ordered', 'blocked', 'rerun_denied', 'erased'),
    packageId: fc.constantFrom(null, 'P1', 'P2'),
    status: fc.constantFrom(
      null,
      completeStatus,
      { ...completeStatus, isComplete: false },
      { ...completeStatus, isWithdrawn: true },
    ),
    changedAt: moment.map((at) => at - 10 * days),
  })
  .map(entryOf);
const anyEntries = fc
  .uniqueArray(anyEntry, { selector: ({ enteredAt }) => enteredAt, maxLength: 4 })
  .map((entries) => entries.toSorted((one, other) => (one.enteredAt ?? 0) - (other.enteredAt ?? 0)));

const decideNow = (
  opportunity: Partial<Opportunity> = {},
  account: Partial<Account> = {},
  entries: readonly StageEntry[] = [],
  at = now,
) => decide(sampleOpportunity(opportunity), sampleAccount(account), { entries }, at);

describe('decide', () => {
  it('never throws, decides the same from the same, and orders only for who is really there, once, alone', () => {
    fc.assert(
      fc.property(anyOpportunity, anyAccount, anyEntries, (opportunity, account, entries) => {
        const decision = decide(opportunity, account, { entries }, now);
        expect(decide(structuredClone(opportunity), structuredClone(account), { entries }, now)).toEqual(decision);
        if (decision.kind !== 'start') return;
        expect(opportunity.isArchived || opportunity.isAnonymized).toBe(false);
        expect(decision.enteredAt).toBe(enteredTriggerAt(opportunity, account.triggerStages));
        const own = entries.find(({ enteredAt }) => enteredAt === decision.enteredAt);
        expect(['ordered', 'erased']).not.toContain(own?.state);
        expect(entries.some((each) => each !== own && isRunning(each))).toBe(false);
        const graceMs = account.graceSeconds * 1000;
        if (graceMs > 0) expect(now).toBeGreaterThanOrEqual(decision.enteredAt + graceMs);
        expect([account.defaultPackageId, 'P1', 'P2']).toContain(decision.packageId);
      }),
      { numRuns: 3000 },
    );
  });

  it('starts a check with the default package for a candidate who entered the stage', () => {
    expect(decideNow({}, { defaultPackageId: 'P0000000005' })).toEqual({
      kind: 'start',
      earlier: [],
      enteredAt: entry,
      packageId: 'P0000000005',
      warnings: [],
      candidate: {
        firstName: 'Ottilie',
        lastName: 'Wren',
        email: 'ottilie.wren@mail.example',
        spareEmail: null,
      },
    });
  });

  it.each([
    ['archived', { isArchived: true }],
    ['anonymized', { isAnonymized: true }],
    ['not_in_trigger_stage', { stage: { id: 'offer', name: 'Offer' } }],
  ] as const)('ignores a candidate who is %s', (reason, opportunity) => {
    expect(decideNow(opportunity)).toEqual({ kind: 'ignore', reason });
  });

  it('ignores an entry that already has its check, even after that has ended, or was erased', () => {
    for (const known of [orderedEntry({ status: completeStatus }), { state: 'erased', enteredAt: entry } as const]) {
      expect(decideNow({}, { rerun: { kind: 'always' } }, [known])).toEqual({
        kind: 'ignore',
        reason: 'already_started',
      });
    }
  });

  it('ignores a re-entry while the earlier check goes on, whatever the rule', () => {
    for (const running of [orderedEntry({ enteredAt: monday }), orderingEntry({ enteredAt: monday })]) {
      expect(decideNow({}, { rerun: { kind: 'always' } }, [running])).toEqual({
        kind: 'ignore',
        reason: 'check_is_running',
      });
    }
  });

  it('waits until the grace is over, to the millisecond', () => {
    const grace = { graceSeconds: 600 };
    expect(decideNow({}, grace, [], entry + 599_999)).toEqual({ kind: 'wait', until: entry + 600_000 });
    expect(decideNow({}, grace, [], entry + 600_000)).toMatchObject({ kind: 'start' });
  });

  it('says which problem keeps a check from starting', () => {
    expect(decideNow({ emails: [] })).toMatchObject({ kind: 'problem', code: 'no_email' });
    expect(decideNow({ name: 'Ottilie' })).toMatchObject({ kind: 'problem', code: 'no_full_name' });
    const tags = ['TurnPackage:P0000000001', 'TurnPackage:P0000000002'];
    expect(decideNow({ tags })).toMatchObject({ kind: 'problem', code: 'several_packages' });
  });

  describe('after an earlier check has ended', () => {
    const earlier = (otherwise: Partial<OrderedEntry> = {}) => [
      orderedEntry({
        enteredAt: monday - 40 * days,
        changedAt: now - 30 * days,
        status: completeStatus,
        ...otherwise,
      }),
    ];

    it('follows the rule of the account', () => {
      expect(decideNow({}, { rerun: { kind: 'never' } }, earlier())).toEqual({
        kind: 'rerun_denied',
        enteredAt: entry,
      });
      expect(decideNow({}, { rerun: { kind: 'always' } }, earlier())).toMatchObject({ kind: 'start' });
      expect(decideNow({}, { rerun: { kind: 'after_days', days: 31 } }, earlier())).toMatchObject({
        kind: 'rerun_denied',
      });
      expect(decideNow({}, { rerun: { kind: 'after_days', days: 30 } }, earlier())).toMatchObject({ kind: 'start' });
    });

    it('starts anew where it was withdrawn, was a problem, or another package is asked for', () => {
      expect(decideNow({}, {}, earlier({ status: { ...completeStatus, isWithdrawn: true } }))).toMatchObject({
        kind: 'start',
      });
      const blocked = blockedEntry('no_email', { enteredAt: monday - 40 * days });
      expect(decideNow({}, {}, [blocked])).toMatchObject({ kind: 'start' });
      expect(decideNow({ tags: ['TurnPackage:P7'] }, {}, earlier())).toMatchObject({ kind: 'start', packageId: 'P7' });
    });
  });

  it('passes on the beginning of tags that were meant for us, and no half of a letter, which UTF-8 cannot hold', () => {
    fc.assert(
      fc.property(fc.nat({ max: 20 }), (shift) => {
        const decision = decideNow({ tags: [`TurnPackge${'x'.repeat(shift)}🦭🦭🦭🦭`] });
        const warnings = decision.kind === 'start' ? decision.warnings : [];
        expect(warnings).toHaveLength(1);
        expect(JSON.stringify(warnings)).not.toMatch(/\\ud[89a-f]/i);
      }),
    );
  });

  it('waits for no clock of Lever that is ahead of ours where the account wants no grace', () => {
    expect(decideNow({}, {}, [], entry - 600_000)).toMatchObject({ kind: 'start' });
  });
});

describe('a time of the last move without the move', () => {
  const withdrawn = { ...completeStatus, name: 'withdrawn', isWithdrawn: true };
  const opportunity = { ...sampleOpportunity({}), stageChanges: [], lastAdvancedAt: entry };
  const decidedFor = (entries: readonly StageEntry[]) => decide(opportunity, sampleAccount({}), { entries }, now);

  it('names the first entry', () => {
    expect(decidedFor([])).toMatchObject({ kind: 'start', enteredAt: entry });
  });

  it.each<[string, StageEntry]>([
    ['a check', orderedEntry({ enteredAt: monday, status: withdrawn })],
    ['an order that was erased', { state: 'erased', enteredAt: monday }],
  ])('names no other one beside %s: archiving sets it too', (_what, earlier) => {
    expect(decidedFor([earlier])).toMatchObject({ kind: 'problem', code: 'unreadable' });
  });
});

describe('an entry of before the start', () => {
  const from = monday + days;
  const account = sampleAccount({ startsAt: from });
  const at = from + 60_000;
  const decideFor = (requested?: { enteredAt: number; requestedAt: number }, account_: Account = account) =>
    decide(sampleOpportunity(), account_, { entries: [], ...(requested === undefined ? {} : { requested }) }, at);
  const ignored = { kind: 'ignore', reason: 'before_start' };

  it('orders nothing unless somebody asked for it', () => {
    expect(decideFor()).toEqual(ignored);
    expect(decideFor({ enteredAt: entry, requestedAt: at })).toMatchObject({ kind: 'start', enteredAt: entry });
  });

  it('orders nothing where another one was asked for', () => {
    expect(decideFor({ enteredAt: entry + 1, requestedAt: at })).toEqual(ignored);
  });

  it('orders nothing where it was asked for before the account started anew, or had the stage chosen anew', () => {
    const requested = { enteredAt: entry, requestedAt: at };
    expect(decideFor(requested, sampleAccount({ startsAt: at + days }))).toEqual(ignored);
    const chosen = sampleAccount({ startsAt: from, triggerStages: [{ ...referenceStage, since: at + days }] });
    expect(decideFor(requested, chosen)).toEqual(ignored);
    expect(decideFor(requested, sampleAccount({ startsAt: at + 4_000 }))).toMatchObject({ kind: 'start' });
  });
});
