import { describe, expect, it } from 'vitest';
import { type Account, newAccount } from '#shared/domain/account.ts';
import { type AccountState, accountProblemCodes, accountProblems } from '#shared/domain/account-problems.ts';
import { workProblemCodes } from '#shared/domain/work-problems.ts';

const now = Date.parse('2026-03-02T09:00:00Z');
const dayMs = 86_400_000;
const connection = { leverAccountId: null, leverUserId: null, warnedAtDays: null, authorizedAt: now };
const healthy: Account = {
  ...newAccount('acct_harborlight', 'Harborlight'),
  connectionState: 'connected',
  connection,
  triggerStages: [{ id: 'stage-1', name: 'Reference Check' }],
  stages: { readAt: now, names: { 'stage-1': 'Reference check' } },
};
const fine: AccountState = {
  receivesMoves: true,
  hasTurnToken: true,
  pause: null,
  silentSince: null,
  restoredAt: 0,
  lastSignedAt: now,
  lastRefusedAt: null,
};
const noWorkProblems = { found: {}, awaitingReconnect: 0, awaitingResume: 0, open: [] };
const found = (account: Partial<Account>, state: Partial<AccountState> = {}, at = now) =>
  accountProblems({ ...healthy, ...account }, { ...fine, ...state }, noWorkProblems, at);
const codes = (...given: Parameters<typeof found>) => found(...given).map(({ code }) => code);

