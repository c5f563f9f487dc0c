import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { lambdaWorld } from '#shared/aws/lambda-world.ts';

const deployed = {
  AWS_REGION: 'us-east-1',
  TABLE_NAME: 'table-1',
  PUBLIC_API_URL: 'https://turn.example',
  LEVER_API_URL: 'https://api.lever.example/v1',
  LEVER_AUTH_URL: 'https://auth.lever.example',
  USER_AGENT: 'lever-turn-background-checks/9 (+https://turn.example)',
  TURN_API_URL: 'https://api.turn.example',
  TURN_DASHBOARD_HOSTS: 'partners.turn.example,old.turn.example',
  ORDER_VISIBILITY_SECONDS: '120',
  RETRY_FIRST_SECONDS: '60',
  RETRY_LONGEST_SECONDS: '21600',
  POLL_INTERVAL_SECONDS: '0.5',
  REDELIVERY_SECONDS: '300',
  MAINTENANCE_SECONDS: '3600',
  GATHER_SECONDS: '10',
  OIDC_ACCOUNT_CLAIM: 'account_id',
  OIDC_ROLE_CLAIM: 'role',
  OIDC_SUPER_ADMIN_ROLE: 'super_admin',
  OIDC_MEMBER_ROLES: 'member',
};

describe('the world of a deployed function', () => {
  beforeEach(() => {
    for (const [name, value] of Object.entries(deployed)) vi.stubEnv(name, value);
  });
  afterEach(() => vi.unstubAllEnvs());

  it('is configured by its variables', () => {
    const { config } = lambdaWorld();
    expect({ ...config }).toEqual({
      publicUrl: 'https://turn.example',
      leverApiUrl: 'https://api.lever.example/v1',
      leverAuthUrl: 'https://auth.lever.example',
      mailSender: null,
      defaultHourlyCap: null,
      userAgent: 'lever-turn-background-checks/9 (+https://turn.example)',
      turnApiUrl: 'https://api.turn.example',
      turnDashboardHosts: ['partners.turn.example', 'old.turn.example'],
      retryPolicy: {
        orderVisibilityMs: 120_000,
        retryFirstMs: 60_000,
        retryLongestMs: 21_600_000,
        pollIntervalMs: 500,
      },
      redeliveryMs: 300_000,
      maintenanceMs: 3_600_000,
      gatherMs: 10_000,
      claimNames: { account: 'account_id', role: 'role', superAdminRole: 'super_admin', memberRoles: ['member'] },
    });
  });

  it('has a default hourly limit of checks only where it is deployed with one', () => {
    vi.stubEnv('DEFAULT_HOURLY_CAP', '200');
    expect(lambdaWorld().config.defaultHourlyCap).toBe(200);
    vi.stubEnv('DEFAULT_HOURLY_CAP', '');
    expect(lambdaWorld().config.defaultHourlyCap).toBeNull();
  });

  it('starts without the variables of what the function may not use, and names one that it then lacks', async () => {
    for (const name of Object.keys(deployed)) if (!['AWS_REGION', 'TABLE_NAME'].includes(name)) vi.stubEnv(name, '');
    const { config, queues, ownQueue, secret } = lambdaWorld();
    expect(() => config.publicUrl).toThrow('PUBLIC_API_URL');
    expect(() => config.retryPolicy).toThrow('ORDER_VISIBILITY_SECONDS');
    const item = { accountId: 'acct_harborlight', opportunityId: 'opp-1' };
    await expect(queues.decision(item)).rejects.toThrow('STAGE_CHANGES_QUEUE_URL');
    await expect(queues.sync(item)).rejects.toThrow('CHECK_UPDATES_QUEUE_URL');
    await expect(queues.maintenance(item)).rejects.toThrow('ACCOUNTS_DUE_QUEUE_URL');
    await expect(ownQueue.changeVisibility('receipt', 1)).rejects.toThrow('OWN_QUEUE_URL');
    await expect(ownQueue.sendToDeadLetters('body')).rejects.toThrow('DEAD_LETTER_QUEUE_URL');
    await expect((async () => secret('leverApp'))()).rejects.toThrow('LEVER_APP_SECRET_ID');
    await expect((async () => secret('callbackKey'))()).rejects.toThrow('CALLBACK_KEY_SECRET_ID');
  });

  it('does not start without a table', () => {
    vi.stubEnv('TABLE_NAME', '');
    expect(lambdaWorld).toThrow('TABLE_NAME');
  });
});
