import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccountProblem, AccountProblemCode } from '#shared/domain/account-problems.ts';
import { type HealthState, healthStates } from '#shared/domain/health.ts';
import { type MailNews, type MailsTold, mailCauses, mailsDue, nothingTold } from '#shared/domain/mails-due.ts';

const hour = 3_600_000;
const day = 24 * hour;
const start = Date.parse('2026-03-02T09:00:00Z');
const problem = (code: AccountProblemCode, since: number | null = null): AccountProblem => ({
  code,
  since,
  message: `What is wrong: ${code}.`,
  todo: 'What to do.',
  candidates: 1,
});
const named = (news: readonly MailNews[]): string[] =>
  news.map((each) => (each.kind === 'reauthorization' ? `${each.daysLeft} days` : `${each.kind} ${each.cause}`));

type Step = { at: number; codes?: AccountProblemCode[]; since?: number; by?: number | null; state?: HealthState };
/** What is mailed at each step. */
const play = (...steps: Step[]): string[][] => {
  let told: MailsTold = nothingTold;
  return steps.map(({ at, codes = [], since = null, by = null, state = 'attention' }) => {
    const health = { state, problems: codes.map((code) => problem(code, since)) };
    const due = mailsDue({ health, reauthorizeBy: by }, told, start + at);
    told = due.told;
    return named(due.news);
  });
};

describe('what is mailed', () => {
  it('is nothing where all is well, or what people need no mail for', () => {
    expect(play({ at: 0 }, { at: hour, codes: ['candidates_need_attention', 'default_package_unknown'] })).toEqual([
      [],
      [],
    ]);
  });

  it.each<[AccountProblemCode, string]>([
    ['lever_disconnected', 'lever_access'],
    ['lever_access_denied', 'lever_access'],
    ['turn_token_missing', 'turn_token'],
    ['turn_token_rejected', 'turn_token'],
  ])('is one mail for %s, and one when it is mended', (code, cause) => {
    const steps = [0, 1, 2].map((n) => ({ at: n * hour, codes: [code] }));
    expect(play(...steps, { at: 3 * hour }, { at: 4 * hour })).toEqual([
      [`problem ${cause}`],
      [],
      [],
      [`mended ${cause}`],
      [],
    ]);
  });

  it('is one mail where one problem gives way to another of the same cause', () => {
    const steps: Step[] = [
      { at: 0, codes: ['turn_token_missing'] },
      { at: hour, codes: ['turn_token_rejected'] },
    ];
    expect(play(...steps, { at: 2 * hour })).toEqual([['problem turn_token'], [], ['mended turn_token']]);
  });

  it('is a vendor’s silence once it has lasted an hour, and nothing of a shorter one', () => {
    const codes: AccountProblemCode[] = ['turn_not_answering'];
    expect(
      play(
        { at: hour / 2, codes, since: start },
        { at: hour - 1, codes, since: start },
        { at: hour, codes, since: start },
        { at: 2 * hour },
        { at: 3 * hour, codes, since: start + 2.5 * hour },
        { at: 3.2 * hour },
      ),
    ).toEqual([[], [], ['problem turn_not_answering'], ['mended turn_not_answering'], [], []]);
  });

  it('is that webhooks are missing once a look later finds it still so', () => {
    const codes: AccountProblemCode[] = ['webhook_secret_missing'];
    const steps = [0, hour / 4, hour / 2].map((at) => ({ at, codes }));
    expect(play(...steps, { at: hour })).toEqual([[], ['problem webhooks'], [], ['mended webhooks']]);
  });

  it('is the hourly limit once, however often it is reached and left within the hour', () => {
    const codes: AccountProblemCode[] = ['hourly_limit_reached'];
    expect(play({ at: 0, codes }, { at: hour }, { at: 1.5 * hour, codes }, { at: 2 * hour }, { at: 3 * hour })).toEqual(
      [['problem hourly_limit'], [], [], [], ['mended hourly_limit']],
    );
  });

  it('is nothing else while Lever does not let us in, because nothing else can be judged', () => {
    expect(
      play(
        { at: 0, codes: ['turn_token_rejected'] },
        { at: hour, codes: ['lever_disconnected'] },
        { at: 2 * hour, codes: ['lever_disconnected', 'webhook_secret_missing'] },
        { at: 3 * hour, codes: ['turn_token_rejected'] },
        { at: 4 * hour },
      ),
    ).toEqual([['problem turn_token'], ['problem lever_access'], [], ['mended lever_access'], ['mended turn_token']]);
  });

  it('is nothing for who disconnects by choice, and all of it anew afterwards', () => {
    expect(
      play(
        { at: 0, codes: ['lever_disconnected'] },
        { at: hour, codes: ['lever_not_connected', 'turn_token_missing'], state: 'not_connected' },
        { at: 2 * hour },
        { at: 3 * hour, codes: ['lever_disconnected'] },
      ),
    ).toEqual([['problem lever_access'], [], [], ['problem lever_access']]);
  });

  it('is each step towards the end of the access, once, and anew after a new authorization', () => {
    const by = start + 100 * day;
    const at = (daysLeft: number) => ({ at: (100 - daysLeft) * day, by });
    expect(
      play(at(31), at(30), at(29), at(7), at(6), at(1), at(0.5), { at: 100 * day, by: start + 465 * day }),
    ).toEqual([[], ['30 days'], [], ['7 days'], [], ['1 days'], [], []]);
    expect(play(at(3), at(2), { at: 99 * day, by: start + 101 * day })).toEqual([['3 days'], [], ['2 days']]);
  });

  it('never repeats a cause before it was mended, nor says mended of what nobody was told', () => {
    const codes = Object.values(mailCauses).flatMap((cause): readonly AccountProblemCode[] => cause.codes);
    const step = fc.record({
      minutes: fc.integer({ min: 1, max: 180 }),
      codes: fc.subarray([...codes, 'work_overdue' as const]),
      state: fc.constantFrom(...healthStates),
      startedMinutesAgo: fc.option(fc.integer({ min: 0, max: 200 })),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let told: MailsTold = nothingTold;
        let now = start;
        const open = new Set<string>();
        for (const { minutes, codes: present, state, startedMinutesAgo } of steps) {
          now += minutes * 60_000;
          const since = startedMinutesAgo === null ? null : now - startedMinutesAgo * 60_000;
          const health = { state, problems: present.map((code) => problem(code, since)) };
          const due = mailsDue({ health, reauthorizeBy: null }, told, now);
          told = due.told;
          if (state === 'not_connected') open.clear();
          for (const each of due.news) {
            if (each.kind === 'reauthorization') throw new Error('There is no access that ends.');
            const itsCodes = Object.entries(mailCauses).find(([name]) => name === each.cause)?.[1].codes ?? [];
            const isPresent = itsCodes.some((code) => present.includes(code));
            expect(isPresent).toBe(each.kind === 'problem');
            expect(open.has(each.cause)).toBe(each.kind === 'mended');
            if (each.kind === 'problem') open.add(each.cause);
            else open.delete(each.cause);
          }
        }
      }),
    );
  });
});