describe('the problems of an account', () => {
  it('are none where all is well', () => {
    expect(codes({})).toEqual([]);
  });

  it('are one where nobody has connected it, whether somebody saved a secret or not', () => {
    for (const receivesMoves of [true, false]) {
      const account = { connectionState: 'not_connected', connection: null, stages: null } as const;
      expect(codes(account, { receivesMoves })).toEqual(['lever_not_connected']);
    }
  });

  it('are that nothing is ordered, since when, by whose will, and how many wait for it', () => {
    for (const by of ['turn', 'account'] as const) {
      const pause = { since: now - 5, by };
      const [problem, ...others] = accountProblems(
        healthy,
        { ...fine, pause },
        { ...noWorkProblems, awaitingResume: 3 },
        now,
      );
      expect([problem, others]).toMatchObject([{ code: 'paused', since: now - 5, candidates: 3 }, []]);
      expect(problem?.message).toContain(by === 'turn' ? 'paused by Turn' : 'paused on this page');
    }
  });

  it.each<[string, Partial<AccountState>, boolean]>([
    ['never a good one came', { lastSignedAt: null, lastRefusedAt: now - 1 }, true],
    ['a good one came before', { lastSignedAt: now - 90_000, lastRefusedAt: now - 30_000 }, true],
    ['a good one came since', { lastSignedAt: now, lastRefusedAt: now - 1 }, false],
    [
      'a good one may have come since, without a record of it',
      { lastSignedAt: now - 90_000, lastRefusedAt: now - 30_001 },
      false,
    ],
    ['it came almost a day ago', { lastSignedAt: null, lastRefusedAt: now - dayMs + 1 }, true],
    ['it came a day ago', { lastSignedAt: null, lastRefusedAt: now - dayMs }, false],
  ])('tell of a delivery with another signature where %s', (_, state, isTold) => {
    expect(codes({}, state)).toEqual(isTold ? ['webhook_secret_wrong'] : []);
  });

  it.each<[string, Partial<Account>, Partial<AccountState>]>([
    ['lever_not_connected', { connectionState: 'not_connected' }, {}],
    ['lever_disconnected', { connectionState: 'disconnected' }, {}],
    ['turn_token_missing', {}, { hasTurnToken: false }],
    ['webhook_secret_missing', {}, { receivesMoves: false }],
    ['webhook_secret_wrong', {}, { lastSignedAt: null, lastRefusedAt: now }],
    ['webhooks_silent', {}, { silentSince: now }],
    ['trigger_stage_missing', { triggerStages: [{ id: null, name: 'Reference Check' }] }, {}],
    ['trigger_stage_missing', { triggerStages: [{ id: 'gone', name: 'Gone' }] }, {}],
    ['trigger_stage_missing', { triggerStages: [{ id: 'constructor', name: 'Gone' }] }, {}],
    ['default_package_unknown', { defaultPackageId: 'P17', unknownPackageId: 'P17' }, {}],
    [
      'default_package_unknown',
      { defaultPackageId: 'P17', unknownPackageId: 'P17' },
      { defaultPackageName: 'Night shift' },
    ],
    ['reauthorization_due', { connection: { ...connection, authorizedAt: now - 340 * dayMs } }, {}],
  ])('say %s, and what to do', (code, account, state) => {
    const [problem, ...others] = found(account, state);
    expect(problem).toMatchObject({
      code,
      message: expect.stringMatching(/^.{20,}\.$/u),
      todo: expect.stringMatching(/^.{20,}\.$/u),
    });
    expect(others).toEqual([]);
  });

  it('ask for Authorize Lever, not for a secret, where the webhooks that it set up are gone', () => {
    const [problem] = found({ connection: { ...connection, authorizedBy: 'user-1' } }, { receivesMoves: false });
    expect(problem).toMatchObject({ code: 'webhook_secret_missing', message: expect.stringContaining('removed') });
  });

  it('give the silence of webhooks no other cause than that there are none', () => {
    expect(codes({}, { receivesMoves: false, silentSince: now })).toEqual(['webhook_secret_missing']);
  });

  it('do not blame a package that Turn did not know before another was chosen', () => {
    expect(codes({ defaultPackageId: 'P18', unknownPackageId: 'P17' })).toEqual([]);
    expect(codes({ defaultPackageId: null, unknownPackageId: 'P17' })).toEqual([]);
  });

  it('name the stages that Lever does not have', () => {
    const [problem] = found({
      triggerStages: [
        { id: 'stage-1', name: 'Here' },
        { id: null, name: 'Offer' },
      ],
    });
    expect(problem?.message).toContain('“Offer”');
    expect(problem?.message).not.toContain('Here');
  });

  it('speak of the year’s end from thirty days before', () => {
    const at = (days: number) => found({}, {}, now + days * dayMs).map(({ message }) => message);
    expect(at(334)).toEqual([]);
    expect(at(335)[0]).toContain('in 30 days');
    expect(at(364)[0]).toContain('in 1 day.');
    expect(at(365)[0]).toContain('within a day');
  });

  it('say of an access that ended within a day of a restoration why it probably did', () => {
    const ended = (restoredAt: number): string | undefined =>
      found({ connectionState: 'disconnected', connectionChangedAt: now }, { restoredAt })[0]?.message;
    for (const ago of [0, dayMs - 1]) expect(ended(now - ago)).toContain('restored');
    for (const restoredAt of [0, now + 1, now - dayMs]) expect(ended(restoredAt)).not.toContain('restored');
  });

  it('come worst first', () => {
    const state = { receivesMoves: false, hasTurnToken: false, lastSignedAt: null, lastRefusedAt: now };
    const packages = { defaultPackageId: 'P17', unknownPackageId: 'P17' };
    const noStage = [{ id: null, name: 'x' }];
    const concern = { candidates: 1, since: now };
    const work = { ...noWorkProblems, found: Object.fromEntries(workProblemCodes.map((code) => [code, concern])) };
    const [notConnected, ...others] = accountProblemCodes;
    expect(codes({ connectionState: 'not_connected' })[0]).toBe(notConnected);
    const account: Account = { ...healthy, ...packages, connectionState: 'disconnected', triggerStages: noStage };
    const cannotBe: readonly string[] = [
      'lever_access_denied',
      'lever_not_answering',
      'turn_token_rejected',
      'work_overdue',
      'work_failing',
      'webhooks_silent',
      'reauthorization_due',
    ];
    const pause = { since: now, by: 'turn' } as const;
    expect(accountProblems(account, { ...fine, ...state, pause }, work, now).map(({ code }) => code)).toEqual(
      others.filter((code) => !cannotBe.includes(code)),
    );
  });
});
