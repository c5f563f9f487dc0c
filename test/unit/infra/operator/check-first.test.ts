import { describe, expect, it } from 'vitest';
import { checkFirst } from '#infra/operator/check-first.ts';
import { readStage } from '#infra/read-stage.ts';
import { requiredValues } from '../stage-values.ts';

const stage = readStage('production', {
  ...requiredValues,
  account: '123456789012',
  region: 'eu-central-1',
  mailSender: 'notices@turn.example',
});
const well: Record<string, unknown> = {
  'sts get-caller-identity': { Account: '123456789012' },
  'account get-region-opt-status': { RegionOptStatus: 'ENABLED_BY_DEFAULT' },
  'ssm get-parameter': { Parameter: { Value: '21' } },
  'lambda get-account-settings': { AccountLimit: { UnreservedConcurrentExecutions: 1000 } },
  'sesv2 get-email-identity': { VerifiedForSendingStatus: true },
  'sesv2 get-account': { ProductionAccessEnabled: true },
};
const check = (
  answers: Record<string, unknown>,
  { discovery = { issuer: requiredValues.oidcIssuer }, of = stage, alsoIn = '' } = {},
) => {
  const urls: string[] = [];
  const found = checkFirst(of, {
    ask: async (words) => {
      const region = words[words.indexOf('--region') + 1];
      if (region === alsoIn) throw new Error(`The AWS CLI answers: ParameterNotFound in ${region}`);
      expect(region).toBe('eu-central-1');
      const answer = { ...well, ...answers }[words.slice(0, 2).join(' ')];
      if (answer instanceof Error) throw answer;
      return JSON.stringify(answer);
    },
    read: async (url) => {
      urls.push(url);
      return discovery;
    },
  });
  return found.then((each) => ({ ...each, urls }));
};

describe('npm run preflight', () => {
  it('finds nothing wrong where all is well', async () => {
    const { lines, isWell, urls } = await check({});
    expect(isWell).toBe(true);
    expect(lines).toHaveLength(7);
    for (const line of lines) expect(line).toMatch(/^OK {6}/u);
    expect(urls).toEqual(['https://login.turn.example/.well-known/openid-configuration']);
  });

  it.each([
    [{ 'sts get-caller-identity': { Account: '999999999999' } }, 'NOT OK  AWS account: your credentials are for 999'],
    [
      { 'account get-region-opt-status': { RegionOptStatus: 'DISABLED' } },
      'NOT OK  AWS region: eu-central-1 is DISABLED for your account',
    ],
    [
      { 'ssm get-parameter': new Error('The AWS CLI answers: ParameterNotFound') },
      'NOT OK  CDK bootstrap: The AWS CLI',
    ],
    [{ 'ssm get-parameter': { Parameter: { Value: '5' } } }, 'NOT OK  CDK bootstrap: it is of version 5'],
    [
      { 'lambda get-account-settings': { AccountLimit: { UnreservedConcurrentExecutions: 10 } } },
      'NOT OK  Lambda concurrency: 10 may run at once',
    ],
    [
      { 'sesv2 get-email-identity': { VerifiedForSendingStatus: false } },
      'NOT OK  mail sender: SES has verified neither',
    ],
    [{ 'sesv2 get-account': { ProductionAccessEnabled: false } }, 'NOT OK  SES sandbox: SES sends to verified'],
    [{ 'sesv2 get-account': {} }, 'NOT OK  SES sandbox: the answer is not what was asked for'],
  ])('says of %j what to do, and goes on', async (answers, told) => {
    const { lines, isWell } = await check(answers);
    expect(isWell).toBe(false);
    expect(lines.filter((line) => line.startsWith('NOT OK'))).toEqual([expect.stringContaining(told)]);
  });

  it('wants the issuer as the provider itself says it, to the last slash', async () => {
    const { lines } = await check({}, { discovery: { issuer: 'https://login.turn.example' } });
    expect(lines.join('\n')).toContain('NOT OK  OpenID provider: it calls itself https://login.turn.example, ');
  });

  it('looks, where the stage has an edge, into its region too', async () => {
    const edge = {
      domainName: 'edge.turn.example',
      certificateArn: 'arn:aws:acm:us-east-1:123456789012:certificate/x',
    };
    const { lines } = await check({}, { of: { ...stage, edge }, alsoIn: 'us-east-1' });
    expect(lines.filter((line) => line.startsWith('NOT OK'))).toEqual([
      'NOT OK  CDK bootstrap of the edge: The AWS CLI answers: ParameterNotFound in us-east-1',
    ]);
  });
});
