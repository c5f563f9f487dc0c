import { describe, expect, it } from 'vitest';
import { readStage } from '#infra/read-stage.ts';
import { requiredValues } from './stage-values.ts';

const read = (values: Record<string, unknown>) => readStage('production', { ...requiredValues, ...values });

describe('the stage', () => {
  it('is production at Lever and Turn when no more is said than who signs people in', () => {
    expect(read({})).toEqual({
      name: 'production',
      leverApiUrl: 'https://api.lever.co/v1',
      leverAuthUrl: 'https://auth.lever.co',
      userAgent: expect.stringMatching(/^lever-turn-background-checks\/\d+\.\d+\.\d+$/u),
      turnApiUrl: 'https://api.turn.ai/v1',
      turnDashboardHosts: ['partners.turn.ai', 'partners.turning.io'],
      runbookUrl: expect.stringMatching(/^https:.*\/RUNBOOK\.md$/u),
      alarms: {},
      logRetention: 90,
      maintenanceWorkers: 2,
      openId: {
        issuer: 'https://login.turn.example/',
        audience: 'https://lever.turn.example',
        clientId: 'settings-page',
        accountClaim: 'account_id',
        roleClaim: 'role',
        superAdminRole: 'super_admin',
        memberRoles: ['member'],
        scope: 'settings',
      },
    });
  });

  it.each(['http://127.0.0.1:4000', 'http://localhost:4000', 'https://login.turn.example/tenant/'])(
    'takes %s for an issuer as it is',
    (oidcIssuer) => {
      expect(read({ oidcIssuer }).openId.issuer).toBe(oidcIssuer);
    },
  );

  it.each([
    'http://login.turn.example',
    'http://127.0.0.1.turn.example',
    'http://localhost@turn.example',
    'login.turn.example',
    '',
  ])('refuses %j for an issuer', (oidcIssuer) => {
    expect(() => read({ oidcIssuer })).toThrow('  oidcIssuer: ');
  });

  it('refuses an audience that is the client: ID tokens would pass for access tokens', () => {
    expect(() => read({ oidcAudience: 'settings-page' })).toThrow(
      '  oidcAudience: must not be oidcClientId: ID tokens, which name the client there, would open the API.',
    );
  });

  it('keeps logs for as many days as CloudWatch can be told', () => {
    expect(read({ logRetentionDays: 365 }).logRetention).toBe(365);
    expect(() => read({ logRetentionDays: 100 })).toThrow('logRetentionDays: must be one of the numbers of days');
    expect(() => read({ logRetentionDays: 9999 })).toThrow('logRetentionDays: ');
  });

  it('takes several roles of people who may look, and the scope that tokens must hold', () => {
    const { openId } = read({ oidcMemberRoles: 'member,recruiter', oidcScope: 'checks:settings' });
    expect(openId).toMatchObject({ memberRoles: ['member', 'recruiter'], scope: 'checks:settings' });
    expect(() => read({ oidcMemberRoles: 'member,' })).toThrow('oidcMemberRoles: must be roles, parted by commas');
    expect(() => read({ oidcScope: 'openid settings' })).toThrow('oidcScope: must be one scope, without spaces');
  });

  it('sandbox talks to none of Lever’s production hosts', () => {
    expect(readStage('sandbox', requiredValues)).toMatchObject({
      leverApiUrl: 'https://api.sandbox.lever.co/v1',
      leverAuthUrl: 'https://sandbox-lever.auth0.com',
    });
  });

  it('takes Turn’s address, a host name and who is told of alarms', () => {
    const certificateArn = 'arn:aws:acm:eu-central-1:123456789012:certificate/0f0f-1a';
    const stage = read({
      turnApiUrl: 'https://turn.example/v2',
      turnDashboardHosts: 'reports.turn.example,old.turn.example',
      alarmPage: 'arn:aws:sns:eu-central-1:123456789012:on-call',
      alarmTicket: 'tickets@turn.example',
      domainName: 'hooks.example.com',
      certificateArn,
    });
    expect(stage.turnApiUrl).toBe('https://turn.example/v2');
    expect(stage.turnDashboardHosts).toEqual(['reports.turn.example', 'old.turn.example']);
    expect(stage.alarms).toEqual({
      page: 'arn:aws:sns:eu-central-1:123456789012:on-call',
      ticket: 'tickets@turn.example',
    });
    expect(stage.customDomain).toEqual({ name: 'hooks.example.com', certificateArn });
  });

  it('names every value at fault in one message', () => {
    const faulty = {
      turnApiUrl: 'http://turn.example/v1/',
      turnDashboardHosts: 'https://partners.turn.ai',
      alarmPage: 'nobody',
      alarmCustomer: 'arn:aws:sqs:eu-central-1:123456789012:on-call',
      domainName: 'hooks.example.com',
      edgeDomainName: 'hooks.example.com',
      edgeCertificateArn: 'arn:aws:acm:eu-central-1:123456789012:certificate/0f0f-1a',
      defaultHourlyCap: 0,
      monthlyBudgetUsd: '500',
    };
    expect(() => read(faulty)).toThrow(
      [
        'The stage production cannot be used as it stands in the values given:',
        '  turnApiUrl: must be an https:// address',
        '  turnApiUrl: must not end with a slash',
        '  turnDashboardHosts: must be host names, with commas between them',
        '  alarmPage: must be an e-mail address or the ARN of an SNS topic',
        '  alarmCustomer: must be an e-mail address or the ARN of an SNS topic',
        '  defaultHourlyCap: must be 1 to 10000',
        '  monthlyBudgetUsd: must be an amount in US dollars, without quotation marks',
        '  edgeCertificateArn: must be the ARN of a certificate in us-east-1, where CloudFront looks for it',
        '  domainName: domainName and certificateArn come together',
        '  edgeDomainName: needs a domainName that is another: there the edge finds the API',
      ].join('\n'),
    );
  });
});
