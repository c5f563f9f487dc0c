import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Account } from '#shared/domain/account.ts';
import { type Check, isLive, newCheck } from '#shared/domain/check.ts';
import { decide } from '#shared/domain/decide.ts';
import { enteredTriggerAt, type Opportunity } from '#shared/domain/opportunity.ts';
import {
  days,
  endedProgress,
  monday,
  referenceStage,
  sampleAccount,
  sampleOpportunity,
  startedCheck,
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
const anyCheck: fc.Arbitrary<Check> = fc
  .record({
    enteredAt: moment,
    state: fc.constantFrom<Check['state']>('claimed', 'started', 'problem', 'not_rerun'),
    packageId: fc.constantFrom(null, 'P1', 'P2'),
    progress: fc.constantFrom(
      null,
      endedProgress,
      { ...endedProgress, hasEnded: false },
      { ...endedProgress, isWithdrawn: true },
    ),
    changedAt: moment.map((at) => at - 10 * days),
  })
  .map((otherwise) => ({ ...newCheck(otherwise.enteredAt, otherwise.state, now), ...otherwise }));
const anyChecks = fc
  .uniqueArray(anyCheck, { selector: ({ enteredAt }) => enteredAt, maxLength: 4 })
  .map((checks) => checks.toSorted((one, other) => one.enteredAt - other.enteredAt));

const decideNow = (
  opportunity: Partial<Opportunity> = {},
  account: Partial<Account> = {},
  checks: readonly Check[] = [],
  at = now,
) => decide(sampleOpportunity(opportunity), sampleAccount(account), { checks }, at);

describe('decide', () => {
  it('never throws, decides the same from the same, and orders only for who is really there, once, alone', () => {
    fc.assert(
      fc.property(anyOpportunity, anyAccount, anyChecks, (opportunity, account, checks) => {
        const decision = decide(opportunity, account, { checks }, now);
        expect(decide(structuredClone(opportunity), structuredClone(account), { checks }, now)).toEqual(decision);
        if (decision.kind !== 'start') return;
        expect(opportunity.isArchived || opportunity.isAnonymized).toBe(false);
        expect(decision.enteredAt).toBe(enteredTriggerAt(opportunity, account.triggerStages));
        expect(checks.some((check) => check.enteredAt === decision.enteredAt && check.state === 'started')).toBe(false);
        expect(checks.some((check) => check.enteredAt !== decision.enteredAt && isLive(check))).toBe(false);
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
      candidate: { firstName: 'Ottilie', lastName: 'Wren', email: 'ottilie.wren@mail.example', phone: null },
    });
  });

  it.each([
    ['archived', { isArchived: true }],
    ['anonymized', { isAnonymized: true }],
    ['not_in_trigger_stage', { stage: { id: 'offer', name: 'Offer' } }],
  ] as const)('ignores a candidate who is %s', (reason, opportunity) => {
    expect(decideNow(opportunity)).toEqual({ kind: 'ignore', reason });
  });

  it('ignores an entry that already has its check, even after that has ended', () => {
    const check = startedCheck({ progress: endedProgress });
    expect(decideNow({}, { rerun: { kind: 'always' } }, [check])).toEqual({
      kind: 'ignore',
      reason: 'already_started',
    });
  });

  it('ignores a re-entry while the earlier check goes on, whatever the rule', () => {
    const live = [startedCheck({ enteredAt: monday }), { ...newCheck(monday, 'claimed', monday) }];
    for (const check of live) {
      expect(decideNow({}, { rerun: { kind: 'always' } }, [check])).toEqual({
        kind: 'ignore',
        reason: 'check_is_live',
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
    const earlier = (otherwise: Partial<Check> = {}) => [
      startedCheck({
        enteredAt: monday - 40 * days,
        changedAt: now - 30 * days,
        progress: endedProgress,
        ...otherwise,
      }),
    ];

    it('follows the rule of the account', () => {
      expect(decideNow({}, { rerun: { kind: 'never' } }, earlier())).toEqual({ kind: 'not_rerun', enteredAt: entry });
      expect(decideNow({}, { rerun: { kind: 'always' } }, earlier())).toMatchObject({ kind: 'start' });
      expect(decideNow({}, { rerun: { kind: 'after_days', days: 31 } }, earlier())).toMatchObject({
        kind: 'not_rerun',
      });
      expect(decideNow({}, { rerun: { kind: 'after_days', days: 30 } }, earlier())).toMatchObject({ kind: 'start' });
    });

    it('starts anew where it was withdrawn, was a problem, or another package is asked for', () => {
      expect(decideNow({}, {}, earlier({ progress: { ...endedProgress, isWithdrawn: true } }))).toMatchObject({
        kind: 'start',
      });
      expect(decideNow({}, {}, earlier({ state: 'problem' }))).toMatchObject({ kind: 'start' });
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
