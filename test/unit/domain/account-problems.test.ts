import { describe, expect, it } from 'vitest';
import { type Account, newAccount } from '#shared/domain/account.ts';
import { type AccountState, accountProblems } from '#shared/domain/account-problems.ts';

const now = Date.parse('2026-03-02T09:00:00Z');
const dayMs = 86_400_000;
const granter = { leverAccountId: null, leverUserId: null, warnedAtDays: null, grantedAt: now };
const healthy: Account = {
  ...newAccount('acct_harborlight', 'Harborlight'),
  ...{ connection: 'connected', granter },
  triggerStages: [{ id: 'stage-1', name: 'Reference Check' }],
  stages: { readAt: now, names: { 'stage-1': 'Reference check' } },
};
const fine: AccountState = { canVerifyWebhooks: true, hasTurnToken: true, silentSince: null };
const found = (account: Partial<Account>, state: Partial<AccountState> = {}, at = now) =>
  accountProblems({ ...healthy, ...account }, { ...fine, ...state }, at);
const codes = (...given: Parameters<typeof found>) => found(...given).map(({ code }) => code);

describe('the problems of an account', () => {
  it('are none where all is well, nor where nobody has connected it yet', () => {
    expect(codes({})).toEqual([]);
    expect(codes({ connection: 'not_connected', granter: null, stages: null })).toEqual([]);
  });

  it.each<[string, Partial<Account>, Partial<AccountState>]>([
    ['lever_disconnected', { connection: 'disconnected' }, {}],
    ['turn_token_missing', {}, { hasTurnToken: false }],
    ['webhook_secret_missing', {}, { canVerifyWebhooks: false }],
    ['webhooks_silent', {}, { silentSince: now }],
    ['trigger_stage_missing', { triggerStages: [{ id: null, name: 'Reference Check' }] }, {}],
    ['trigger_stage_missing', { triggerStages: [{ id: 'gone', name: 'Gone' }] }, {}],
    ['trigger_stage_missing', { triggerStages: [{ id: 'constructor', name: 'Gone' }] }, {}],
    ['reauthorization_due', { granter: { ...granter, grantedAt: now - 340 * dayMs } }, {}],
  ])('say %s, and what to do', (code, account, state) => {
    const [problem, ...others] = found(account, state);
    expect(problem).toMatchObject({ code, message: expect.stringMatching(/^.{40,}\.$/u) });
    expect(others).toEqual([]);
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

  it('come worst first', () => {
    const state = { canVerifyWebhooks: false, hasTurnToken: false, silentSince: now };
    expect(codes({ connection: 'disconnected', triggerStages: [{ id: null, name: 'x' }] }, state)).toEqual([
      ...['lever_disconnected', 'turn_token_missing', 'webhook_secret_missing'],
      ...['webhooks_silent', 'trigger_stage_missing'],
    ]);
  });
});
